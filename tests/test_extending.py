"""docs/extending.md, followed to the letter in a copy of the project: a toy kind and a toy type work."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.source_tree import ROOT

PAGE = (ROOT / "docs/extending.md").read_text()
BLOCK = re.compile(r"^```(\w+) (\S+/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = ("assignments", "grader", "server", "cli", "tests")
MOST_FILES = {"A kind of homework": 5, "A type of quiz question": 4}


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the page: a new file, or lines for one that is there."""

    language: str
    path: str
    text: str


def blocks_of(section: str) -> list[Block]:
    """The blocks below one heading, in order."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [Block(*found) for found in BLOCK.findall(text)]


def follow(section: str, project: Path) -> None:
    """Do in a copy of the project what the page says."""
    for block in blocks_of(section):
        target = project / block.path
        if block.language == "diff":
            target.write_text(_with_lines(target.read_text(), block))
        else:
            assert not target.exists(), f"{block.path} is there already"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text)


def _with_lines(text: str, block: Block) -> str:
    lines = block.text.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] != "+")
    after = "".join(line[1:] for line in lines)
    assert text.count(before) == 1, f"{block.path}: {before!r}"
    return text.replace(before, after)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A copy of what is needed of the project."""
    folder = tmp_path / "project"
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "attacks"))
    yield folder
    shutil.rmtree(folder)


def python(project: Path, program: str) -> str:
    """What a program prints that is run in the copy. Raises AssertionError with what went wrong."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("section", "most"), MOST_FILES.items())
def test_few_files_are_touched(section: str, most: int):
    files = {block.path for block in blocks_of(section)} - {
        block.path for block in blocks_of(section) if block.path.endswith("__init__.py")
    }
    assert 0 < len(files) <= most


KIND = """
import tempfile
from pathlib import Path
from grader.commands.run_local import grade_locally
from grader.sandbox.pool import Boxes
from server.submissions.uploads.file_checks import shown_endings
from assignments.kinds import Kind

TOML = '''
slug = "pi"
kind = "constant"
title = { en = "Pi", hu = "Pi" }
summary = { en = "How much is pi?", hu = "Mennyi a pi?" }
opens = 2026-09-01T00:00:00
due = 2026-12-01T23:59:00
[score]
points = 10
'''
folder = Path(tempfile.mkdtemp()) / "pi"
folder.mkdir()
(folder / "assignment.toml").write_text(TOML)
for name in ("handout.en.md", "handout.hu.md"):
    (folder / name).write_text("# Pi")
boxes = Boxes()
for value in ("3.141592653589793", "3.0", "1 / 0"):
    handed_in = Path(tempfile.mkdtemp())
    (handed_in / "submission.py").write_text(f"def constant(): return {value}")
    report = grade_locally(folder, handed_in, boxes=boxes)
    print(report.verdict, None if report.public is None else round(report.public.points, 2))
boxes.close()
print(shown_endings(Kind("constant")))
"""


@pytest.mark.timeout(180)
def test_a_kind_is_graded_as_the_page_says(project: Path):
    follow("A kind of homework", project)
    assert python(project, KIND).splitlines()[-4:] == [
        "scored 10.0",
        "scored 8.58",
        "failed None",
        ".py",
    ]
