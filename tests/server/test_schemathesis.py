"""Every operation of the API answers what its OpenAPI document promises, whatever it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from assignments.quiz import Policy
from server.accounts.people import find_person
from server.accounts.person import Person, Role
from server.quizzes.phases import Step
from server.quizzes.published import Library
from server.quizzes.rooms import Press, advance, open_room
from server.quizzes.service import sync_quizzes
from server.web import services
from tests.server.builders import PASSWORD
from tests.server.quizzes.conftest import QUIZ
from tests.server.submissions.builders import (
    SLUG,
    a_graded_submission,
    a_resting_upload,
    a_submission,
    an_assignment,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    response_schema_conformance,
    content_type_conformance,
]
EXAMPLES = 25
GOOD_BODIES: dict[str, dict[str, Any]] = {
    "POST /api/v1/tokens": {"neptun": "ABC123", "password": PASSWORD, "name": "laptop"},
    "POST /api/v1/live/{pin}/join": {"neptun": "ABC123"},
    "POST /api/v1/live/{pin}/advance": {"to": "close"},
    "PUT /api/v1/live/{pin}/answers/{question}": {"answer": 0},
    "POST /api/v1/roster": {"file": ["Neptun code;Name\nNEW001;Új Emese\nbad;x\n".encode()]},
}
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
ROLES = {"ABC123": Role.STUDENT, "LEC001": Role.LECTURER}


@pytest.fixture
def known(app: Flask, person: Callable[..., Person]) -> dict[str, list[str]]:
    """What path variables may be called so that something is found there."""
    people = {neptun: person(neptun, role=role) for neptun, role in ROLES.items()}
    with services(app).database.write() as session:
        an_assignment(session)
        graded = a_graded_submission(session, people["ABC123"])
        waiting = a_submission(session, people["ABC123"], content=b"def train(): ...")
        upload = a_resting_upload(session, people["ABC123"])
    rooms = {"pin": [a_room(app)], "question": ["relu"], "player_id": ["1"], "knock_id": ["1"]}
    return rooms | {
        "slug": [SLUG, "week-1"],
        "submission_id": [graded.id, waiting.id],
        "upload_id": [upload.id],
    }


def a_room(app: Flask) -> str:
    """The PIN of a live quiz in which a question is open."""
    (folder := Path(services(app).config.store).parent / "course" / "quizzes").mkdir(parents=True)
    (folder / "week-1.toml").write_text(QUIZ)
    those = services(app)
    sync_quizzes(those.database, folder.parent, those.course.zone, those.clock())
    with those.database.write() as session:
        lecturer = find_person(session, "LEC001")
        assert lecturer is not None
        press = Press(lecturer, those.clock() - timedelta(seconds=5))
        room = open_room(session, "week-1", Policy(), press)
        advance(
            session, room, Library(those.course.zone).quiz(session, room.version_id), Step.QUESTION, press
        )
        return room.pin


@pytest.mark.timeout(300)
@pytest.mark.parametrize("neptun", ROLES)
def test_answers_are_as_described(
    app: Flask, neptun: str, known: dict[str, list[str]], token: Callable[[str], dict[str, str]]
):
    headers = token(neptun) | {"Accept": "application/json"}  # else the events of a run are an endless stream
    walked = set()
    for operation in operations(app):
        walked.add(operation.label)
        examine(operation, known, headers)
    assert walked == set(described(app))


def described(app: Flask) -> Iterator[str]:
    """The operations of the document."""
    paths = app.test_client().get("/api/openapi.json").get_json()["paths"]
    return (f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


def operations(app: Flask) -> list[Any]:
    """All of them, the last of which ends the token with which the others are asked."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    found = [result.ok() for result in schema.get_all_operations()]
    return sorted(found, key=lambda operation: operation.path.endswith("/current"))


def examine(operation: Any, known: dict[str, list[str]], headers: dict[str, str]) -> None:  # noqa: ANN401
    """Ask it this and that, by the document; often about something that is there."""
    places = st.fixed_dictionaries({}, optional={name: st.sampled_from(ids) for name, ids in known.items()})

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), place=places, good=st.booleans())
    def ask(case: Any, place: dict[str, str], good: bool) -> None:  # noqa: ANN401
        case.path_parameters.update({name: place[name] for name in place if name in case.path_parameters})
        if good:
            case.body = GOOD_BODIES.get(operation.label, case.body)
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS, headers=headers)

    ask()
