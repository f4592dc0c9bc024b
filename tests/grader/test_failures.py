"""What comes out of a box is the student's: whatever it says becomes a verdict that is charged."""

from __future__ import annotations

import json
import signal
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from assignments.scoring import LearningTask
from assignments.spec import Kind
from grader import material, wire
from grader.commands.run_local import quiet
from grader.contract import UNCHARGED, GradeReport, Verdict
from grader.failures import SILENT
from grader.failures_by_kind import BY_KIND, CODES, failure_of
from grader.files import unpack
from grader.grade import Task, grade
from grader.harness_notes import Notes
from grader.kinds.dataset.kind import read_facts
from grader.kinds.functions.calling import ForgedAnswerError, read_answer
from grader.kinds.model import layout
from grader.report import Draft
from grader.run import RunEndedError
from grader.sandbox.pool import Boxes, Mode
from grader.sentences import SENTENCES, RefusedError
from grader.sentences.runs import PLAIN
from grader.wire import BadPredictionsError
from tests.grader import blobs
from tests.grader.conftest import Grade
from tests.sampling import few

ODD = (
    "syntax",
    "scored",
    "grader_error",
    "timed_out",
    "build_timed_out",
    "weights_mismatch",
    "",
)
GRADER = Path(__file__).parents[2] / "grader"
CODES_TRIED = sorted({*CODES, *ODD, "no such code"})


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("code", CODES_TRIED)
def test_every_code_of_every_kind_is_charged_and_has_a_sentence(kind: Kind, code: str):
    failure = failure_of(kind, code)
    assert failure.verdict not in UNCHARGED
    assert failure.code in SENTENCES


@given(st.sampled_from(list(Kind)), st.text())
def test_any_text_is_a_failure(kind: Kind, code: str):
    assert failure_of(kind, code).verdict not in UNCHARGED


@pytest.mark.parametrize("kind", [Kind.DATASET, Kind.PREDICTIONS])
def test_kind_without_code_of_students_knows_no_codes(kind: Kind):
    assert {failure_of(kind, code) for code in CODES_TRIED} == {SILENT}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> material.Material:
    """An assignment for all tests of drafts."""
    return material.from_folder(blobs.write_assignment(tmp_path_factory.mktemp("target")))


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("code", ["no such code", "timed_out", "weights_mismatch", "over_time"])
def test_sentence_that_cannot_be_made_leaves_the_verdict(
    target: material.Material, verdict: Verdict, code: str
):
    report = Draft("test", target, seed=1, device="cpu").ended(RunEndedError(verdict, code))
    assert (report.verdict, report.message) == (verdict, PLAIN[verdict].en)


def test_every_verdict_has_a_plain_sentence():
    assert set(PLAIN) == set(Verdict)


SAYS = """
os.write(5, {line!r})  # where the harness writes its notes
os._exit(1)
"""


def saying(line: bytes) -> str:
    """Code that writes a note in the harness's name and is gone."""
    return SAYS.format(line=line + b"\n")


def note(code: object, detail: object = "of mine") -> bytes:
    return json.dumps({"failure": code, "detail": detail}).encode()


NETWORK_THAT_SAYS = """
import os
def build_model():
    {body}
"""


def indented(text: str, by: int = 4) -> str:
    return text.strip().replace("\n", "\n" + " " * by)


WEIGHTS = safetensors.torch.save({"weight": torch.zeros(3, 2), "bias": torch.zeros(3)})


def files_of(kind: Kind, body: str) -> dict[str, bytes]:
    """A submission of this kind whose own code does this as soon as it runs."""
    match kind:
        case Kind.CODE:
            return {"submission.py": blobs.code(train=body)}
        case Kind.MODEL:
            network = NETWORK_THAT_SAYS.format(body=indented(body)).encode()
            return {"model.py": network, "model.safetensors": WEIGHTS}
        case _:
            return {"submission.py": ("import os\n" + body).encode()}


@pytest.mark.parametrize("kind", few([Kind.CODE, Kind.MODEL, Kind.FUNCTIONS], 1))
def test_all_codes_written_by_a_student_are_charged(kind: Kind, boxes: Boxes, tmp_path: Path):
    layers = Path(__file__).parent / "layers"
    folder = layers if kind is Kind.FUNCTIONS else blobs.write_assignment(tmp_path, kind=str(kind))
    for code in CODES_TRIED:
        files = files_of(kind, saying(note(code)))
        report = graded(boxes, folder, files)
        expected = failure_of(kind, code)
        assert (report.verdict, code) == (expected.verdict, code)
        assert report.message


def graded(boxes: Boxes, folder: Path, files: dict[str, bytes]) -> GradeReport:
    found = material.from_folder(folder)
    return grade(Task("test", 7), boxes, lambda: found, lambda _: files, quiet)


HOSTILE_LINES = [
    note(["raised"]),
    note({"raised": 1}),
    note("raised", None),
    note("raised", ["a"]),
    note("raised", "{missing} {0} %s"),
    note("raised", "\ud800"),
    note("memory"),
    b'{"failure": "raised"}',
    b'{"failure": NaN, "detail": NaN}',
    b'{"layers": [{"name": "\\ud800"}]}',
    b'{"point": {"loss": ' + b"9" * 5000 + b"}}",
    b"{" * 60_000,
    b"\xff\xfe{}",
]


@pytest.mark.parametrize("line", HOSTILE_LINES)
def test_malformed_notes_never_become_our_fault(line: bytes, grade_code: Grade):
    report = grade_code(train=saying(line))
    assert report.verdict in {Verdict.FAILED, Verdict.OUT_OF_MEMORY}
    json.dumps(report.to_message()).encode()


