"""Kind `model`: weights trained at home are loaded into the student's network, which only predicts.

What the box says before the weights are loaded is a claim: the names and shapes of the network that
`build_model()` made. It is compared out here with the header of the file, which was checked before.
"""

from __future__ import annotations

import re
import struct
import time
from collections.abc import Mapping

from assignments.json_reading import read_json
from assignments.kinds import KindRules, ModelLimits
from assignments.localized import Localized
from grader import wire
from grader.contract import GradeReport, Phase, Verdict
from grader.failures import BAD_OUTPUTS
from grader.files import unpack, weights
from grader.files.unpack import WEIGHTS, Contents
from grader.kinds.attempt import Attempt
from grader.kinds.model.failures import FAILURES
from grader.kinds.outer import OuterHalf
from grader.material import Data
from grader.messages import RefusedError
from grader.run import Run, RunEndedError
from grader.sandbox.box import BoxEndedError, Ending
from grader.scoring import remarks
from grader.wire import Predictions

SOURCE = "model.py"
BUILD_S = 20.0  # a network that does not fit its weights costs no try, so it may not cost much else
LONGEST_CLAIM = 2**21  # bytes
DTYPE = re.compile(r"[\w.]{1,20}", re.ASCII)

Layout = Mapping[str, tuple[str, tuple[int, ...]]]
"""The dtype and shape of each tensor by name."""


def grade(attempt: Attempt) -> GradeReport:
    """Check the files, load the weights in the box, predict, and score what was predicted."""
    assignment = attempt.material.assignment
    header = _checked(attempt.contents, assignment.rules.model)
    attempt.notices.append(_size(header, attempt.contents))
    with attempt.run() as run:
        claimed = _claim(run, attempt.contents, header)
    with attempt.clock.timed(Phase.SCORE):
        source = {SOURCE: attempt.contents.files[SOURCE]}
        return remarks.added(attempt.draft.scored(claimed), remarks.of_files(source))


def _checked(contents: Contents, limits: ModelLimits) -> weights.Header:
    """The header of the weights, when both files are as they should be. Raises RefusedError."""
    files = contents.files
    weights.refuse_other_files(sorted(files))
    for name in (SOURCE, WEIGHTS):
        if name not in files:
            raise RefusedError(f"there is no {name} among them.", f"nincs köztük {name}.")
    unpack.check_source(contents, SOURCE)
    data = files[WEIGHTS]
    if len(data) > limits.max_mib * 2**20:
        raise RefusedError(
            f"{WEIGHTS} has {len(data) / 2**20:.1f} MiB; at most {limits.max_mib} are allowed.",
            f"a {WEIGHTS} {len(data) / 2**20:.1f} MiB; legfeljebb {limits.max_mib} lehet.",
        )
    header = weights.read(data)
    if header.parameters > limits.max_parameters:
        raise RefusedError(
            f"the model has {header.parameters:,} parameters; at most {limits.max_parameters:,} are allowed.",
            f"a modellnek {_spaced(header.parameters)} paramétere van; "
            f"legfeljebb {_spaced(limits.max_parameters)} lehet.",
        )
    return header


def _size(header: weights.Header, contents: Contents) -> Localized:
    """For the report: how large the model is, counted in the file and not claimed by anybody."""
    mib, tensors = len(contents.files[WEIGHTS]) / 2**20, len(header.tensors)
    return Localized(
        f"The model has {header.parameters:,} parameters in {tensors} tensors ({mib:.1f} MiB).",
        f"A modell {tensors} tenzorban {_spaced(header.parameters)} paramétert tartalmaz "
        f"({mib:.1f} MiB).".replace(".", ",", 1),
    )


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


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
        with run.clock.timed(Phase.START):
            run.send_job(tensors=_places(header))
            refuse_mismatch(_layout(run), header)
            # Only a network that fits gets any data; from here on a try is spent, whatever it does.
            if run.ask(1, wire.pack_tensor(rehearsal.inputs[: run.rehearsed])) != b"T":
                raise RunEndedError(Verdict.BAD_OUTPUT, "forged")
        with run.clock.timed(Phase.PREDICT):
            return run.predictions(data)


def _places(header: weights.Header) -> dict[str, list[object]]:
    """Where the box finds each tensor in the file."""
    return {
        name: [tensor.dtype, tensor.shape, header.start + tensor.begin]
        for name, tensor in header.tensors.items()
    }


def _layout(run: Run) -> Layout:
    """What `build_model()` made, as the box claims it. Raises RunEndedError."""
    until = min(run.until, time.monotonic() + BUILD_S)
    try:
        (size,) = struct.unpack("<I", run.ask(4, until=until))
        if size > LONGEST_CLAIM:
            raise RunEndedError(Verdict.BAD_OUTPUT, "forged")
        claim = run.ask(size, until=until)
    except BoxEndedError as ended:
        if ended.ending is Ending.TIMED_OUT and until < run.until:
            raise RunEndedError(Verdict.TIMED_OUT, "build_timed_out", seconds=int(BUILD_S)) from ended
        raise
    return read_layout(claim)


def read_layout(claim: bytes) -> Layout:
    """Names, types and shapes out of bytes from the box. Raises RunEndedError where they are none."""
    try:
        rows = read_json(claim, most_bytes=LONGEST_CLAIM)
        layout = {str(name): (str(dtype), tuple(map(int, shape))) for name, dtype, shape in rows}
    except (ValueError, TypeError, OverflowError) as error:
        raise RunEndedError(Verdict.BAD_OUTPUT, "forged") from error
    if not all(DTYPE.fullmatch(dtype) for dtype, _ in layout.values()):
        raise RunEndedError(Verdict.BAD_OUTPUT, "forged")
    return layout


def refuse_mismatch(layout: Layout, header: weights.Header) -> None:
    """Name the first tensor that is missing, unexpected or of another shape or type. Raises RunEndedError."""
    for name, (dtype, shape) in layout.items():
        found = header.tensors.get(name)
        if found is None:
            raise _mismatch(name, "is missing from the file", "hiányzik a fájlból")
        if found.shape != shape:
            there, here = _listed(found.shape), _listed(shape)
            raise _mismatch(
                name,
                f"has the shape {there} in the file and {here} in the network",
                f"alakja a fájlban {there}, a hálózatban {here}",
            )
        if found.dtype != dtype:
            raise _mismatch(
                name,
                f"has the type {found.dtype} in the file and {dtype} in the network",
                f"típusa a fájlban {found.dtype}, a hálózatban {dtype}",
            )
    for name in header.tensors:
        if name not in layout:
            raise _mismatch(
                name, "is in the file but not in the network", "a fájlban van, de a hálózatban nincs"
            )


def _listed(shape: tuple[int, ...]) -> str:
    return f"[{', '.join(str(size)[:12] for size in shape[:8])}]"


def _mismatch(name: str, en: str, hu: str) -> RunEndedError:
    """Costs no try: nothing was learned by it, for the box had no data yet."""
    quoted = unpack.shown(name)
    problems = {"problem_en": f"{quoted} {en}", "problem_hu": f"{quoted} {hu}"}
    return RunEndedError(Verdict.REJECTED, "weights_mismatch", **problems)


def _most_bytes(rules: KindRules) -> int:
    """Weights are larger than code."""
    return unpack.MOST_BYTES + rules.model.max_mib * 2**20


KIND = OuterHalf(grade, _most_bytes)
