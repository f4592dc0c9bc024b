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

from tests.architecture.source_tree import ROOT

PAGE = (ROOT / "docs/extending.md").read_text()
BLOCK = re.compile(r"^```(\w+) (\S+/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = ("assignments", "grader", "server", "cli", "tests")
NODE_READS = "package.json"  # that scripts are modules
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
    shutil.copy(ROOT / NODE_READS, folder)
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
@pytest.mark.slow
def test_a_kind_is_graded_as_the_page_says(project: Path):
    follow("A kind of homework", project)
    assert python(project, KIND).splitlines()[-4:] == [
        "scored 10.0",
        "scored 8.58",
        "failed None",
        ".py",
    ]


QUIZ = """
from types import SimpleNamespace
from zoneinfo import ZoneInfo
from assignments.toml.fields import SpecError
from assignments.quiz_reading import read_quiz
from assignments.quiz_writing import write_quiz
from server.quizzes.formats.gift_writing import write_gift
from server.quizzes.formats.result import Language
from server.quizzes.questions.parsing import read_answer
from server.quizzes.questions.presenting import answer_shown, question_shown, sent_again
from server.quizzes.questions.published import PlayableQuestion, Variant
from server.quizzes.questions.rendering import rendered
from server.quizzes.questions.scoring import NO_RULINGS, credit
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.questions.type_rules import words_of_types
from server.quizzes.refusals import MalformedAnswer
from server.quizzes.room.tallies import tally

TOML = '''
slug = "toy"
title = "Toy"
[[question]]
id = "downhill"
type = "direction"
text = "Where does the gradient point?"
arrow = "↗"
'''

zone = ZoneInfo("Europe/Budapest")
quiz = read_quiz(TOML, zone)
(question,) = quiz.questions
print(question.type, read_quiz(write_quiz(quiz, zone), zone) == quiz)
try:
    read_quiz(TOML.replace("↗", "?"), zone)
except SpecError as error:
    print(error.line, error.field)
variant, order = Variant(question, rendered(question)), shown_order(question, "seed")
shown = question_shown(variant, "en", order)
print("".join(shown.pop("arrows")), shown)
print(answer_shown(variant, "en", order, NO_RULINGS))
answers = [read_answer(question, sent, order) for sent in (1, 0, 2, 5)]
print(answers == [sent_again(variant, one, order, "hu") for one in answers])
print([credit(question, one) for one in answers])
for sent in (8, "1", None):
    try:
        read_answer(question, sent, order)
    except MalformedAnswer:
        print("refused")
given = [SimpleNamespace(content=one, credit=credit(question, one)) for one in answers]
print(tally(PlayableQuestion("downhill", (variant,)), given, order, "en"))
print([words_of_types(language)["direction_type"] for language in ("en", "hu")])
print(write_gift([question], Language.EN).content)
"""

SCREENS = """
import { board, control, starter, typeFields, typeNames } from "./server/static/js/questions/all.js";
import { fakeBrowser } from "./tests/javascript/fakes/browser.js";

fakeBrowser();
const words = { direction_type: "Direction" };
const question = { type: "direction", text: "", seconds: 30, arrows: [..."↑↗→↘↓↙←↖"] };
const sent = [];
const made = control(question, words, (answer) => sent.push(answer));
const buttons = made.element.querySelectorAll("button");
buttons[2].click();
made.reveal({ right: "↗" });
const right = (rows) => rows.map((one) => one.classList.contains("right")).indexOf(true);
const tally = { answers: 4, right: 1, bars: [1, 1, 1, 0, 0, 1, 0, 0] };
const drawn = board(question, { words, answered: { right: "↗" }, tally });
const fields = typeFields(starter("direction", "a"), "question[0]", words, () => {});
console.log(typeNames().at(-1), buttons.length, sent, right(buttons));
console.log(right(drawn.querySelectorAll(".board-option")), drawn.querySelectorAll(".bar-fill").length);
console.log(fields.querySelectorAll("input")[0].value);
"""


def test_a_question_is_played_as_the_page_says(project: Path):
    follow("A type of quiz question", project)
    assert python(project, QUIZ).splitlines() == [
        "direction True",
        "8 question[0].arrow",
        "↑↗→↘↓↙←↖ {'type': 'direction', 'text': 'Where does the gradient point?', 'seconds': 30}",
        "{'right': '↗'}",
        "True",
        "[1.0, 0.5, 0.5, 0.0]",
        *["refused"] * 3,
        "{'answers': 4, 'right': 1, 'partly': 2, 'wrong': 1, 'bars': [1, 1, 1, 0, 0, 1, 0, 0]}",
        "['Direction', 'Irány']",
        "b''",
    ]


def test_a_question_is_drawn_as_the_page_says(project: Path):
    follow("A type of quiz question", project)
    node = shutil.which("node")
    assert node, "node is missing: ./setup.sh test fetches it"
    command = [node, "--input-type=module", "--eval", SCREENS]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["direction 8 [ 2 ] 1", "1 8", "↑"]
