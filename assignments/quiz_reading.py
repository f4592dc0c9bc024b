"""Reads a quiz out of TOML. Whatever is wrong is said with file, line and field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from assignments.fields import Fields, Source, read_document
from assignments.quiz import (
    AcceptedNumber,
    AcceptedText,
    Body,
    Cell,
    Choice,
    Counts,
    Game,
    GeneratedQuestion,
    Matching,
    Matrix,
    Numeric,
    Option,
    Ordering,
    Pair,
    Policy,
    Question,
    QuestionType,
    Quiz,
    Shape,
    ShortText,
    TrueFalse,
)
from assignments.spec import SLUG, Localized

TEXT_LENGTH = 4000
OPTION_LENGTH = 600
FORM_LENGTH = 200
MOST_QUESTIONS = 200
MOST_OPTIONS = 26
MOST_FORMS = 50
MOST_DIMENSIONS = 8
LARGEST_SIZE = 10**9
LARGEST_NUMBER = 1e15
MOST_SECONDS = 3600
MOST_TAGS = 10
LANGUAGES = ("en", "hu")
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
            policy=_policy(document.table("policy", optional=True), zone),
            questions=_questions(document),
        )


def read_question(table: Mapping[str, Any], *, file: str, place: str) -> Question:
    """One question out of a table that is not in a file of its own, such as a variant. Raises SpecError."""
    return _question(Fields(table, Source(file, {}), place))


def localized(table: Fields, name: str, *, longest: int) -> Localized:
    """A text in both languages, or one that is the same in both."""
    if table.is_text(name):
        text = table.passage(name, longest=longest)
        return Localized(en=text, hu=text)
    with table.table(name) as languages:
        return Localized(**{one: languages.passage(one, longest=longest) for one in LANGUAGES})


def _policy(table: Fields, zone: ZoneInfo) -> Policy:
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
        kind = QuestionType(table.choice("type", QuestionType))
        return Question(
            id=_id(table),
            text=localized(table, "text", longest=TEXT_LENGTH),
            body=_BODIES[kind](table),
            seconds=table.integer("seconds", 5, MOST_SECONDS, 30),
            points=table.integer("points", 0, 10_000, 1000),
            weight=table.number("weight", 0, 100, 1.0),
            tags=_tags(table),
            explanation=_optional(table, "explanation", TEXT_LENGTH),
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


def _optional(table: Fields, name: str, longest: int) -> Localized | None:
    return localized(table, name, longest=longest) if table.has(name) else None


def _single(table: Fields) -> Choice:
    options = _options(table)
    full = [option for option in options if option.correct]
    if len(full) != 1:
        raise table.error("options", f"exactly one must have correct = true, not {len(full)}")
    return Choice(options, several=False, shuffle=table.flag("shuffle", True))


def _multiple(table: Fields) -> Choice:
    options = _options(table)
    if not any(option.correct for option in options):
        raise table.error("options", "at least one must have correct = true")
    return Choice(options, several=True, shuffle=table.flag("shuffle", True))


def _options(table: Fields) -> tuple[Option, ...]:
    tables = table.tables("options", short="text")
    _refuse_count(table, "options", len(tables), 2, MOST_OPTIONS)
    return tuple(_option(one) for one in tables)


def _option(table: Fields) -> Option:
    with table:
        return Option(
            text=localized(table, "text", longest=OPTION_LENGTH),
            correct=table.flag("correct", False),
            credit=table.number("credit", -1, 1) if table.has("credit") else None,
            feedback=_optional(table, "feedback", OPTION_LENGTH),
        )


def _true_false(table: Fields) -> TrueFalse:
    return TrueFalse(table.flag("correct"))


def _numeric(table: Fields) -> Numeric:
    tables = table.tables("accepted", short="value")
    _refuse_count(table, "accepted", len(tables), 1, MOST_FORMS)
    return Numeric(tuple(_number(one) for one in tables), table.text("unit", "", longest=20))


def _number(table: Fields) -> AcceptedNumber:
    with table:
        return AcceptedNumber(
            value=table.number("value", -LARGEST_NUMBER, LARGEST_NUMBER),
            tolerance=table.number("tolerance", 0, LARGEST_NUMBER, 0.0),
            credit=table.number("credit", 0, 1, 1.0),
        )


def _short_text(table: Fields) -> ShortText:
    tables = table.tables("accepted", short="text")
    _refuse_count(table, "accepted", len(tables), 1, MOST_FORMS)
    return ShortText(tuple(_form(one) for one in tables), table.flag("case_sensitive", False))


def _form(table: Fields) -> AcceptedText:
    with table:
        return AcceptedText(table.text("text", longest=FORM_LENGTH), table.number("credit", 0, 1, 1.0))


def _ordering(table: Fields) -> Ordering:
    return Ordering(_list_of_localized(table, "items", 2))


def _matching(table: Fields) -> Matching:
    tables = table.tables("pairs")
    _refuse_count(table, "pairs", len(tables), 2, MOST_OPTIONS)
    distractors = _list_of_localized(table, "distractors", 0) if table.has("distractors") else ()
    return Matching(tuple(_pair(one) for one in tables), distractors)


def _pair(table: Fields) -> Pair:
    with table:
        return Pair(*(localized(table, side, longest=OPTION_LENGTH) for side in ("left", "right")))


def _shape(table: Fields) -> Shape:
    return Shape(table.numbers("shape", 0, LARGEST_SIZE, longest=MOST_DIMENSIONS))


def _matrix(table: Fields) -> Matrix:
    classes = table.texts("classes", longest=40)
    _refuse_count(table, "classes", len(classes), 2, 10)
    counts = table.rows("matrix", 0, LARGEST_SIZE, longest=10)
    if len(counts) != len(classes) or any(len(row) != len(classes) for row in counts):
        raise table.error("matrix", f"must be {len(classes)} lists of {len(classes)} numbers each")
    cells = table.rows("cells", 0, len(classes) - 1, longest=100)
    if not cells or any(len(cell) != 2 for cell in cells):
        raise table.error("cells", "must be [row, column] of one or more cells, counted from 0")
    return Matrix(classes, counts, frozenset(Cell(row, column) for row, column in cells))


def _list_of_localized(table: Fields, name: str, least: int) -> tuple[Localized, ...]:
    listed = table.listed(name)
    count = len(listed.values())
    _refuse_count(table, name, count, least, MOST_OPTIONS)
    return tuple(localized(listed, str(at), longest=OPTION_LENGTH) for at in range(count))


def _refuse_count(table: Fields, name: str, count: int, least: int, most: int) -> None:
    if not least <= count <= most:
        raise table.error(name, f"must be {least} to {most}, not {count}")


_BODIES: Mapping[QuestionType, Callable[[Fields], Body]] = {
    QuestionType.SINGLE: _single,
    QuestionType.MULTIPLE: _multiple,
    QuestionType.TRUE_FALSE: _true_false,
    QuestionType.NUMERIC: _numeric,
    QuestionType.TEXT: _short_text,
    QuestionType.ORDERING: _ordering,
    QuestionType.MATCHING: _matching,
    QuestionType.SHAPE: _shape,
    QuestionType.CELL: _matrix,
}
