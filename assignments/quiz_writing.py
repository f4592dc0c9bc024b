"""Writes a quiz as the TOML that `assignments.quiz_reading` reads: what goes out comes back the same.

What is written over a text that is there, with its comments, is in `assignments.quiz_edits`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import tomlkit

from assignments.questions.registry import write_body
from assignments.questions.texts import written
from assignments.quiz import GeneratedQuestion, Policy, Question, Quiz

INDENT = "  "


def write_quiz(quiz: Quiz, zone: ZoneInfo) -> str:
    """The text of a quiz's file."""
    return write_document(quiz_document(quiz, zone))


def quiz_document(quiz: Quiz, zone: ZoneInfo) -> dict[str, Any]:
    """A quiz as the tables that stand in its file; what is as usual is left out."""
    head = {"slug": quiz.slug, "title": written(quiz.title)}
    policy = {"policy": table} if (table := policy_table(quiz.policy, zone)) else {}
    return head | policy | {"question": [question_table(one) for one in quiz.questions]}


def write_document(document: Mapping[str, Any]) -> str:
    """The text of a file out of its tables, right or wrong: whoever reads it says what is wrong.

    Raises TypeError where a policy or a question is no table, or a value is none that TOML has.
    """
    parts = [
        table_text({name: value for name, value in document.items() if name not in {"policy", "question"}})
    ]
    if policy := document.get("policy"):
        parts.append("[policy]\n" + table_text(policy))
    parts.extend("[[question]]\n" + table_text(one) for one in document.get("question", ()))
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


def policy_table(policy: Policy, zone: ZoneInfo) -> dict[str, Any]:
    """A policy as the table that stands in the file; what is as usual is left out."""
    usual, table = Policy(), dict[str, Any]()
    for name in ("counts", "game", "word", "change", "replay_until", "replay_cap"):
        value = getattr(policy, name)
        if value != getattr(usual, name):
            table[name] = value.astimezone(zone) if isinstance(value, datetime) else value
    return table


def table_text(values: object) -> str:
    """The lines of one table; tables in it stand within their line. Raises TypeError where it is none."""
    return "".join(f"{name} = {value}\n" for name, value in _entries(values))


def value_text(value: object) -> str:
    """One value. Lists of tables stand one to a line, so that people can read them. Raises TypeError.

    Lists and tables are put together here: tomlkit takes time with the square of their length.
    """
    if isinstance(value, Mapping):
        entries = [f"{name} = {one}" for name, one in _entries(value)]
        return "{ " + ", ".join(entries) + " }" if entries else "{}"
    if isinstance(value, list):
        return _list_text(value)
    return tomlkit.item(str(value) if isinstance(value, str) else value).as_string()


def _entries(values: object) -> Iterator[tuple[str, str]]:
    if not isinstance(values, Mapping):
        raise TypeError(f"a table is wanted, not {type(values).__name__}")
    return ((tomlkit.key(name).as_string(), value_text(value)) for name, value in values.items())


def _list_text(values: list[object]) -> str:
    texts = [value_text(value) for value in values]
    if any(isinstance(value, Mapping) for value in values):
        return "[\n" + "".join(f"{INDENT}{one},\n" for one in texts) + "]"
    return "[" + ", ".join(texts) + "]"