def killing(number: int) -> str:
    return f"""
os.kill(1, {number})
os.kill(os.getppid(), {number}) if os.getppid() else None
os.kill(os.getpid(), {number})
os._exit(3)
"""


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGXCPU, signal.SIGSEGV, signal.SIGCHLD]
)
def test_signals_to_the_first_process_are_the_students_doing(number: int, grade_code: Grade):
    report = grade_code(train=killing(number))
    assert report.verdict in {Verdict.FAILED, Verdict.TIMED_OUT}


@pytest.mark.slow
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    "body",
    [
        *(saying(note(code)) for code in ("syntax", "over_time", "wrong_shape", "no such code")),
        *(killing(number) for number in (signal.SIGINT, signal.SIGXCPU, signal.SIGSEGV, signal.SIGKILL)),
        *(f"os._exit({status})" for status in (0, 1, 72, 99, 127, 137, 152, 255)),
    ],
)
def test_claims_are_charged_in_every_mode(mode: Mode, body: str, tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    boxes = Boxes(mode)
    try:
        report = graded(boxes, folder, {"submission.py": blobs.code(train=body)})
    finally:
        boxes.close()
    assert report.verdict in {Verdict.FAILED, Verdict.TIMED_OUT, Verdict.BAD_OUTPUT}


def reader(data: bytes) -> Callable[[int], bytes]:
    """Reads what a box wrote; where it wrote too little, the run would have ended."""
    left = iter((data,))
    rest = bytearray(next(left))

    def read(size: int) -> bytes:
        if size > len(rest):
            raise EOFError
        taken = bytes(rest[:size])
        del rest[:size]
        return taken

    return read


@given(st.one_of(st.binary(max_size=400), st.binary(max_size=400).map(lambda rest: b"V" + rest)))
def test_any_bytes_are_an_answer_to_a_call_or_forged(data: bytes):
    try:
        answer = read_answer(reader(data))
    except (ForgedAnswerError, EOFError):
        return
    assert answer is None or len(answer.parts) <= 16


@given(
    st.sampled_from([b"L", b"S", b"V", b"X"]),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**32 - 1),
    st.sampled_from(list(LearningTask)),
    st.binary(min_size=64, max_size=64),
)
def test_any_frame_is_predictions_or_bad(
    kind: bytes, rows: int, columns: int, task: LearningTask, data: bytes
):
    for got_rows, got_columns in ((rows, columns), (4, 2), (4, 1)):
        header = struct.pack("<cQI", kind, got_rows, got_columns)
        try:
            size = wire.size_of_predictions(header, rows=4, classes=2, task=task)
            wire.unpack_predictions(header, data[:size], classes=2, task=task)
        except BadPredictionsError as bad:
            assert bad.code in SENTENCES  # noqa: PT017 - one of many ways


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def documents() -> st.SearchStrategy[bytes]:
    return st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode())


@given(documents())
def test_any_document_is_a_layout_or_forged(data: bytes):
    try:
        layout.read(data)
    except RunEndedError as ended:
        assert ended.verdict is Verdict.BAD_OUTPUT  # noqa: PT017


@given(documents(), st.sampled_from(["problem", "splits", "sheet", "file", "place", "twice"]), JSON)
def test_any_document_is_facts_or_refused(data: bytes, key: str, value: object):
    told = {"problem": "no_file", "file": "a", "place": "b", key: value}
    for one in (data, json.dumps(told).encode(), json.dumps({key: value}).encode()):
        try:
            read_facts(one)
        except RefusedError:
            continue
        except RunEndedError as ended:
            assert ended.verdict is Verdict.BAD_OUTPUT  # noqa: PT017


@given(st.lists(documents(), max_size=6), st.sampled_from(["failure", "detail", "layers", "point"]), JSON)
def test_any_lines_are_notes(lines: list[bytes], key: str, value: object):
    notes = Notes()
    for line in (
        *lines,
        json.dumps({key: value}).encode(),
        json.dumps({"failure": "raised", key: value}).encode(),
    ):
        notes.take(line + b"\n", now=0.0)
    assert notes.failure in {"", *CODES}
    notes.detail.encode()


def test_scores_that_no_metric_can_take_are_a_bad_output(grade_code: Grade, monkeypatch: pytest.MonkeyPatch):
    """Whatever comes of what a box answered is the student's doing, even where our own code trips over it."""
    monkeypatch.setattr(Draft, "scored", lambda _self, _claimed: 1 // 0)
    report = grade_code()
    assert report.verdict is Verdict.BAD_OUTPUT
    assert report.message == SENTENCES["unreadable_result"].en


FROM_NAMES = {
    *("no_train", "no_predict", "no_build_model"),  # f"no_{name}"
    *("wrong_shape_labels", "wrong_shape_values"),
    "no_submission",
}


def test_codes_of_kinds_are_those_of_the_harness():
    harness = [
        *GRADER.glob("inside/*.py"),
        *GRADER.glob("kinds/*/inside*"),
        *GRADER.glob("kinds/*/inside/*.py"),
    ]
    text = "".join(path.read_text() for path in harness if path.is_file())
    known = {code for known in BY_KIND.values() for code in known} - FROM_NAMES
    assert [code for code in sorted(known) if f'"{code}"' not in text] == []


def test_files_that_no_parser_of_ours_foresaw_are_refused(grade_code: Grade, monkeypatch: pytest.MonkeyPatch):
    """Given back as our fault, they would come again and again."""
    monkeypatch.setattr(unpack, "read_files", lambda *_: {}["missing"])
    report = grade_code()
    assert (report.verdict, report.message) == (Verdict.REJECTED, SENTENCES["unreadable_files"].en)
