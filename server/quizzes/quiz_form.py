"""The editor's form: a quiz as the tables of its file, in JSON, there and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from assignments.fields import SpecError
from assignments.quiz_reading import read_quiz
from assignments.quiz_writing import quiz_document, write_document
from server.quizzes.publishing import mistaken
from server.quizzes.refusals import BadQuiz

MINUTE = "%Y-%m-%dT%H:%M"  # as a field for date and time has it


def document_of(toml: str, zone: ZoneInfo) -> dict[str, Any]:
    """What the form begins with. Raises BadQuiz where the text is no quiz: it stays a text then."""
    try:
        document = quiz_document(read_quiz(toml, zone, file="quiz"), zone)
    except SpecError as error:
        raise mistaken(error) from None
    return {name: _plain(value) for name, value in document.items()}


def toml_of(sent: str) -> str:
    """The text of the file out of what the form sent, which may hold anything. Raises BadQuiz."""
    try:
        toml = write_document(_loaded(sent))
        toml.encode()  # half a character of two cannot be kept
    except (ValueError, TypeError, RecursionError):
        raise BadQuiz(_("The form sent what is no quiz. Reload the page and try again.")) from None
    return toml


def _loaded(sent: str) -> dict[str, Any]:
    """The tables, with their moment as one. Raises ValueError, TypeError and RecursionError."""
    document = json.loads(sent)
    if not isinstance(document, dict):
        raise TypeError("a table is wanted")
    policy = document.get("policy")
    if isinstance(policy, dict) and isinstance(until := policy.get("replay_until"), str):
        return document | {"policy": policy | {"replay_until": datetime.fromisoformat(until)}}
    return document


def _plain(value: Any) -> Any:  # noqa: ANN401 - what TOML can hold
    """The same in JSON: moments as local time."""
    if isinstance(value, datetime):
        return value.strftime(MINUTE) if value.second == 0 else value.strftime(f"{MINUTE}:%S")
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
