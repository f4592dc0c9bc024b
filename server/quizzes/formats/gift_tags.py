"""Tags in comments of GIFT, for what the format lacks: an id, tags, and our own values like `time=20`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from assignments.questions.body import Body
from assignments.questions.choice import Choice
from assignments.questions.numeric import Numeric
from assignments.questions.short_text import ShortText
from assignments.quiz import Question
from assignments.quiz_reading import MOST_SECONDS

MOST_POINTS = 10_000
LARGEST_WEIGHT = 100
LONGEST = 200
MOST = 50
_ID = re.compile(r"\[id:((?:\\\]|[^\]\x00-\x1f]){1,200})\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]\x00-\x1f]){1,200})\]")
_OURS = re.compile(r"(time|points|weight|unit|case|shuffle)=(.*)")


@dataclass(frozen=True, slots=True)
class Tags:
    """What the comments of a question say. `wrong` are values of ours that make no sense."""

    id: str = ""
    seconds: int = 30
    points: int = 1000
    weight: float = 1.0
    unit: str = ""
    case_sensitive: bool = False
    shuffle: bool = True
    concepts: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


def read_tags(comments: str) -> Tags:
    """The id and the tags in the comments of a question."""
    found = _ID.search(comments)
    named = Tags(id=_unescaped(found[1])[:LONGEST] if found else "")
    return sort_tags((_unescaped(match[1]) for match in _TAG.finditer(comments)), named)


def sort_tags(texts: Iterable[str], named: Tags | None = None) -> Tags:
    """Tags told apart: our values, and concepts."""
    tags = named or Tags()
    for text in islice(texts, MOST):
        match = _OURS.fullmatch(text)
        if match is None:
            tags = replace(tags, concepts=(*tags.concepts, text))
            continue
        try:
            tags = _VALUES[match[1]](tags, match[2])
        except ValueError:
            tags = replace(tags, wrong=(*tags.wrong, text))
    return tags


def written_tags(question: Question) -> str:
    """The comment line of a question."""
    ours = [f"time={question.seconds}", f"points={question.points}"]
    if question.weight != 1:
        ours.append(f"weight={question.weight!r}")
    match question.body:
        case Choice(shuffle=False):
            ours.append("shuffle=no")
        case ShortText(case_sensitive=True):
            ours.append("case=yes")
        case Numeric(unit=unit) if unit:
            ours.append(f"unit={unit}")
    tags = [*ours, *(tag for tag in question.tags if is_writable(tag))]
    return " ".join([f"// [id:{question.id}]", *(f"[tag:{tag.replace(']', chr(92) + ']')}]" for tag in tags)])


def is_writable(tag: str) -> bool:
    """Whether a concept comes back as itself: it must not look like a value of ours."""
    return not _OURS.fullmatch(tag) and not tag.endswith("\\")


def tagged_body(body: Body, tags: Tags) -> Body:
    """A body with what the tags say of it."""
    match body:
        case Choice():
            return replace(body, shuffle=tags.shuffle)
        case ShortText():
            return replace(body, case_sensitive=tags.case_sensitive)
        case Numeric():
            return replace(body, unit=tags.unit)
    return body


def _unescaped(text: str) -> str:
    return text.replace("\\]", "]").strip()


def _within(text: str, low: float, high: float) -> float:
    value = float(text) if len(text) <= LONGEST else math.nan
    if not low <= value <= high:
        raise ValueError(text)
    return value


def _whole(text: str, low: int, high: int) -> int:
    value = _within(text, low, high)
    if value != int(value):
        raise ValueError(text)
    return int(value)


def _one_of(text: str, usual: str, other: str) -> bool:
    if text not in {usual, other}:
        raise ValueError(text)
    return text == other


_VALUES: Mapping[str, Callable[[Tags, str], Tags]] = {
    "time": lambda tags, text: replace(tags, seconds=_whole(text, 5, MOST_SECONDS)),
    "points": lambda tags, text: replace(tags, points=_whole(text, 0, MOST_POINTS)),
    "weight": lambda tags, text: replace(tags, weight=_within(text, 0, LARGEST_WEIGHT)),
    "unit": lambda tags, text: replace(tags, unit=text),
    "case": lambda tags, text: replace(tags, case_sensitive=_one_of(text, "no", "yes")),
    "shuffle": lambda tags, text: replace(tags, shuffle=not _one_of(text, "yes", "no")),
}
