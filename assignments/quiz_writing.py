"""Writes a quiz as the TOML that `assignments.quiz_reading` reads: what goes out comes back the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from assignments.questions.registry import write_body
from assignments.questions.texts import written
from assignments.quiz import GeneratedQuestion, Policy, Question, Quiz

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def write_quiz(quiz: Quiz, zone: ZoneInfo) -> str:
    """The text of a quiz's file."""
    return write_document(quiz_document(quiz, zone))


def quiz_document(quiz: Quiz, zone: ZoneInfo) -> dict[str, Any]:
    """A quiz as the tables that stand in its file; what is as usual is left out."""
    head = {"slug": quiz.slug, "title": written(quiz.title)}
    policy = {"policy": table} if (table := _policy(quiz.policy, zone)) else {}
    return head | policy | {"question": [question_table(one) for one in quiz.questions]}


def write_document(document: Mapping[str, Any]) -> str:
    """The text of a file out of its tables, right or wrong: whoever reads it says what is wrong.

    Raises TypeError where a policy or a question is no table.
    """
    parts = [_table({name: value for name, value in document.items() if name not in {"policy", "question"}})]
    if policy := document.get("policy"):
        parts.append("[policy]\n" + _table(_mapping(policy)))
    parts.extend("[[question]]\n" + _table(_mapping(one)) for one in document.get("question", ()))
    return "\n".join(parts)


def question_table(question: Question | GeneratedQuestion) -> dict[str, Any]:
    """A question as the table that stands in the file; what is as usual is left out."""
    if isinstance(question, GeneratedQuestion):
        return {**question.table, "generate": f"{question.file}:{question.function}"}
    usual = Question(question.id, question.text, question.body)
    table: dict[str, Any] = {
        "id": question.id,
        "type": question.type,
        "text": written(question.text),
        **write_body(question.body),
    }
    for name in ("seconds", "points", "weight"):
        if getattr(question, name) != getattr(usual, name):
            table[name] = getattr(question, name)
    if question.tags:
        table["tags"] = list(question.tags)
    if question.explanation:
        table["explanation"] = written(question.explanation)
    return table


def _policy(policy: Policy, zone: ZoneInfo) -> dict[str, Any]:
    usual, table = Policy(), dict[str, Any]()
    for name in ("counts", "game", "word", "change", "replay_until", "replay_cap"):
        value = getattr(policy, name)
        if value != getattr(usual, name):
            table[name] = value.astimezone(zone) if isinstance(value, datetime) else value
    return table


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"a table is wanted, not {type(value).__name__}")
    return value


def _table(values: Mapping[str, Any]) -> str:
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in values.items())


def _value(value: Any) -> str:  # noqa: ANN401
    """One value. Lists of tables and of long texts stand one to a line, so that people can read them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return _list(value)
    if not isinstance(value, int | float):
        raise TypeError(f"TOML has no {type(value).__name__}")
    return repr(value)


def _list(values: Iterable[Any]) -> str:
    written = [_value(value) for value in values]
    if any(isinstance(value, Mapping) for value in values):
        return "[\n" + "".join(f"  {one},\n" for one in written) + "]"
    return "[" + ", ".join(written) + "]"


def _text(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(char) or _escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    """Other control characters are written by number: TOML does not take them as they are."""
    return f"\\u{ord(char):04x}" if unicodedata.category(char) == "Cc" else char


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _text(name)
