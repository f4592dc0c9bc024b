"""What an assignment and a course are: frozen values, read by `read_assignment` and `read_course`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assignments.data_source import DataSource, read_data
from assignments.fields import Fields, SpecError, read_document
from assignments.kinds import CHECKED, Kind, KindRules, read_rules
from assignments.moments import closing
from assignments.scoring import LearningTask, Scoring, read_scoring

__all__ = [
    "Assignment",
    "Course",
    "DataSource",
    "Kind",
    "LatePolicy",
    "LearningTask",
    "Limits",
    "Localized",
    "Scoring",
    "SpecError",
    "Split",
    "Splits",
    "StaffMember",
    "Window",
    "read_assignment",
    "read_course",
]

DEFAULT_ZONE = "Europe/Budapest"
TRIES = {Kind.PREDICTIONS: 3}  # a day, where every try is a question about chosen labels
LONGEST_WALL = timedelta(hours=2)  # the broker takes a run for lost after twice as long
SLUG_LENGTH = 64  # of a course
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NEPTUN = re.compile(r"[A-Z0-9]{6}")
_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


@dataclass(frozen=True, slots=True)
class Localized:
    """The same sentence in the two languages of the course."""

    en: str
    hu: str


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What lateness costs: a grace that is free, then a share of the points for each late day."""

    grace: timedelta = timedelta()
    per_day: float = 0.0  # share of the points lost for each late day, in [0, 1]
    last_day: int = 0  # number of late days on which hand-ins are still taken


@dataclass(frozen=True, slots=True)
class Window:
    """When hand-ins are taken. All three are aware moments in UTC."""

    opens: datetime
    due: datetime
    closes: datetime  # due plus grace or `last_day` calendar days of the course's zone, the later of the two


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run and one hand-in may use."""

    wall: timedelta = timedelta(seconds=60)
    memory_mib: int = 2048
    cpus: int = 2
    gpu: int = 0  # cards: a run has one or none
    gpu_memory_mib: int = 8192  # of the card, beside what CUDA itself takes
    per_day: int = 10  # hand-ins of one student in one calendar day of the course's zone; see TRIES
    upload_mib: int = 25
    files: int = 50


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
        late = _late(document.table("late", optional=True))
        kind = Kind(document.choice("kind", Kind))
        rules = read_rules(document, kind)
        data = DataSource(rules.load, ()) if kind in CHECKED else read_data(document.table("data"), kind)
        scoring = document.table("score")
        score = (
            _score_of_checks(scoring) if kind in CHECKED else read_scoring(scoring, data.task, data.classes)
        )
        return Assignment(
            slug=_matching(document, "slug", SLUG, "small letters and digits, words joined by -"),
            kind=kind,
            title=_localized(document.table("title"), longest=100),
            summary=_localized(document.table("summary"), longest=300),
            window=_window(document, late, zone),
            late=late,
            limits=_limits(document.table("limits", optional=True), kind),
            data=data,
            score=score,
            rules=rules,
        )


def read_course(text: str, *, file: str = "course.toml") -> Course:
    """Parse and validate the text of a `course.toml`. Raises SpecError."""
    with read_document(text, file) as document:
        title, term = _localized(document.table("title"), longest=100), document.text("term", longest=30)
        return Course(
            slug=_course_slug(document, title, term),
            title=title,
            term=term,
            zone=_zone(document),
            staff=_staff(document),
        )


def _localized(table: Fields, *, longest: int) -> Localized:
    with table:
        return Localized(en=table.text("en", longest=longest), hu=table.text("hu", longest=longest))


def _late(table: Fields) -> LatePolicy:
    with table:
        return LatePolicy(
            grace=table.duration("grace", timedelta(), timedelta(days=1), timedelta()),
            per_day=table.number("per_day", 0, 1, 0.0),
            last_day=table.integer("last_day", 0, 60, 0),
        )


def _window(document: Fields, late: LatePolicy, zone: ZoneInfo) -> Window:
    opens, due = document.moment("opens", zone), document.moment("due", zone)
    if opens >= due:
        raise document.error("due", "must be later than opens")
    return Window(opens, due, closing(due, late.grace, late.last_day, zone))


def _limits(table: Fields, kind: Kind) -> Limits:
    usual = Limits(per_day=TRIES[kind]) if kind in TRIES else Limits()
    with table:
        return Limits(
            wall=table.duration("wall", timedelta(seconds=1), LONGEST_WALL, usual.wall),
            memory_mib=table.integer("memory_mib", 256, 262_144, usual.memory_mib),
            cpus=table.integer("cpus", 1, 64, usual.cpus),
            gpu=table.integer("gpu", 0, 1, usual.gpu),
            gpu_memory_mib=table.integer("gpu_memory_mib", 256, 262_144, usual.gpu_memory_mib),
            per_day=table.integer("per_day", 1, 1000, usual.per_day),
            upload_mib=table.integer("upload_mib", 1, 1024, usual.upload_mib),
            files=table.integer("files", 1, 200, usual.files),
        )


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
            neptun=_matching(table, "neptun", _NEPTUN, "six capital letters or digits"),
            name=table.text("name", longest=100),
            role="lecturer" if table.choice("role", {"assistant", "lecturer"}) == "lecturer" else "assistant",
            email=_matching(table, "email", _EMAIL, "an e-mail address") if table.has("email") else "",
        )


def _matching(table: Fields, name: str, pattern: re.Pattern[str], promise: str) -> str:
    value = table.text(name)
    if not pattern.fullmatch(value):
        raise table.error(name, f"must be {promise}, not {value!r}")
    return value
