"""`hazi-server`, as an operator types it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import select

import assignments
from grader.contract import STORE_PROBE
from grader.signing import new_signing_key, private_text
from server.accounts.people import find_person
from server.commands import main
from server.courses.models import Course
from server.database import Database
from server.person import Role
from server.store import PROBE
from server.store.folder import FolderStore
from tests.server.builders import COURSE, SECRET_KEY

LINK = re.compile(r"http://localhost:8000/invitation/[\w-]{43}\b")
ROSTER = "Neptun kód;Név\nABC123;Kiss Anna\nnonsense;x\n"


class Operator:
    """Somebody at a shell of the server."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ

    def types(self, *words: str) -> Result:
        return CliRunner().invoke(main, words, env=self.environ)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command sets the log of its process up; the next test is none of it."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def operator(database_url: str, tmp_path: Path) -> Operator:
    environ = {
        "HAZI_SECRET_KEY": SECRET_KEY,
        "HAZI_DATABASE_URL": database_url,
        "HAZI_BROKER_URL": "redis://127.0.0.1:1/0",
        "HAZI_STORE": str(tmp_path / "store"),
        "HAZI_SIGNING_KEY": private_text(new_signing_key()),
    }
    return Operator(environ)


@pytest.fixture
def roster(tmp_path: Path) -> str:
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER)
    return str(file)


def role_of(operator: Operator, neptun: str) -> Role | None:
    database = Database(operator.environ["HAZI_DATABASE_URL"])
    with database.read() as session:
        person = find_person(session, COURSE, neptun)
    database.dispose()
    return person.role if person else None


def test_the_first_lecturer_gets_a_link(operator: Operator):
    operator.types("migrate")
    answer = operator.types("create-lecturer", "lec001", "Kovács Éva")
    assert answer.exit_code == 0, answer.output
    assert LINK.search(answer.output)
    assert role_of(operator, "LEC001") is Role.LECTURER


def test_a_roster_is_first_compared_then_taken(operator: Operator, roster: str):
    operator.types("migrate")
    answer = operator.types("import-roster", roster)
    assert "+ ABC123 Kiss Anna" in answer.output
    assert "row 3:" in answer.output
    assert role_of(operator, "ABC123") is None
    assert operator.types("import-roster", "--apply", roster).exit_code == 0
    assert role_of(operator, "ABC123") is Role.STUDENT


def test_unknown_people_cannot_be_invited(operator: Operator):
    operator.types("migrate")
    answer = operator.types("invite", "NOBODY")
    assert answer.exit_code == 1
    assert "not known: NOBODY" in answer.output


def test_sync_publishes_the_course(operator: Operator):
    operator.types("migrate")
    answer = operator.types("sync")
    assert answer.exit_code == 0, answer.output
    assert "lenet-digits: published" in answer.output
    assert role_of(operator, "DEMOLE") is Role.LECTURER
    assert "lenet-digits: unchanged" in operator.types("sync").output


def courses_of(operator: Operator) -> list[tuple[int, str, str]]:
    database = Database(operator.environ["HAZI_DATABASE_URL"])
    with database.read() as session:
        rows = session.scalars(select(Course).order_by(Course.id)).all()
    database.dispose()
    return [(row.id, row.slug, row.term) for row in rows]


def test_sync_makes_the_row_of_the_course_and_renames_it(operator: Operator, tmp_path: Path):
    operator.types("migrate")
    assert courses_of(operator) == []
    operator.environ["HAZI_ASSIGNMENTS"] = str(tmp_path)
    title = 'title = { en = "Deep learning", hu = "Mélytanulás" }\n'
    for text, slug, term in (
        (f'{title}term = "2026/27/1"\n', "deep-learning-2026-27-1", "2026/27/1"),
        (f'{title}term = "2026/27/2"\n', "deep-learning-2026-27-2", "2026/27/2"),
        (f'slug = "dl"\n{title}term = "2026/27/2"\n', "dl", "2026/27/2"),
    ):
        (tmp_path / "course.toml").write_text(text, encoding="utf-8")
        assert operator.types("sync").exit_code == 0
        assert courses_of(operator) == [(1, slug, term)]


def test_people_may_come_before_the_first_sync(operator: Operator):
    operator.types("migrate")
    operator.types("create-lecturer", "LEC001", "Dr. Kovács Éva")
    before = courses_of(operator)
    operator.types("sync")
    assert courses_of(operator) == before
    assert role_of(operator, "LEC001") is Role.LECTURER


def test_a_roster_with_labels_says_what_it_changes(operator: Operator, tmp_path: Path):
    operator.types("migrate")
    file = tmp_path / "roster.csv"
    file.write_text("Neptun;Name;Labels\nABC123;Kiss Anna;lab-B\n")
    assert "+ ABC123 Kiss Anna [lab-B]" in operator.types("import-roster", str(file), "--apply").output
    file.write_text("Neptun;Name;Labels\nABC123;Kiss Anna;lab-C extra-time\n")
    answer = operator.types("import-roster", str(file)).output
    assert "~ ABC123 Kiss Anna -> Kiss Anna  [extra-time lab-C]" in answer


