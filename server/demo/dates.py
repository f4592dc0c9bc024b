"""The demo course is open on any day: copies of its assignments whose dates are moved by whole weeks."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from assignments.quiz_files import FOLDER
from assignments.spec import Course, read_course

WEEK = timedelta(weeks=1)
MOMENT = re.compile(
    r"^(?P<name>opens|due)(?P<equals>\s*=\s*)(?P<moment>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)", re.MULTILINE
)


def copy_course(source: Path, target: Path, now: datetime) -> Course:
    """Copy the course and its quizzes, every window moved so that it is open now; returns the course."""
    course = read_course(
        (source / "course.toml").read_text(encoding="utf-8"), file=str(source / "course.toml")
    )
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    shutil.copy2(source / "course.toml", target)
    local = now.astimezone(course.zone).replace(tzinfo=None)
    for toml in sorted(source.glob("*/assignment.toml")):
        folder = target / toml.parent.name
        shutil.copytree(toml.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / toml.name).write_text(opened(toml.read_text(encoding="utf-8"), local), encoding="utf-8")
    if (source / FOLDER).is_dir():
        shutil.copytree(source / FOLDER, target / FOLDER, ignore=shutil.ignore_patterns("__pycache__"))
    return course


def opened(toml: str, now: datetime) -> str:
    """The text of an `assignment.toml`, its window moved so that it is open at `now`, a local moment."""
    moments = {match["name"]: datetime.fromisoformat(match["moment"]) for match in MOMENT.finditer(toml)}
    if moments.keys() != {"opens", "due"}:
        return toml
    moved = moved_window(moments["opens"], moments["due"], now)
    names = ("opens", "due")
    new = dict(zip(names, moved, strict=True))
    return MOMENT.sub(lambda match: f"{match['name']}{match['equals']}{new[match['name']].isoformat()}", toml)


def moved_window(opens: datetime, due: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Keep a window that is open for another week; else move it by weeks, which keeps weekday and hour."""
    if opens <= now and due >= now + WEEK:
        return opens, due
    weeks = ceil((now + WEEK - due) / WEEK)
    due = due + weeks * WEEK
    opens = opens + weeks * WEEK
    early = max(0, ceil((opens - now) / WEEK))
    return opens - early * WEEK, due
