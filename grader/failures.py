"""What a run says of its own failure: the verdict and the sentence for every code, of every kind of homework.

The code comes out of the box, so it is a claim of the student's: whatever it is, it becomes a verdict that is
charged, and never a fault of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assignments.spec import Kind
from grader.contract import Verdict

BAD_OUTPUTS = frozenset(
    {
        *("not_numbers", "wrong_shape", "wrong_shape_labels", "wrong_shape_values"),
        *("not_finite", "bad_label", "not_zero_or_one"),
    }
)
"""What can be wrong with predictions."""
CALLED = frozenset({"raised", "over_time", "no_function", "no_values", "no_gradient", "gradient_shape"})
"""What can be wrong with one call of a function: see grader/kinds/functions/messages.py."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A verdict that costs a try, and the code of its sentence in grader/messages.py."""

    verdict: Verdict
    code: str


SILENT = Failure(Verdict.FAILED, "silent_end")
"""Of a run that said nothing that makes sense."""

_ANY = {
    "raised": Failure(Verdict.FAILED, "raised"),
    "exited": Failure(Verdict.FAILED, "exited"),
    "memory": Failure(Verdict.OUT_OF_MEMORY, "out_of_memory"),
    "gpu_memory": Failure(Verdict.OUT_OF_MEMORY, "out_of_gpu_memory"),
}


def _failed(*codes: str) -> dict[str, Failure]:
    return {code: Failure(Verdict.FAILED, code) for code in codes}


BY_KIND: Mapping[Kind, Mapping[str, Failure]] = {
    Kind.CODE: _ANY
    | _failed("no_submission", "no_train", "no_predict", "train_signature", "predict_signature")
    | {code: Failure(Verdict.BAD_OUTPUT, code) for code in BAD_OUTPUTS},
    Kind.MODEL: _ANY
    | _failed("no_build_model", "build_signature", "no_module")
    | {code: Failure(Verdict.BAD_OUTPUT, f"network_{code}") for code in BAD_OUTPUTS},
    Kind.FUNCTIONS: _ANY,
    Kind.DATASET: {},
    Kind.PREDICTIONS: {},
}
"""What the harness in the box says when it runs a submission of this kind."""

CODES = frozenset(code for known in BY_KIND.values() for code in known) | CALLED | {"syntax"}
"""All that a harness says; `syntax` comes before anything of the student's has run."""


def failure_of(kind: Kind, code: str) -> Failure:
    """What becomes of a run that ended with this code; `SILENT` for a code that this kind does not have."""
    return BY_KIND[kind].get(code, SILENT)
