"""A sound assignment and a sound course as text, for tests to break in one place."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from assignments.spec import Assignment, read_assignment

BUDAPEST = ZoneInfo("Europe/Budapest")

ASSIGNMENT = """\
slug = "xor"
kind = "code"
opens = 2026-09-14T08:00:00
due = 2026-10-04T23:59:59

[title]
en = "Exclusive or"
hu = "Kizáró vagy"

[summary]
en = "Learn what no line can part."
hu = "Tanulja meg, amit egyenes nem választ szét."

[late]
grace = "5m"
per_day = 0.1
last_day = 3

[limits]
wall = "60s"
memory_mib = 1024

[data]
load = "data.py:load"
classes = ["no", "yes"]

[score]
metric = "accuracy"
public_share = 0.3
full_points_at = 0.97
zero_points_at = 0.5
points = 10
focus = "yes"
"""

COURSE = """\
title = { en = "Deep learning", hu = "Mélytanulás" }
term = "2026/27/1"
zone = "Europe/Budapest"

[[staff]]
neptun = "ABC123"
name = "Kiss Anna"
role = "lecturer"
email = "anna@example.org"

[[staff]]
neptun = "XYZ789"
name = "Nagy Bence"
role = "assistant"
"""


def without(text: str, line: str) -> str:
    """The text less one line."""
    assert text.count(f"{line}\n") == 1, line
    return text.replace(f"{line}\n", "")


def changed(text: str, old: str, new: str) -> str:
    """The text with one thing replaced that is there exactly once."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def assignment(old: str = "", new: str = "") -> Assignment:
    """What the sound text describes, with one thing replaced."""
    return read_assignment(changed(ASSIGNMENT, old, new) if old else ASSIGNMENT, BUDAPEST)


def write_course(root: Path, *slugs: str) -> Path:
    """A course on disk with sound assignments of these names."""
    root.mkdir(exist_ok=True)
    (root / "course.toml").write_text(COURSE, encoding="utf-8")
    for slug in slugs:
        folder = root / slug
        folder.mkdir()
        (folder / "assignment.toml").write_text(changed(ASSIGNMENT, '"xor"', f'"{slug}"'), encoding="utf-8")
        (folder / "data.py").write_text("def load(): ...\n")
        (folder / "handout.en.md").write_text("# Exclusive or\n")
        (folder / "handout.hu.md").write_text("# Kizáró vagy\n", encoding="utf-8")
    return root
