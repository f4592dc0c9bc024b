"""Reads a quiz out of TOML. Whatever is wrong is said with file, line and field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from assignments.questions.registry import modules_of_types, read_body
from assignments.questions.texts import localized, localized_or_none
from assignments.quiz import Counts, Game, GeneratedQuestion, Policy, Question, Quiz
from assignments.spec import SLUG
from assignments.toml.fields import Fields, Source, read_document

TEXT_LENGTH = 4000
MOST_QUESTIONS = 200
MOST_SECONDS = 3600
MOST_TAGS = 10
_GENERATE = re.compile(r"([a-z0-9_]+\.py):([A-Za-z_][A-Za-z0-9_]*)")


def read_quiz(text: str, zone: ZoneInfo, *, file: str = "quiz.toml") -> Quiz:
    """Parse and validate the text of a quiz. Raises SpecError."""
    with read_document(text, file) as document:
        slug = document.text("slug", longest=60)
        if not SLUG.fullmatch(slug):
            raise document.error("slug", f"must be small letters and digits, words joined by -, not {slug!r}")
        return Quiz(
            slug=slug,
            title=localized(document, "title", longest=100),
            policy=read_policy(document.table("policy", optional=True), zone),
            questions=_questions(document),
        )


def read_question(table: Mapping[str, Any], *, file: str, path: str) -> Question:
    """One question out of a table that is not in a file of its own, such as a variant. Raises SpecError."""
    return _question(Fields(table, Source(file, {}), path))


def read_policy(table: Fields, zone: ZoneInfo) -> Policy:
    """How the quiz is played, out of its table. Raises SpecError."""
    usual = Policy()
    with table:
        return Policy(
            counts=Counts(table.choice("counts", Counts, usual.counts)),
            game=Game(table.choice("game", Game, usual.game)),
            word=table.flag("word", usual.word),
            change=table.flag("change", usual.change),
            replay_until=table.moment("replay_until", zone) if table.has("replay_until") else None,
            replay_cap=table.number("replay_cap", 0, 1, usual.replay_cap),
        )


def _questions(document: Fields) -> tuple[Question | GeneratedQuestion, ...]:
    tables = document.tables("question")
    if not 1 <= len(tables) <= MOST_QUESTIONS:
        raise document.error("question", f"there must be 1 to {MOST_QUESTIONS} questions, not {len(tables)}")
    found: dict[str, Question | GeneratedQuestion] = {}
    for table in tables:
        question = _generated(table) if table.has("generate") else _question(table)
        if question.id in found:
            raise table.error("id", f"{question.id!r} is there twice")
        found[question.id] = question
    return tuple(found.values())


def _generated(table: Fields) -> GeneratedQuestion:
    """Its values are not known yet, so that only its name and its function are looked at."""
    match = _GENERATE.fullmatch(table.text("generate"))
    if match is None:
        raise table.error("generate", 'must be a file and a function in it, like "variants.py:precision"')
    rest = {name: value for name, value in table.values().items() if name != "generate"}
    return GeneratedQuestion(_id(table), match[1], match[2], rest)


def _question(table: Fields) -> Question:
    with table:
        kind = table.choice("type", modules_of_types())
        return Question(
            id=_id(table),
            text=localized(table, "text", longest=TEXT_LENGTH),
            body=read_body(table, kind),
            seconds=table.integer("seconds", 5, MOST_SECONDS, 30),
            points=table.integer("points", 0, 10_000, 1000),
            weight=table.number("weight", 0, 100, 1.0),
            tags=_tags(table),
            explanation=localized_or_none(table, "explanation", longest=TEXT_LENGTH),
        )


def _id(table: Fields) -> str:
    name = table.text("id", longest=60)
    if not SLUG.fullmatch(name):
        raise table.error("id", f"must be small letters and digits, words joined by -, not {name!r}")
    return name


def _tags(table: Fields) -> tuple[str, ...]:
    tags = table.texts("tags", longest=40) if table.has("tags") else ()
    if len(tags) > MOST_TAGS:
        raise table.error("tags", f"must be at most {MOST_TAGS}")
    return tags
