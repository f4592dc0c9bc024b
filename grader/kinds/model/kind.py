"""Kind `model`: weights trained at home are loaded into the student's network, which only predicts.

What the box says before the weights are loaded is a claim: the names and shapes of the network that
`build_model()` made. It is compared out here with the header of the file, which was checked before.
"""

from __future__ import annotations

import struct
import time

from assignments.file_formats import WEIGHTS
from assignments.kinds import KindRules, ModelLimits
from assignments.localized import Localized
from grader import wire
from grader.contract import GradeReport, RunPhase, Verdict
from grader.failures import BAD_OUTPUTS
from grader.files import main_file, unpack, weights
from grader.files.unpack import Contents
from grader.kinds.attempt import Attempt
from grader.kinds.model import layout
from grader.kinds.model.failures import FAILURES
from grader.kinds.model.layout import Layout
from grader.kinds.outer import OuterHalf
from grader.material import Data
from grader.run import Run, RunEndedError
from grader.sandbox.box import BoxEndedError, Ending
from grader.scoring import remarks
from grader.sentences import RefusedError, say
from grader.wire import Predictions

SOURCE = "model.py"
BUILD_S = 20.0  # a network that does not fit its weights costs no try, so it may not cost much else


def grade(attempt: Attempt) -> GradeReport:
    """Check the files, load the weights in the box, predict, and score what was predicted."""
    assignment = attempt.material.assignment
    contents = _named(attempt)
    header = _checked(contents, assignment.rules.model)
    attempt.notices.append(_size(header, contents))
    with attempt.run() as run:
        claimed = _claim(run, contents, header)
    with attempt.clock.timed(RunPhase.SCORE):
        source = {SOURCE: contents.files[SOURCE]}
        return remarks.added(attempt.draft.scored(claimed), remarks.of_files(source))


def _named(attempt: Attempt) -> Contents:
    """The files with both under their names, where each can only be one of them. Raises RefusedError."""
    contents = attempt.contents
    weights.refuse_other_files(sorted(contents.files))
    for main in (SOURCE, WEIGHTS):
        contents = main_file.named(contents, main, notebooks=False)
        attempt.notices += contents.notices
    return contents


def _checked(contents: Contents, limits: ModelLimits) -> weights.Header:
    """The header of the weights, when both files are as they should be. Raises RefusedError."""
    files = contents.files
    unpack.check_source(contents, SOURCE)
    data = files[WEIGHTS]
    if len(data) > limits.max_mib * 2**20:
        raise RefusedError("large_weights", file=WEIGHTS, mib=f"{len(data) / 2**20:.1f}", most=limits.max_mib)
    header = weights.read(data)
    if header.parameters > limits.max_parameters:
        most = limits.max_parameters
        raise RefusedError("many_parameters", number=_grouped(header.parameters), most=_grouped(most))
    return header


def _size(header: weights.Header, contents: Contents) -> Localized:
    """For the report: how large the model is, counted in the file and not claimed by anybody."""
    mib, tensors = len(contents.files[WEIGHTS]) / 2**20, len(header.tensors)
    size = Localized(f"{mib:.1f}", f"{mib:.1f}".replace(".", ","))
    return say("model_size", parameters=_grouped(header.parameters), tensors=tensors, mib=size)


def _grouped(number: int) -> Localized:
    """A large number in groups of three digits."""
    return Localized(f"{number:,}", f"{number:,}".replace(",", " "))


def _claim(run: Run, contents: Contents, header: weights.Header) -> Predictions:
    """What the student's network says the held-out labels are."""
    data = run.start(contents, lambda: run.material.data)
    try:
        return _predictions(run, data, header)
    except RunEndedError as ended:
        if ended.code in BAD_OUTPUTS:  # the usual sentences speak of `predict`, which is not theirs
            code = FAILURES[ended.code].code
            raise RunEndedError(ended.verdict, code, ended.detail) from ended
        raise


def _predictions(run: Run, data: Data, header: weights.Header) -> Predictions:
    rehearsal = data.splits.valid if len(data.splits.valid.labels) else data.splits.train
    with run.answering():
        with run.clock.timed(RunPhase.START):
            run.send_job(tensors=_places(header))
            layout.refuse_mismatch(_claimed_layout(run), header)
            # Only a network that fits gets any data; from here on a try is spent, whatever it does.
            if run.ask(1, wire.pack_tensor(rehearsal.inputs[: run.rehearsed])) != b"T":
                raise RunEndedError(Verdict.BAD_OUTPUT, "forged")
        with run.clock.timed(RunPhase.PREDICT):
            return run.predictions(data)


def _places(header: weights.Header) -> dict[str, list[object]]:
    """Where the box finds each tensor in the file."""
    return {
        name: [tensor.dtype, tensor.shape, header.start + tensor.begin]
        for name, tensor in header.tensors.items()
    }


def _claimed_layout(run: Run) -> Layout:
    """What `build_model()` made, as the box claims it. Raises RunEndedError."""
    until = min(run.until, time.monotonic() + BUILD_S)
    try:
        (size,) = struct.unpack("<I", run.ask(4, until=until))
        if size > layout.LONGEST_CLAIM:
            raise RunEndedError(Verdict.BAD_OUTPUT, "forged")
        claim = run.ask(size, until=until)
    except BoxEndedError as ended:
        if ended.ending is Ending.TIMED_OUT and until < run.until:
            raise RunEndedError(Verdict.TIMED_OUT, "build_timed_out", seconds=int(BUILD_S)) from ended
        raise
    return layout.read(claim)


def _most_bytes(rules: KindRules) -> int:
    """Weights are larger than code."""
    return unpack.MOST_BYTES + rules.model.max_mib * 2**20


KIND = OuterHalf(grade, _most_bytes)
