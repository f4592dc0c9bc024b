"""How a run of kind `code` can fail."""

from __future__ import annotations

from collections.abc import Mapping

from grader.contract import Verdict
from grader.failures import ANY, BAD_OUTPUTS, Failure, failed

FAILURES: Mapping[str, Failure] = {
    **ANY,
    **failed("no_submission", "no_train", "no_predict", "train_signature", "predict_signature"),
    **{code: Failure(Verdict.BAD_OUTPUT, code) for code in BAD_OUTPUTS},
}
