"""Every operation of the API answers what its OpenAPI document promises, whatever it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

from server.person import Person, Role
from tests.sampling import few
from tests.server.builders import PASSWORD
from tests.server.objects import objects_of
from tests.server.serving import Whole

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    response_schema_conformance,
    content_type_conformance,
]
EXAMPLES, MORE_EXAMPLES = 6, 25
GOOD_BODIES: dict[str, dict[str, Any]] = {
    "POST /api/v1/tokens": {"neptun": "ABC123", "password": PASSWORD, "name": "laptop"},
    "POST /api/v1/live/{pin}/join": {"neptun": "ABC123"},
    "POST /api/v1/live/{pin}/advance": {"to": "close"},
    "PUT /api/v1/live/{pin}/answers/{question}": {"answer": 0},
    "POST /api/v1/assignments/{slug}/students/{neptun}/decisions": {"kind": "note", "reason": "x"},
    "POST /api/v1/submissions/{submission_id}/cancel": {"reason": "x"},
    "POST /api/v1/inquiries/{inquiry_id}/messages": {"text": "x"},
    "POST /api/v1/inquiries/{inquiry_id}/decision": {"state": "accepted", "reason": "x"},
    "POST /api/v1/roster": {"file": ["Neptun code;Name\nNEW001;Új Emese\nbad;x\n".encode()]},
}
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
ROLES = {"ABC123": Role.STUDENT, "LEC001": Role.LECTURER}


@pytest.fixture
def known(app: Flask, person: Callable[..., Person]) -> dict[str, list[str]]:
    """What path variables may be called so that something is found there."""
    people = {neptun: person(neptun, role=role) for neptun, role in ROLES.items()}
    return objects_of(app, people["ABC123"], people["LEC001"])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("examples", [EXAMPLES, pytest.param(MORE_EXAMPLES, marks=pytest.mark.slow)])
@pytest.mark.parametrize("neptun", few([*ROLES, "nobody", "bad token"], 3))
def test_answers_are_as_described(
    app: Flask,
    neptun: str,
    known: dict[str, list[str]],
    token: Callable[[str], dict[str, str]],
    examples: int,
):
    # Else the events of a run are an endless stream, and no test client reads what is compressed.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if neptun in ROLES:
        headers |= token(neptun)
    elif neptun == "bad token":
        headers["Authorization"] = "Bearer hazi_nonsense"
    walked = set()
    for operation in operations(app):
        walked.add(operation.label)
        examine(operation, known, headers, examples)
    assert walked == set(described(app))


def described(app: Flask) -> Iterator[str]:
    """The operations of the document."""
    paths = app.test_client().get("/api/openapi.json").get_json()["paths"]
    return (f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


def operations(app: Flask) -> list[Any]:
    """All of them, the last of which ends the token with which the others are asked."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", Whole(app))  # it closes no file itself
    found = [result.ok() for result in schema.get_all_operations()]
    return sorted(found, key=lambda operation: operation.path.endswith("/current"))


def examine(
    operation: Any,  # noqa: ANN401
    known: dict[str, list[str]],
    headers: dict[str, str],
    examples: int,
) -> None:
    """Ask it this and that, by the document; often about something that is there."""
    places = st.fixed_dictionaries({}, optional={name: st.sampled_from(ids) for name, ids in known.items()})

    @seed(1)
    @settings(
        max_examples=examples,
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
