"""Writes a quiz as the TOML that `assignments.quiz_reading` reads: what goes out comes back the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import singledispatch
from typing import Any
from zoneinfo import ZoneInfo

from assignments.quiz import (
    AcceptedNumber,
    AcceptedText,
    Choice,
    GeneratedQuestion,
    Matching,
    Matrix,
    Numeric,
    Option,
    Ordering,
    Policy,
    Question,
    Quiz,
    Shape,
    ShortText,
    TrueFalse,
)
from assignments.spec import Localized

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def write_quiz(quiz: Quiz, zone: ZoneInfo) -> str:
    """The text of a quiz's file."""
    return write_document(quiz_document(quiz, zone))


def quiz_document(quiz: Quiz, zone: ZoneInfo) -> dict[str, Any]:
    """A quiz as the tables that stand in its file; what is as usual is left out."""
    head = {"slug": quiz.slug, "title": _localized(quiz.title)}
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
        "type": str(question.type),
        "text": _localized(question.text),
        **_body(question.body),
    }
    for name in ("seconds", "points", "weight"):
        if getattr(question, name) != getattr(usual, name):
            table[name] = getattr(question, name)
    if question.tags:
        table["tags"] = list(question.tags)
    if question.explanation:
        table["explanation"] = _localized(question.explanation)
    return table


def _policy(policy: Policy, zone: ZoneInfo) -> dict[str, Any]:
    usual, table = Policy(), dict[str, Any]()
    for name in ("counts", "game", "word", "change", "replay_until", "replay_cap"):
        value = getattr(policy, name)
        if value != getattr(usual, name):
            table[name] = value.astimezone(zone) if isinstance(value, datetime) else value
    return table


def _localized(text: Localized) -> Any:  # noqa: ANN401 - what TOML can say
    return text.en if text.en == text.hu else {"en": text.en, "hu": text.hu}


@singledispatch
def _body(body: object) -> dict[str, Any]:
    raise TypeError(f"no way to write {type(body).__name__}")


@_body.register
def _choice(body: Choice) -> dict[str, Any]:
    table: dict[str, Any] = {"options": [_option(option) for option in body.options]}
    return table if body.shuffle else table | {"shuffle": False}


@_body.register
def _true_false(body: TrueFalse) -> dict[str, Any]:
    return {"correct": body.correct}


@_body.register
def _numeric(body: Numeric) -> dict[str, Any]:
    table: dict[str, Any] = {"accepted": [_number(one) for one in body.accepted]}
    return table | {"unit": body.unit} if body.unit else table


@_body.register
def _short_text(body: ShortText) -> dict[str, Any]:
    table: dict[str, Any] = {"accepted": [_form(one) for one in body.accepted]}
    return table | {"case_sensitive": True} if body.case_sensitive else table


@_body.register
def _ordering(body: Ordering) -> dict[str, Any]:
    return {"items": [_localized(item) for item in body.items]}


@_body.register
def _matching(body: Matching) -> dict[str, Any]:
    pairs = [{"left": _localized(pair.left), "right": _localized(pair.right)} for pair in body.pairs]
    distractors = [_localized(one) for one in body.distractors]
    return {"pairs": pairs} | ({"distractors": distractors} if distractors else {})


@_body.register
def _shape(body: Shape) -> dict[str, Any]:
    return {"shape": list(body.shape)}


@_body.register
def _matrix(body: Matrix) -> dict[str, Any]:
    cells = sorted([cell.row, cell.column] for cell in body.cells)
    return {"classes": list(body.classes), "matrix": [list(row) for row in body.counts], "cells": cells}


def _option(option: Option) -> dict[str, Any]:
    table: dict[str, Any] = {"text": _localized(option.text)}
    if option.correct:
        table["correct"] = True
    if option.credit is not None:
        table["credit"] = option.credit
    if option.feedback:
        table["feedback"] = _localized(option.feedback)
    return table


def _number(number: AcceptedNumber) -> Any:  # noqa: ANN401
    if number.tolerance == 0 and number.credit == 1:
        return number.value
    table: dict[str, Any] = {"value": number.value}
    return table | _unless_usual({"tolerance": (number.tolerance, 0), "credit": (number.credit, 1)})


def _form(form: AcceptedText) -> Any:  # noqa: ANN401
    return form.text if form.credit == 1 else {"text": form.text, "credit": form.credit}


def _unless_usual(values: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    return {name: value for name, (value, usual) in values.items() if value != usual}


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
