"""What an assignment and a course are: frozen values, read by `read_assignment` and `read_course`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assignments.data_source import DataSource, read_data
from assignments.kinds import Kind, KindRules, read_rules
from assignments.late_policy import (
    Counts,
    LatePolicy,
    Makeup,
    Offset,
    last_moment,
    offset_in,
    read_late,
    read_makeup,
)
from assignments.limits import Limits, read_limits
from assignments.localized import Localized
from assignments.packages import read_environment
from assignments.scoring import Scoring, read_scoring
from assignments.toml.fields import Fields, SpecError, read_document

__all__ = [
    "NEPTUN",
    "NEPTUN_LENGTH",
    "Assignment",
    "Course",
    "DataSource",
    "Kind",
    "Limits",
    "Localized",
    "Scoring",
    "SpecError",
    "Split",
    "Splits",
    "StaffMember",
    "read_assignment",
    "read_course",
]

NEPTUN_LENGTH = 6
NEPTUN = re.compile(r"[A-Z0-9]{6}")
"""The code by which the university knows a person."""

DEFAULT_ZONE = "Europe/Budapest"
SLUG_LENGTH = 64  # of a course
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


@dataclass(frozen=True, slots=True)
class Window:
    """When hand-ins are taken. Moments in UTC; each belongs to the student, to the end of its second."""

    opens: datetime
    due: datetime
    closes: datetime  # the end of the common line: the last step with its grace, bounded by `late.closes`


@dataclass(frozen=True, slots=True)
class Assignment:
    """One homework as its folder describes it."""

    slug: str
    kind: Kind
    title: Localized
    summary: Localized
    window: Window
    late: LatePolicy
    limits: Limits
    data: DataSource
    score: Scoring
    rules: KindRules = field(default_factory=KindRules)  # what one kind alone has
    counts: Counts = Counts.BEST
    reveal: datetime | None = None  # of the private results; None: when the last extended due has passed
    reveal_checks: bool = False  # whether outcomes of hidden checks are shown from then on
    inquiry_days: int = 8  # after the reveal, in which a result may be asked about
    makeup: Makeup | None = None
    packages: tuple[str, ...] = ()  # that graders need beside the usual ones, as in "networkx>=3"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person who runs the course."""

    neptun: str
    name: str
    role: Literal["assistant", "lecturer"]
    email: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """The course that this installation serves."""

    slug: str  # of this term of it
    title: Localized
    term: str
    zone: ZoneInfo
    staff: tuple[StaffMember, ...] = field(default=())
    tokens_per_term: int = 0  # time tokens of each student
    token_day: Offset = field(default=Offset(days=1))  # what one of them moves a due moment by
    makeups_per_term: int = 0  # make-ups of each student; 0 is no bound


@dataclass(frozen=True, slots=True)
class Split:
    """Inputs and labels of one part of the data: tensors of equal length N, the first axis."""

    inputs: Any = field(repr=False)  # torch.Tensor (N, ...): typed Any, for this module must not import torch
    # torch.Tensor (N,) of class numbers or of values, or (N, C) of 0 and 1 for several labels
    labels: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Splits:
    """What `load()` of an assignment returns. Only `test` is held out."""

    train: Split
    valid: Split
    test: Split


def read_assignment(text: str, zone: ZoneInfo, *, file: str = "assignment.toml") -> Assignment:
    """Parse and validate the text of an `assignment.toml`. Raises SpecError."""
    with read_document(text, file) as document:
        window, late = _window(document, zone)
        kind = Kind(document.choice("kind", Kind))
        is_checked = kind.traits.is_checked
        rules = read_rules(document, kind)
        data = DataSource(rules.load, ()) if is_checked else read_data(document.table("data"), kind)
        scoring = document.table("score")
        score = (
            _score_of_checks(scoring)
            if kind.traits.is_checked
            else read_scoring(scoring, data.task, data.classes)
        )
        return Assignment(
            slug=_matching(document, "slug", SLUG, "small letters and digits, words joined by -"),
            kind=kind,
            title=_localized(document.table("title"), longest=100),
            summary=_localized(document.table("summary"), longest=300),
            window=window,
            late=late,
            limits=read_limits(document.table("limits", optional=True), kind),
            data=data,
            score=score,
            rules=rules,
            counts=Counts(document.choice("counts", Counts, Counts.BEST)),
            reveal=_reveal(document, window, zone),
            reveal_checks=document.flag("reveal_checks", default=False),
            inquiry_days=document.integer("inquiry_days", 0, 60, 8),
            makeup=read_makeup(document.table("makeup"), window.due, zone)
            if document.has("makeup")
            else None,
            packages=read_environment(document.table("environment", optional=True)),
        )


