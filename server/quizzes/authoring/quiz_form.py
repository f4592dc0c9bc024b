"""The editor's form: a quiz as the tables of its file, in JSON, there and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from assignments.json_reading import read_json
from assignments.moments import to_utc
from assignments.quiz import Quiz
from assignments.quiz_edits import write_edited
from assignments.quiz_reading import read_quiz
from assignments.quiz_writing import quiz_document
from assignments.toml.fields import SpecError
from server.quizzes.authoring.publishing import mistaken
from server.quizzes.refusals import BadQuiz

MINUTE = "%Y-%m-%dT%H:%M"  # as a field for date and time has it
MOST_WHOLE = 2**53 - 1  # beyond it a browser's numbers are not exact


def document_of(toml: str, zone: ZoneInfo) -> dict[str, Any]:
    """What the form begins with. Raises BadQuiz where the text is no quiz, or one for a text alone."""
    document = quiz_document(quiz_of(toml, zone), zone)
    policy = {
        name: _moment(value, zone) if isinstance(value, datetime) else value
        for name, value in document.get("policy", {}).items()
    }
    document |= {"policy": policy} if policy else {}
    if not _same_in_json(document):
        raise BadQuiz(
            _(
                "A generated question has a value that the form cannot keep, such as a date. "
                "Change this quiz in the text of its file."
            )
        )
    return document


def quiz_of(toml: str, zone: ZoneInfo) -> Quiz:
    """The quiz that the editor holds. Raises BadQuiz with the place of the mistake."""
    try:
        return read_quiz(toml, zone, file="quiz")
    except SpecError as error:
        raise mistaken(error) from None


def toml_of(sent: str, base: str, zone: ZoneInfo) -> str:
    """The text of the file out of what the form sent, which may hold anything. Raises BadQuiz.

    `base` is the text that the form was filled from: its comments stay beside what was not touched.
    """
    try:
        toml = write_edited(_loaded(sent), base, zone)
        toml.encode()  # half a character of two cannot be kept
    except (ValueError, TypeError):
        raise BadQuiz(_("The form sent what is no quiz. Reload the page and try again.")) from None
    return toml


def _loaded(sent: str) -> dict[str, Any]:
    """The tables, with their moment as one. Raises ValueError and TypeError."""
    document = read_json(sent, parse_float=_finite, parse_constant=_finite)
    if not isinstance(document, dict):
        raise TypeError("a table is wanted")
    policy = document.get("policy")
    if isinstance(policy, dict) and isinstance(until := policy.get("replay_until"), str):
        return document | {"policy": policy | {"replay_until": datetime.fromisoformat(until)}}
    return document


def _finite(written: str) -> float:
    """A number that can go back to the browser: its JSON knows no other. Raises ValueError."""
    value = float(written)
    if not math.isfinite(value):
        raise ValueError(f"{written:.20} is no number")
    return value


def _moment(value: datetime, zone: ZoneInfo) -> str:
    """Local time as its field has it; with all there is to it where that would be another moment, or two."""
    local = value.strftime(MINUTE)
    try:
        exact = to_utc(datetime.fromisoformat(local), zone) == value
    except ValueError:
        exact = False
    return local if exact else value.isoformat()


def _same_in_json(value: object) -> bool:
    """Whether a browser gives the value back as it was."""
    if isinstance(value, Mapping):
        return all(_same_in_json(one) for one in value.values())
    if isinstance(value, list):
        return all(_same_in_json(one) for one in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | bool) or (isinstance(value, int) and abs(value) <= MOST_WHOLE)
