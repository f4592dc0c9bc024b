"""What a run can say of its own failure: a code, which becomes a verdict and a sentence.

The code comes out of the box, so it is a claim of the student's: whatever it is, it becomes a verdict that is
charged, and never a fault of ours. Each kind of homework lists its codes in grader/kinds/<kind>/failures.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.contract import Verdict

BAD_OUTPUTS = frozenset(
    {
        *("not_numbers", "wrong_shape", "wrong_shape_labels", "wrong_shape_values"),
        *("not_finite", "bad_label", "not_zero_or_one"),
        *("returned_nothing", "returned_table", "returned_generator", "returned_several"),
        *("returned_batches", "returned_ragged", "returned_text"),
    }
)
"""What can be wrong with predictions."""
CALLED = frozenset({"raised", "over_time", "no_function", "no_values", "no_gradient", "gradient_shape"})
"""What can be wrong with one call of a function: see grader/sentences/calls.py."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A verdict that costs a try, and the code of its sentence in grader/sentences/runs.py."""

    verdict: Verdict
    code: str


SILENT = Failure(Verdict.FAILED, "silent_end")
"""Of a run that said nothing that makes sense."""

ANY: Mapping[str, Failure] = {
    "raised": Failure(Verdict.FAILED, "raised"),
    "exited": Failure(Verdict.FAILED, "exited"),
    "load_raised": Failure(Verdict.FAILED, "load_raised"),
    "load_exited": Failure(Verdict.FAILED, "load_exited"),
    "no_file": Failure(Verdict.FAILED, "no_file"),
    "no_network": Failure(Verdict.FAILED, "no_network"),
    "no_keyboard": Failure(Verdict.FAILED, "no_keyboard"),
    "no_display": Failure(Verdict.FAILED, "no_display"),
    "memory": Failure(Verdict.OUT_OF_MEMORY, "out_of_memory"),
    "gpu_memory": Failure(Verdict.OUT_OF_MEMORY, "out_of_gpu_memory"),
}
"""What can happen to whatever code of a student's."""


def failed(*codes: str) -> dict[str, Failure]:
    """Codes of runs that failed, each with a sentence of the same name."""
    return {code: Failure(Verdict.FAILED, code) for code in codes}