def read_course(text: str, *, file: str = "course.toml") -> Course:
    """Parse and validate the text of a `course.toml`. Raises SpecError."""
    with read_document(text, file) as document:
        title, term = _localized(document.table("title"), longest=100), document.text("term", longest=30)
        tokens, day = _tokens(document.table("tokens", optional=True))
        with document.table("makeup", optional=True) as makeup:
            makeups = makeup.integer("max_per_term", 0, 100, 0)
        return Course(
            slug=_course_slug(document, title, term),
            title=title,
            term=term,
            zone=_zone(document),
            staff=_staff(document),
            tokens_per_term=tokens,
            token_day=day,
            makeups_per_term=makeups,
        )


def _localized(table: Fields, *, longest: int) -> Localized:
    with table:
        return Localized(en=table.text("en", longest=longest), hu=table.text("hu", longest=longest))


def _window(document: Fields, zone: ZoneInfo) -> tuple[Window, LatePolicy]:
    opens, due = document.moment("opens", zone), document.moment("due", zone)
    if opens >= due:
        raise document.error("due", "must be later than opens")
    late = read_late(document.table("late", optional=True), due, zone)
    return Window(opens, due, last_moment(due, late, zone)), late


def _reveal(document: Fields, window: Window, zone: ZoneInfo) -> datetime | None:
    if not document.has("reveal"):
        return None
    reveal = document.moment("reveal", zone)
    if reveal <= window.due:
        raise document.error(
            "reveal", "must be later than due: who still hands in would know the held-out results"
        )
    return reveal


def _tokens(table: Fields) -> tuple[int, Offset]:
    with table:
        return table.integer("per_term", 0, 100, 0), offset_in(table, "day", Offset(days=1))


def _score_of_checks(table: Fields) -> Scoring:
    """The score is the share of the checks' points; students see that of the visible ones."""
    with table:
        points = table.number("points", 0.01, 10_000)
    return Scoring("checks", public_share=0.5, full_points_at=1.0, zero_points_at=0.0, points=points)


def _course_slug(document: Fields, title: Localized, term: str) -> str:
    """As the file says, or else of the English title and the term: `deep-learning-2026-27-1`."""
    if document.has("slug"):
        slug = _matching(document, "slug", SLUG, "small letters and digits, words joined by -")
        if len(slug) > SLUG_LENGTH:
            raise document.error("slug", f"must have at most {SLUG_LENGTH} characters")
        return slug
    when = _words(term)[:30].strip("-")  # of some letters, several become
    name = _words(title.en)[: SLUG_LENGTH - 1 - len(when)].strip("-")
    return "-".join(part for part in (name, when) if part) or "course"


def _words(text: str) -> str:
    """The text in small ASCII letters and digits, words joined by -."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


def _zone(document: Fields) -> ZoneInfo:
    name = document.text("zone", DEFAULT_ZONE)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise document.error("zone", f"{name!r} is no time zone, like {DEFAULT_ZONE!r}") from error


def _staff(document: Fields) -> tuple[StaffMember, ...]:
    found: dict[str, StaffMember] = {}
    for table in document.tables("staff"):
        member = _member(table)
        if member.neptun in found:
            raise table.error("neptun", f"{member.neptun} is there twice")
        found[member.neptun] = member
    return tuple(found.values())


def _member(table: Fields) -> StaffMember:
    with table:
        return StaffMember(
            neptun=_matching(table, "neptun", NEPTUN, "six capital letters or digits"),
            name=table.text("name", longest=100),
            role="lecturer" if table.choice("role", {"assistant", "lecturer"}) == "lecturer" else "assistant",
            email=_matching(table, "email", _EMAIL, "an e-mail address") if table.has("email") else "",
        )


def _matching(table: Fields, name: str, pattern: re.Pattern[str], promise: str) -> str:
    value = table.text(name)
    if not pattern.fullmatch(value):
        raise table.error(name, f"must be {promise}, not {value!r}")
    return value
