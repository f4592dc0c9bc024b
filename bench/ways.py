"""`make ways`: how many modules of ours are entered on the ways that people go most often.

A module counts where one of its functions runs, not where it is imported: what somebody has to read who
follows that way with a finger.
"""

from __future__ import annotations

import inspect
import logging
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

import click
import structlog
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from cli.main import hazi
from grader import material
from grader.commands.run_local import grade_locally
from grader.inside.main import SERVED
from grader.sandbox.pool import Boxes
from server import create_app
from server.accounts.credentials.tokens import add_token
from server.operations.schema_version import migrate
from server.person import Person, Role
from server.quizzes.room.phases import RoomStep
from server.quizzes.room.rooms import StaffAction, advance, find_room, open_room
from server.quizzes.room.runtime import runtime
from server.quizzes.service import sync_quizzes
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import release
from server.web import services
from tests.grader import blobs
from tests.server.builders import NOON, a_config, a_course, a_person
from tests.server.quizzes.conftest import QUIZ
from tests.server.submissions.builders import SLUG, SOURCE, ZONE, a_report, an_assignment

ROOT = Path(__file__).parent.parent
PACKAGES = ("server", "grader", "cli", "assignments")


class Entered:
    """The modules of some packages whose functions have run, by file."""

    def __init__(self, packages: tuple[str, ...] = PACKAGES) -> None:
        self._roots = tuple(f"{ROOT / package}/" for package in packages)
        self.files: set[str] = set()

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        """A profiler: see sys.setprofile. Bodies of modules and classes are no functions."""
        code = frame.f_code
        if event == "call" and code.co_flags & inspect.CO_OPTIMIZED:
            self.files.add(code.co_filename)

    @property
    def modules(self) -> list[str]:
        """Their paths below the project's root, in order."""
        mine = (file for file in self.files if file.startswith(self._roots) and file.endswith(".py"))
        return sorted(str(Path(file).relative_to(ROOT)) for file in mine)


@contextmanager
def watched(packages: tuple[str, ...] = PACKAGES) -> Iterator[Entered]:
    """What is entered in this block, in this thread and in those that it starts."""
    entered = Entered(packages)
    threading.setprofile(entered)
    sys.setprofile(entered)
    try:
        yield entered
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


class Course:
    """A course with one assignment and one quiz, and two of its people."""

    def __init__(self, folder: Path) -> None:
        self.moment = NOON
        self.app: Flask = create_app(a_config(folder), clock=lambda: self.moment)
        quizzes = folder / "quizzes"
        quizzes.mkdir()
        (quizzes / "week-1.toml").write_text(QUIZ)
        database = services(self.app).database
        migrate(database)
        with database.write() as session:
            a_course(session)
            an_assignment(session)
            self.student: Person = a_person(session, "ABC123")
            self.lecturer: Person = a_person(session, "LEC001", role=Role.LECTURER)
            self.token = add_token(session, self.student.id, "ways", NOON).key
        assert list(sync_quizzes(database, services(self.app).store, folder, ZONE, NOON, course_id=1))

    @property
    def client(self) -> FlaskClient:
        """A program of the student's."""
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        return client

    def hand_in(self) -> str:
        """The id of a new submission."""
        file = (BytesIO(SOURCE), "submission.py")
        answer = self.client.post(f"/api/v1/assignments/{SLUG}/submissions", data={"file": file})
        return str(answer.get_json()["id"])

    def grade(self) -> None:
        """Record a report for all that waits."""
        with services(self.app).database.write() as session:
            for one in release(session, ZONE, NOON):
                record_report(session, a_report(one.job.attempt_id), NOON)


def hand_in(course: Course) -> list[str]:
    """From the request to the answer with the receipt."""
    course.hand_in()  # what is read once and kept is no part of the way
    with watched() as entered:
        course.hand_in()
    return entered.modules


def report_page(course: Course) -> list[str]:
    """The page of a submission whose run has ended."""
    number = course.hand_in()
    course.grade()
    address = f"/submissions/{number}"
    client = course.client
    client.get(address)
    with watched() as entered:
        assert client.get(address).status_code == 200
    return entered.modules


def grading(_course: Course) -> list[str]:
    """A submission of kind `code` from its files to its report; the box is a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        folder = blobs.write_assignment(Path(home))
        handed_in = Path(home, "handed-in")
        handed_in.mkdir()
        (handed_in / "submission.py").write_bytes(blobs.HONEST.encode())
        material.from_folder(folder)
        boxes = Boxes()
        try:
            with watched() as entered:
                grade_locally(folder, handed_in, boxes=boxes)
        finally:
            boxes.close()
    return entered.modules


def inside_the_box(_course: Course) -> list[str]:
    """What the box has loaded of ours for it: the harness, and the inner half of the kind."""
    loaded = {
        "grader.kinds.code.inside",
        *(name for name in sys.modules if name.startswith("grader.inside.")),
    }
    assert SERVED.keys() > {"code"}
    return sorted(name.replace(".", "/") + ".py" for name in loaded)


def quiz_answer(course: Course) -> list[str]:
    """A phone joins, sees the question that is open, and answers it."""
    action = StaffAction(course.lecturer, course.moment)
    with course.app.test_request_context(), services().database.write() as session:
        quiz = runtime().library.quiz(session, 1)
        pin = open_room(session, "week-1", quiz.quiz.policy, action).pin
        session.flush()
        advance(session, find_room(session, pin), quiz, RoomStep.QUESTION, action)
    course.moment += timedelta(seconds=2)
    phone = course.app.test_client()
    with watched() as entered:
        phone.post(f"/api/v1/live/{pin}/join", json={"neptun": "ABC123"})
        seen: Any = phone.get(f"/api/v1/live/{pin}/state").get_json()
        address = f"/api/v1/live/{pin}/answers/{seen['round']}"
        answer = phone.put(address, json={"answer": 0, "n": 1, "elapsed_ms": 900, "round_trip_ms": 20})
    assert answer.status_code == 200, answer.text
    return entered.modules


def submit(course: Course) -> list[str]:
    """`hazi submit`, on the student's side."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (home / "submission.py").write_bytes(SOURCE)
        server = make_server("127.0.0.1", 0, course.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stack.callback(server.shutdown)
        variables = {
            "HAZI_URL": f"http://127.0.0.1:{server.port}",
            "HAZI_TOKEN": course.token,
            "XDG_CONFIG_HOME": str(home),
        }
        with watched(("cli",)) as entered:
            done = CliRunner().invoke(hazi, ["submit", SLUG, str(home / "submission.py")], env=variables)
        assert done.exit_code == 0, done.output
    return entered.modules


WAYS: dict[str, tuple[Callable[[Course], list[str]], int | None]] = {  # and how many there should be at most
    "hand in by API to the receipt": (hand_in, 24),
    "report page of a finished run": (report_page, 30),
    "grading a `code` submission": (grading, 37),
    "... inside the box": (inside_the_box, 14),
    "join, ask, answer of a quiz": (quiz_answer, 28),
    "hazi submit": (submit, 17),
}


@click.command()
@click.option("--modules", is_flag=True, help="Name them, too.")
def main(modules: bool) -> None:
    """Count the modules that are entered on each way."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder))
        for way, (go, wanted) in WAYS.items():
            entered = go(course)
            click.echo(f"{way:32} {len(entered):3}   wanted: {wanted}")
            for module in entered if modules else ():
                click.echo(f"    {module}")


if __name__ == "__main__":
    main()
