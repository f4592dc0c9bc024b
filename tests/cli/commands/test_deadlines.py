"""Deadlines from the terminal, against the real server: extensions, dates, tokens, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.courses.models import Course
from server.deadlines.models import DateEdit, Extension
from server.person import Role
from tests.cli.conftest import Terminal
from tests.cli.test_real_server import Lab, lab  # noqa: F401 - a fixture
from tests.server.builders import NOON, PASSWORD, a_person
from tests.server.submissions.builders import SLUG, a_graded_submission, an_assignment

TWO_DAYS = "2026-10-27T22:59:59+00:00"


@pytest.fixture
def lecturer(stranger: Terminal, lab: Lab) -> Terminal:  # noqa: F811
    with lab.database.write() as session:
        an_assignment(session, late="per_day = 0.10\nlast_day = 3\ntokens = 2")
        a_person(session, "LEC001", "Dr. Kovács Éva", role=Role.LECTURER, password=PASSWORD)
        bela = a_person(session, "XYZ789", "Nagy Béla", password=PASSWORD)
        session.execute(update(Course).values(tokens_per_term=3))
    with lab.database.write() as session:
        a_graded_submission(session, bela, now=NOON)
    return signed_in(stranger, lab, "LEC001")


def signed_in(terminal: Terminal, lab: Lab, neptun: str) -> Terminal:  # noqa: F811
    result = terminal.types("login", "--url", lab.url, "--neptun", neptun, stdin=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    return terminal


def dues(lab: Lab) -> list[str]:  # noqa: F811
    with lab.database.read() as session:
        return [one.due.isoformat() for one in session.scalars(select(Extension).order_by(Extension.id))]


def test_extensions_are_granted_listed_and_taken_back(lecturer: Terminal, lab: Lab):  # noqa: F811
    done = lecturer.types("extend", SLUG, "ABC123", "XYZ789", "+2d", "--reason", "ill")
    assert (done.exit_code, dues(lab)) == (0, [TWO_DAYS, TWO_DAYS])
    shown = lecturer.types("extensions", SLUG, "--lang", "hu").stdout
    assert "érvényes" in shown
    assert lecturer.types("unextend", "1", "--reason", "mistaken").exit_code == 0
    states = [one["state"] for one in lecturer.json("extensions", SLUG)["extensions"]]
    assert states == ["in_force", "ended"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("extend", SLUG, "ABC123", "+2d"), 3, "Write a reason"),
        (("extend", SLUG, "AAA000", "+2d", "--reason", "ill"), 3, "AAA000"),
        (("extend", SLUG, "+2d", "--reason", "ill"), 3, "Choose students, or one label"),
        (("extend", SLUG, "--reason", "ill"), 2, "Name the assignment"),
        (("extend", "none", "ABC123", "+2d", "--reason", "ill"), 3, "no assignment of this name"),
        (("extend", SLUG, "ABC123", "2d", "--reason", "ill"), 3, "is no moment"),
        (("unextend", "7", "--reason", "x"), 2, "no extension 7"),
        (("tokens", SLUG, "many"), 2, "whole number"),
        (("dates", SLUG, "--due", "2026-10-27T12:00", "--yes"), 3, "Write a reason"),
    ],
)
def test_what_is_wrong_is_said(
    lecturer: Terminal,
    lab: Lab,  # noqa: F811
    words: tuple[str, ...],
    code: int,
    sentence: str,
):
    result = lecturer.types(*words)
    assert (result.exit_code, sentence in result.stderr) == (code, True), result.stderr
    assert dues(lab) == []


def test_an_answer_that_was_lost_is_not_granted_on_top(lecturer: Terminal, lab: Lab):  # noqa: F811
    """The tool asks once; who asks again by hand sees from the list that it was granted."""
    lecturer.types("extend", SLUG, "ABC123", "+2d", "--reason", "ill")
    again = lecturer.types("extend", SLUG, "ABC123", TWO_DAYS, "--reason", "ill")
    assert (again.exit_code, dues(lab)) == (3, [TWO_DAYS])


def test_a_table_is_shown_and_taken_when_confirmed(lecturer: Terminal, lab: Lab, tmp_path: Path):  # noqa: F811
    table = tmp_path / "extensions.csv"
    table.write_text(
        f"neptun;assignment;due;reason\nABC123;{SLUG};+2d;ill\nAAA000;{SLUG};+2d;ill\n", encoding="utf-8-sig"
    )
    refused = lecturer.types("extend", "--csv", str(table), stdin="n\n")
    assert (refused.exit_code, "AAA000" in refused.stderr, dues(lab)) == (2, True, [])
    assert lecturer.types("extend", "--csv", str(table), "--yes").exit_code == 0
    assert dues(lab) == [TWO_DAYS]
    again = lecturer.types("extend", "--csv", str(table), "--yes")
    assert (again.exit_code, len(dues(lab))) == (0, 2)  # +2d hangs on the due moment of that moment


@pytest.mark.parametrize("content", ["", "neptun,due\nABC123,+2d\n", "\udcff"])
def test_a_file_that_is_no_table_is_refused(lecturer: Terminal, tmp_path: Path, content: str):
    table = tmp_path / "extensions.csv"
    table.write_bytes(content.encode(errors="surrogateescape"))
    assert lecturer.types("extend", "--csv", str(table), "--yes").exit_code == 2


def test_why_is_explained_step_by_step(lecturer: Terminal):
    shown = lecturer.types("explain", SLUG, "XYZ789", "--lang", "en").stdout
    assert "It earned 5 points." in shown
    assert "What counts: the private share" in shown
    assert "2026-10-2" in shown


def test_a_student_reads_their_own_and_limits_tokens(lecturer: Terminal, lab: Lab):  # noqa: F811
    anna = signed_in(lecturer, lab, "XYZ789")
    shown = anna.types("explain", SLUG).stdout
    assert "Public share" in shown
    assert "private" not in shown
    assert anna.types("explain", SLUG, "ABC123").exit_code == 3
    assert "0 of 3 used" in anna.types("tokens", SLUG).stdout
    assert anna.json("tokens", SLUG, "1")["most"] == 1
    assert anna.json("tokens", SLUG, "all")["most"] is None


def test_dates_are_looked_at_and_set_when_confirmed(lecturer: Terminal, lab: Lab):  # noqa: F811
    command = ("dates", SLUG, "--due", "2026-09-20T23:59:59", "--reason", "moved")
    refused = lecturer.types(*command, stdin="n\n")
    assert refused.exit_code == 2
    assert "1 change in points or lateness, 2 are to be told." in refused.stderr
    with lab.database.read() as session:
        assert session.scalars(select(DateEdit)).all() == []
    assert lecturer.types(*command, "--yes").exit_code == 0
    assert lecturer.json("dates", SLUG)["edit"]["reason"] == "moved"
    assert lecturer.types("dates", SLUG, "--back", "--reason", "mistaken", "--yes").exit_code == 0
    assert lecturer.json("dates", SLUG)["edit"] is None