@pytest.mark.slow
def test_sync_says_who_stays_against_the_file_and_who_stays_out(operator: Operator, tmp_path: Path):
    operator.types("migrate")
    operator.types("sync")
    operator.types("create-lecturer", "LEC001", "Dr. Kovács Éva")
    operator.types("deactivate", "DEMOLE")
    answer = operator.types("sync").output
    assert re.search("^DEMOLE .*: is deactivated and stays out", answer, re.MULTILINE)
    assert re.search("^LEC001 .*: lecturer, though course.toml does not name them", answer, re.MULTILINE)
    operator.types("activate", "DEMOLE")
    operator.types("deactivate", "LEC001")
    course = shutil.copytree(Path(assignments.__file__).parent, tmp_path / "course")
    file = course / "course.toml"
    file.write_text(file.read_text().replace('role = "lecturer"', 'role = "assistant"'))
    operator.environ["HAZI_ASSIGNMENTS"] = str(course)
    answer = operator.types("sync").output
    assert re.search("^DEMOLE .*: stays a lecturer against course.toml", answer, re.MULTILINE)


def test_a_broken_assignment_is_named_and_hinders_no_other(operator: Operator, tmp_path: Path):
    course = shutil.copytree(Path(assignments.__file__).parent, tmp_path / "course")
    (course / "lenet-digits" / "assignment.toml").write_text("slug = 3\n")
    operator.environ["HAZI_ASSIGNMENTS"] = str(course)
    operator.types("migrate")
    answer = operator.types("sync")
    assert answer.exit_code == 1
    assert "lenet-digits/assignment.toml, line 1: " in answer.output
    assert "rockets-cars-airplanes: published" in answer.output


@pytest.mark.slow
def test_sync_warns_while_a_course_runs_on_a_shipped_secret(operator: Operator, tmp_path: Path):
    course = shutil.copytree(Path(assignments.__file__).parent, tmp_path / "course")
    (course / "lenet-digits" / "data.py").write_text("def load():\n    return draw(manual_seed(1998))\n")
    operator.environ["HAZI_ASSIGNMENTS"] = str(course)
    operator.types("migrate")
    answer = operator.types("sync")
    assert answer.exit_code == 0
    assert "lenet-digits: RUNS ON A SHIPPED SECRET" in answer.stderr
    assert "rockets-cars-airplanes: RUNS" not in answer.stderr


def test_final_data_are_drawn_once_the_last_late_day_is_over(operator: Operator, tmp_path: Path):
    course = shutil.copytree(Path(assignments.__file__).parent, tmp_path / "course")
    toml = course / "lenet-digits" / "assignment.toml"
    load = 'load = "data.py:load"'
    toml.write_text(toml.read_text().replace(load, load + '\nfinal = "fresh"'))
    operator.environ["HAZI_ASSIGNMENTS"] = str(course)
    operator.types("migrate")
    operator.types("sync")
    too_early = operator.types("draw-final", "lenet-digits")
    assert too_early.exit_code == 1
    assert "draw afterwards" in too_early.output
    toml.write_text(toml.read_text().replace("= 2026-", "= 2020-"))
    for folder in ("starter", "reference"):
        shutil.rmtree(course / "lenet-digits" / folder)
    operator.types("sync")
    unfinished = operator.types("draw-final", "lenet-digits")
    assert "2 runs have not ended yet" in unfinished.output  # starter and reference of the version before


def test_check_names_what_is_missing(operator: Operator):
    answer = operator.types("check")
    assert answer.exit_code == 1
    assert "database: run `hazi-server migrate`" in answer.output
    assert "store: ok" in answer.output


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_doctor_looks_behind_the_walls_of_the_sandbox_too(
    operator: Operator, capfd: pytest.CaptureFixture[str]
):
    operator.types("migrate")
    answer = operator.types("doctor")
    assert "database: ok" in answer.output
    assert "redis: " in answer.output
    grader = capfd.readouterr().out
    assert "limits held by: " in grader
    assert "ok   template: network: holds" in grader
    assert "DOWN" not in grader


def test_bad_settings_are_one_sentence(operator: Operator):
    operator.environ["HAZI_SECRET_KEY"] = "short"
    answer = operator.types("migrate")
    assert answer.exit_code == 1
    assert answer.output == "Error: HAZI_SECRET_KEY needs at least 32 random bytes\n"


def test_a_bad_code_is_one_sentence(operator: Operator):
    answer = operator.types("create-lecturer", "lecturer", "Kovács Éva")
    assert answer.exit_code == 1
    assert "exactly six characters" in answer.output


@pytest.mark.parametrize("command", ["dispatcher", "recorder"])
def test_leases_go_by_the_clock_of_the_database(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, command: str
):
    """A machine whose clock is 90 s ahead must not take healthy runs for lost."""
    given: list[object] = []
    monkeypatch.setattr(
        f"server.commands.run_{command}", lambda *arguments, **_named: given.extend(arguments)
    )
    assert operator.types("migrate").exit_code == 0
    assert operator.types(command).exit_code == 0
    clocks = [one for one in given if callable(one)]
    assert [getattr(clock, "__func__", None) for clock in clocks] == [Database.now]


def test_dispatcher_without_a_key_to_sign_with_says_so(operator: Operator):
    operator.types("migrate")
    del operator.environ["HAZI_SIGNING_KEY"]
    answer = operator.types("dispatcher")
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: HAZI_SIGNING_KEY is missing")


@pytest.mark.slow
def test_store_gets_the_object_that_graders_look_for(operator: Operator, tmp_path: Path):
    operator.types("migrate")
    operator.types("sync")
    with FolderStore(tmp_path / "store").open(PROBE) as stream:
        assert stream.read() == STORE_PROBE
