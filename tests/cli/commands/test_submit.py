"""Handing in: what is looked at first, what is sent, and what a bad network changes."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cli.api.address import Address
from cli.api.client import Client
from cli.api.errors import WrongUse
from cli.api.records import Limits
from cli.api.retry import Retrier
from cli.api.uploads import (
    MIB,
    HandInOptions,
    OpenedFile,
    ProgressFile,
    hand_in,
    new_idempotency_key,
    open_files,
)
from cli.language.translation import Language
from tests.cli.conftest import NOW, Terminal
from tests.cli.contract_server import TOKEN, ContractServer, Fault, answering, dropped, problem

HAND_IN = "POST /api/v1/assignments/lenet-digits/submissions"


def keys(server: ContractServer) -> list[str]:
    return [headers["Idempotency-Key"] for headers in server.headers_of(HAND_IN)]


def test_files_arrive_as_they_are(student: Terminal, server: ContractServer, homework: Path, tmp_path: Path):
    blob = tmp_path / 'weights "final".safetensors'
    blob.write_bytes(bytes(range(256)) * 1000)
    result = student.types("submit", "lenet-digits", str(homework), str(blob))
    assert result.exit_code == 0, result.output
    assert server.contents == [
        {"submission.py": homework.read_bytes(), 'weights "final".safetensors': blob.read_bytes()}
    ]


def test_receipt_is_shown(student: Terminal, homework: Path):
    result = student.types("submit", "lenet-digits", str(homework))
    assert "Kis Anna (ABC123)" in result.stdout
    assert "ab" * 32 in result.stdout.replace("\n", "")


def test_json_is_the_servers_answer(student: Terminal, homework: Path):
    assert student.json("submit", "lenet-digits", str(homework))["receipt"]["neptun"] == "ABC123"


@pytest.mark.parametrize("fault", [dropped, answering(502), answering(503), answering(504)])
def test_a_hand_in_that_broke_counts_once(
    student: Terminal, server: ContractServer, homework: Path, fault: Fault
):
    """The server had done it already; the answer was lost."""
    server.fail(HAND_IN, fault, fault)
    assert student.types("submit", "lenet-digits", str(homework)).exit_code == 0
    assert len(keys(server)) == 3
    assert len(set(keys(server))) == 1
    assert len(server.contents) == 1


def test_every_command_has_its_own_key(student: Terminal, server: ContractServer, homework: Path):
    for _ in range(2):
        student.types("submit", "lenet-digits", str(homework))
    assert len(set(keys(server))) == 2


def test_waits_as_long_as_the_server_asks(student: Terminal, server: ContractServer, homework: Path):
    server.fail(HAND_IN, answering(503, {"Retry-After": "7"}))
    student.types("submit", "lenet-digits", str(homework))
    assert student.slept == [7.0]


def test_too_fast_is_no_reason_to_give_up(student: Terminal, server: ContractServer, homework: Path):
    slow_down = problem(429, "too-many-requests", "Too fast")
    slow_down.headers["Retry-After"] = "3"
    server.fail(HAND_IN, lambda _request: slow_down)
    assert student.types("submit", "lenet-digits", str(homework)).exit_code == 0
    assert student.slept == [3.0]


def test_used_up_tries_are_refused_at_once(student: Terminal, server: ContractServer, homework: Path):
    used_up = problem(429, "tries-used-up", "No tries left today", retry_after_s=5)
    used_up.headers["Retry-After"] = "5"
    server.fail(HAND_IN, lambda _request: used_up)
    result = student.types("submit", "lenet-digits", str(homework))
    assert result.exit_code == 3
    assert student.slept == []
    assert len(keys(server)) == 1


def test_giving_up_says_how_to_go_on(student: Terminal, server: ContractServer, homework: Path):
    server.fail(HAND_IN, *[dropped] * 20)
    result = student.types("submit", "lenet-digits", str(homework))
    assert result.exit_code == 4
    key = re.search(r"--key (\S+)", result.stderr)
    assert key is not None
    assert keys(server) == [key[1]] * len(keys(server))
    server.faults.clear()
    assert student.types("submit", "lenet-digits", str(homework), "--key", key[1]).exit_code == 0
    assert len(server.contents) == 1


def test_waits_grow_up_to_a_cap(student: Terminal, server: ContractServer, homework: Path):
    server.fail(HAND_IN, *[dropped] * 20)
    student.types("submit", "lenet-digits", str(homework))
    assert student.slept == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_refusal_shows_the_line_of_the_mistake(student: Terminal, server: ContractServer, homework: Path):
    refusal = problem(422, "not-utf8", "Not UTF-8", "Byte 0xff.", file="submission.py", line=3)
    server.fail(HAND_IN, lambda _request: refusal)
    result = student.types("submit", "lenet-digits", str(homework))
    assert result.exit_code == 3
    assert "File submission.py, line 3." in result.stderr


def test_refusal_in_json_is_the_problem_document(student: Terminal, server: ContractServer, homework: Path):
    server.fail(HAND_IN, lambda _request: problem(403, "closed", "Closed", "It closed yesterday."))
    document = student.json("submit", "lenet-digits", str(homework))
    assert (document["slug"], document["status"]) == ("closed", 403)
    assert document["help"] == f"{server.url}/help/errors#closed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that no server would take."""
    (tmp_path / "empty.py").touch()
    (tmp_path / "large.zip").write_bytes(b"x" * (MIB + 1))
    (tmp_path / "half.zip").write_bytes(b"x" * (MIB // 2 + 1))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "empty.py").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    for name in "abcd":
        (tmp_path / name).write_text("x")
    return tmp_path


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["missing.py"], "There is no file"),
        (["empty.py"], "is empty"),
        (["large.zip"], "MiB are too much"),
        (["half.zip", "a", "folder"], "is a folder"),
        (["pipe"], "not a regular file"),
        (["a", "b", "c", "d"], "4 files are too many"),
        (["a", "folder/empty.py", "empty.py"], "Two files are called"),
        (["bad\udcff.py"], "not valid UTF-8"),
    ],
)
def test_hopeless_files_are_refused_before_sending(
    student: Terminal, server: ContractServer, folder: Path, names: list[str], sentence: str
):
    result = student.types("submit", "lenet-digits", *(str(folder / name) for name in names))
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())
    assert server.headers_of(HAND_IN) == []


