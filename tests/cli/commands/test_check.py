"""`hazi check`: the real grader on this machine with the real kit, and what can be said without one."""

from __future__ import annotations

import importlib.util
import json
import struct
from hashlib import sha256
from pathlib import Path

import pytest

from grader import material
from grader.practice import kit
from tests.cli.conftest import Terminal
from tests.cli.contract_server import ContractServer
from tests.grader import blobs
from tests.grader.files.test_unpack import zipped

ADDRESS = "GET /api/v1/assignments/lenet-digits/practice"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The kit of a small real assignment."""
    folder = blobs.write_assignment(tmp_path_factory.mktemp("course"))
    return kit.pack(material.from_folder(folder))


@pytest.fixture
def course(server: ContractServer, packed: bytes) -> ContractServer:
    """A server with that kit."""
    return offer(server, packed)


def offer(server: ContractServer, content: bytes, **changed: object) -> ContractServer:
    server.kit = content
    practice = {"href": "/x", "sha256": sha256(content).hexdigest(), "size": len(content)}
    server.assignment |= {"practice": practice | changed}
    return server


def written(tmp_path: Path, name: str, content: bytes | str) -> str:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def cached(student: Terminal) -> list[Path]:
    return sorted((student.folder.parent / "cache" / "practice").glob("*.safetensors"))


def test_files_are_graded_here_and_nothing_is_handed_in(
    student: Terminal, course: ContractServer, tmp_path: Path
):
    file = written(tmp_path, "submission.py", blobs.HONEST)
    result = student.types("check", "lenet-digits", file)
    assert result.exit_code == 0, result.output
    assert "Validation: accuracy" in result.stdout
    assert "Nothing was handed in" in result.stderr
    assert "Points" not in result.stdout
    assert course.contents == []


@pytest.mark.slow
def test_verdict_is_that_of_a_hand_in(student: Terminal, course: ContractServer, tmp_path: Path):
    file = written(tmp_path, "submission.py", blobs.code(train="raise ValueError('mine')"))
    result = student.types("check", "lenet-digits", file, "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["verdict"], report["points"]) == ("failed", None)
    assert report["detail"].splitlines()[-1] == "ValueError: mine"


@pytest.mark.slow
def test_report_is_in_hungarian_too(student: Terminal, course: ContractServer, tmp_path: Path):
    file = written(tmp_path, "submission.py", blobs.HONEST)
    result = student.types("check", "lenet-digits", file, "--lang", "hu")
    assert "Validáció: pontosság" in result.stdout
    assert "Semmi sem lett beadva" in result.stderr


@pytest.mark.slow
def test_kit_is_fetched_once(student: Terminal, course: ContractServer, tmp_path: Path):
    file = written(tmp_path, "submission.py", blobs.HONEST)
    for _ in range(2):
        student.types("check", "lenet-digits", file)
    assert len(course.headers_of(ADDRESS)) == 1


@pytest.mark.slow
def test_newer_kit_takes_the_place_of_the_old(
    student: Terminal, course: ContractServer, packed: bytes, tmp_path: Path
):
    file = written(tmp_path, "submission.py", blobs.HONEST)
    student.types("check", "lenet-digits", file)
    offer(course, b"of another release")
    assert student.types("check", "lenet-digits", file).exit_code == 1
    assert [path.stem for path in cached(student)] == [sha256(b"of another release").hexdigest()]


@pytest.mark.parametrize(
    "changed",
    [{"sha256": "0" * 64}, {"sha256": "../../../etc/passwd"}, {"size": 3}, {"size": 10**9}],
    ids=["digest", "path", "shorter", "longer"],
)
def test_kit_that_is_not_as_promised_is_not_kept(
    student: Terminal, course: ContractServer, packed: bytes, tmp_path: Path, changed: dict[str, object]
):
    offer(course, packed, **changed)
    result = student.types("check", "lenet-digits", written(tmp_path, "submission.py", blobs.HONEST))
    assert result.exit_code == 4
    assert "did not arrive as it was sent" in result.stderr
    assert cached(student) == []


@pytest.mark.slow
def test_damaged_copy_is_fetched_anew(student: Terminal, course: ContractServer, tmp_path: Path):
    file = written(tmp_path, "submission.py", blobs.HONEST)
    student.types("check", "lenet-digits", file)
    (copy,) = cached(student)
    copy.write_bytes(b"cut")
    assert student.types("check", "lenet-digits", file).exit_code == 0
    assert len(course.headers_of(ADDRESS)) == 2


def test_assignment_without_a_kit_says_so(student: Terminal, server: ContractServer, tmp_path: Path):
    result = student.types("check", "lenet-digits", written(tmp_path, "submission.py", blobs.HONEST))
    assert result.exit_code == 1
    assert "There is no practice kit" in result.stderr


@pytest.mark.slow
def test_what_is_no_kit_is_the_graders_to_explain(student: Terminal, server: ContractServer, tmp_path: Path):
    offer(server, b"no kit")
    result = student.types("check", "lenet-digits", written(tmp_path, "submission.py", blobs.HONEST))
    assert result.exit_code == 1
    assert "gave no report" in result.stderr


@pytest.mark.slow
def test_modules_of_the_students_folder_do_not_stand_in(
    student: Terminal, course: ContractServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "torch.py", "raise SystemExit('not torch')")
    assert (
        student.types("check", "lenet-digits", written(tmp_path, "submission.py", blobs.HONEST)).exit_code
        == 0
    )


@pytest.fixture
def without_grader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop with `hazi` alone."""
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in {"grader", "torch"} else real(name)
    )


