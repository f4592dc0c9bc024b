"""Whatever a person can set, call or run into is documented."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from assignments.spec import read_assignment, read_course
from cli.main import hazi
from server.commands import main as hazi_server
from server.http.error_handlers import kinds
from tests.assignments.texts import ASSIGNMENT, BUDAPEST, COURSE, without

ROOT = Path(__file__).parent.parent
RULES = (ROOT / "docs/rules.md").read_text()
GUARANTEES = (ROOT / "docs/guarantees.md").read_text()
TEST = re.compile(r"((?:^@.*\n)*)^def (test_\w+)\(", re.MULTILINE)
TEST_NAME = re.compile(r"`(test_\w+)`")
EXAMPLE = re.compile(r"^```toml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SETTING = re.compile(r"\bHAZI_[A-Z][A-Z_]*[A-Z]\b")
NOT_SETTINGS = {"HAZI_GRADER", "HAZI_MAIL"}  # prefixes, as they stand in prose and code


def settings_in(*folders: str) -> set[str]:
    """Every HAZI_* name in the Python sources of these folders, `*_FILE` variants left out."""
    text = "".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {name.removesuffix("_FILE") for name in SETTING.findall(text)} - NOT_SETTINGS


def test_every_setting_is_documented():
    documented = set(SETTING.findall((ROOT / "docs/settings.md").read_text()))
    assert settings_in("server", "grader", "cli") - documented == set()


def test_no_documented_setting_is_made_up():
    documented = set(SETTING.findall((ROOT / "docs/settings.md").read_text())) - NOT_SETTINGS
    assert documented - settings_in("server", "grader", "cli") == set()


@pytest.mark.parametrize(("program", "page"), [(hazi, "cli/README.md"), (hazi_server, "docs/deploy.md")])
def test_every_command_is_documented(program: click.Group, page: str):
    text = (ROOT / page).read_text()
    missing = [name for name, command in program.commands.items() if not command.hidden and name not in text]
    assert missing == []


def test_every_command_says_what_it_does():
    for program in (hazi, hazi_server):
        assert [name for name, command in program.commands.items() if not command.help] == []


def test_every_refusal_has_slug_title_and_help():
    found = list(kinds())
    assert all(kind.slug and str(kind.title) and str(kind.help) for kind in found)
    assert len({kind.slug for kind in found}) == len(found)


def test_decisions_are_numbered_without_a_gap():
    numbers = sorted(int(path.name[:3]) for path in (ROOT / "docs/decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def defined_tests() -> dict[str, bool]:
    """Every test function by name, and whether it is one of those that `make test` leaves out."""
    found = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text()
        all_slow = (
            "pytestmark" in text and "pytest.mark.slow" in text.partition("pytestmark")[2].partition("\n")[0]
        )
        for decorators, name in TEST.findall(text):
            found[name] = all_slow or "\n@pytest.mark.slow" in f"\n{decorators}"
    return found


def test_every_test_that_is_named_exists():
    named = {
        (path.name, name)
        for path in (ROOT / "docs").rglob("*.md")
        for name in TEST_NAME.findall(path.read_text())
    }
    defined = defined_tests()
    assert {(page, name) for page, name in named if name not in defined} == set()


def test_every_rule_names_a_test():
    sections = re.split(r"^## ", RULES, flags=re.MULTILINE)[1:]
    assert [section.partition("\n")[0] for section in sections if not TEST_NAME.search(section)] == []
    rules = [part for part in re.split(r"\n(?=\*\*)", RULES) if part.startswith("**")]
    assert [rule[:60] for rule in rules if not TEST_NAME.search(rule)] == []


def test_every_promise_names_tests_of_its_column():
    """Whoever reads the page runs `make test` or `make chaos` and has seen them."""
    defined = defined_tests()
    rows = [line.strip("|").split("|") for line in GUARANTEES.splitlines() if line.startswith("| ")]
    promises = [row for row in rows if row[0].strip() != "Promise"]
    assert promises
    for promise, _limits, tests, chaos in promises:
        named = {False: TEST_NAME.findall(tests), True: TEST_NAME.findall(chaos)}
        assert named[False] + named[True], promise
        assert [name for slow, names in named.items() for name in names if defined[name] is not slow] == []


@pytest.mark.parametrize("example", EXAMPLE.findall(RULES))
def test_every_example_of_a_rule_can_be_read(example: str):
    if example.startswith("# course.toml"):
        read_course(f"{COURSE}\n{example}")
        return
    keys = example.partition("[")[0]
    text = f"{keys}\n{ASSIGNMENT}\n{example.removeprefix(keys)}"
    for line in ("opens = 2026-09-14T08:00:00", "due = 2026-10-04T23:59:59"):
        text = without(text, line)
    if not re.search(r"^due ", keys, re.MULTILINE):
        text = f"opens = 2026-09-28T08:00:00\ndue = 2026-10-24T23:59:59\n{text}"
    for table in re.findall(r"^\[(late|limits)\]", example, re.MULTILINE):
        start = ASSIGNMENT.index(f"[{table}]")
        text = text.replace(ASSIGNMENT[start : ASSIGNMENT.index("\n\n", start)], "", 1)
    read_assignment(text, BUDAPEST)