def test_two_halves_may_be_too_much_together(student: Terminal, server: ContractServer, folder: Path):
    (folder / "other.zip").write_bytes(b"x" * (MIB // 2 + 1))
    result = student.types("submit", "lenet-digits", str(folder / "half.zip"), str(folder / "other.zip"))
    assert result.exit_code == 2


def test_unknown_assignment_is_refused_by_the_server(student: Terminal, homework: Path):
    assert student.types("submit", "nope", str(homework)).exit_code == 3


def test_a_slug_cannot_climb_out_of_the_api(student: Terminal, server: ContractServer, homework: Path):
    assert student.types("submit", "../me", str(homework)).exit_code == 3
    assert server.asked[-1][1] == "/api/v1/assignments/../me"  # decoded by WSGI; it was sent as %2F


def test_a_file_that_shrinks_on_the_way_is_told(server: ContractServer, tmp_path: Path):
    path = tmp_path / "weights.bin"
    path.write_bytes(b"x" * MIB)
    client = Client.open(
        Address.parse(server.url),
        token=TOKEN,
        language=Language.EN,
        retrier=Retrier(sleep=pytest.fail, jitter=lambda: 0.5, on_pause=pytest.fail),
        now=lambda: NOW,
        transport=None,
        hear_zone=pytest.fail,
    )
    with (
        client.http,
        open_files([path], Limits(upload_mib=1)) as files,
        pytest.raises(WrongUse, match="changed while it was being sent"),
    ):
        hand_in(
            client,
            "lenet-digits",
            files,
            HandInOptions(new_idempotency_key()),
            lambda _count: os.truncate(path, 1000),
        )
    assert server.contents == []


def test_progress_counts_bytes_of_the_file_and_starts_over(tmp_path: Path):
    path = tmp_path / "f"
    path.write_bytes(b"x" * 1000)
    chunks: list[int] = []
    with path.open("rb") as file:
        file_with_progress = ProgressFile(OpenedFile("f", file, 1000), chunks.append)
        file_with_progress.read(600)
        file_with_progress.seek(0)
        file_with_progress.read()
    assert sum(chunks) == 1000


def test_a_key_that_cannot_travel_is_refused(student: Terminal, server: ContractServer, homework: Path):
    assert student.types("submit", "lenet-digits", str(homework), "--key", "kulcs ő").exit_code == 2
    assert server.contents == []


def test_trial_is_asked_for_as_one(student: Terminal, server: ContractServer, homework: Path):
    student.types("try", "lenet-digits", str(homework))

    assert server.queries == [{"trial": "true"}]


def test_what_waits_is_kept_when_asked(student: Terminal, server: ContractServer, homework: Path):
    student.types("submit", "lenet-digits", str(homework), "--keep")
    student.types("submit", "lenet-digits", str(homework))
    assert server.queries == [{"keep": "true"}, {}]