@pytest.mark.usefixtures("server", "without_grader")
def test_without_the_grader_files_are_looked_at(student: Terminal, tmp_path: Path):
    result = student.types("check", "lenet-digits", written(tmp_path, "submission.py", blobs.HONEST))
    assert result.exit_code == 0
    assert "/cli/ says how" in result.stderr
    assert student.json("check", "lenet-digits", str(tmp_path / "submission.py"))["graded"] is False


def safetensors(header: object, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.usefixtures("without_grader")
@pytest.mark.parametrize(
    ("kind", "name", "content", "said"),
    [
        ("code", "submission.py", "def train(:", "submission.py, line 1: "),
        ("code", "submission.py", b"\0", "submission.py"),
        ("code", "submission.py", "def predict(m, x): ...", "has no function `train`"),
        ("model", "model.py", "import torch", "has no function `build_model`"),
        ("code", "a.ipynb", "{", "a.ipynb is no notebook"),
        ("code", "a.ipynb", '{"cells": [{"cell_type": "markdown"}]}', "a.ipynb is no notebook"),
        ("code", "a.ipynb", "[" * 500_000, "a.ipynb is too large"),
        ("code", "a.ipynb", "[" * 100_000, "a.ipynb is no notebook"),
        ("predictions", "predictions.csv", "id,label\n\n1\n", "row 3 of predictions.csv has 1 cells"),
        ("predictions", "predictions.csv", b"\xff\xfe\x00", "predictions.csv is no text"),
        ("predictions", "table.tsv", b"PK\x03\x04[Content_Types].xml xl/", "table.tsv is an Excel workbook"),
        ("code", "lib.py", "x = 1", "lib.py has no function `train`"),
        ("code", "a.zip", zipped(("a/src/submission.py", b"1"), ("a/R.md", b"1")), "as 'src/submission.py'"),
        ("code", "a.zip", zipped(("a.py", b"1"), ("b.py", b"1")), "There are 'a.py', 'b.py'."),
        (
            "code",
            "a.zip",
            zipped(
                ("hw/submission.py", b"1\nx = ("),
            ),
            "submission.py, line 2: '(' was never",
        ),
        ("code", "a.zip", zipped(("submission.py", b"1"), ("../x", b"1")), "'../x' leads out of its folder"),
        ("code", "a.zip", zipped((".git/HEAD", b"1")), "a.zip is no whole zip archive"),
        ("model", "model.safetensors", b"PK", "no whole safetensors file"),
        ("model", "model.safetensors", b"\xff" * 16, "no whole safetensors file"),
        ("model", "model.safetensors", safetensors({"a": {"data_offsets": [0, 9]}}, b"x"), "no whole"),
        ("dataset", "data.zip", b"PK\x03\x04", "data.zip is no whole zip archive"),
    ],
)
def test_what_would_be_refused_is_said_at_home(
    student: Terminal,
    server: ContractServer,
    tmp_path: Path,
    *,
    kind: str,
    name: str,
    content: str,
    said: str,
):
    server.assignment |= {"kind": kind}
    result = student.types("check", "lenet-digits", written(tmp_path, name, content))
    assert result.exit_code == 1
    assert said in result.stderr
    assert "would be refused" in result.stderr


@pytest.mark.usefixtures("without_grader")
@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("code", "submission.py", "from lib import *"),
        ("code", "submission.py", "from lib import train, predict"),
        ("code", "submission.py", "try:\n  def train(): ...\nexcept A: ...\npredict = lambda m, x: x"),
        ("predictions", "p.csv", 'sep=;\r"id";"label"\r"0";"3"\r'),
        (
            "code",
            "a.zip",
            zipped(("./hw\\submission.py", b"1"), ("hw/.git/HEAD", b"1"), ("hw/tries.ipynb", b"1")),
        ),
        ("model", "a.zip", zipped(("model.py", b"1"), ("model.safetensors", b"1"))),
        ("functions", "submission.py", "x = 1"),
        ("model", "model.safetensors", safetensors({"a": {"data_offsets": [0, 1]}}, b"x")),
        ("dataset", "notes.txt", "anything"),
    ],
)
def test_what_may_be_right_is_not_complained_of(
    student: Terminal, server: ContractServer, tmp_path: Path, *, kind: str, name: str, content: str
):
    server.assignment |= {"kind": kind}
    assert student.types("check", "lenet-digits", written(tmp_path, name, content)).exit_code == 0


def test_limits_are_those_of_a_hand_in(student: Terminal, server: ContractServer, tmp_path: Path):
    result = student.types("check", "lenet-digits", written(tmp_path, "submission.py", b"#" * 2**21))
    assert result.exit_code == 2
    assert "this assignment takes at most" in result.stderr
