"""How a run of kind `model` can fail: sentences about outputs speak of the network, not of `predict`."""

from __future__ import annotations

from collections.abc import Mapping

from grader.contract import Verdict
from grader.failures import ANY, BAD_OUTPUTS, Failure, failed


def _sentence(code: str) -> str:
    """Of a network, whatever else it returned is no tensor of numbers."""
    return "network_not_numbers" if code.startswith("returned_") else f"network_{code}"


FAILURES: Mapping[str, Failure] = {
    **ANY,
    **failed("no_build_model", "build_signature", "no_module"),
    "no_tensor": Failure(Verdict.BAD_OUTPUT, "network_no_tensor"),
    **{code: Failure(Verdict.BAD_OUTPUT, _sentence(code)) for code in BAD_OUTPUTS},
}
