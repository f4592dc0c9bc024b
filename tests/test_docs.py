"""Whatever a person can set, call or run into is documented."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from assignments.spec import read_assignment, read_course
from cli.main import hazi
from server.answers import kinds
from server.commands import main as hazi_server
from tests.assignments.texts import ASSIGNMENT, BUDAPEST, COURSE, without

ROOT = Path(__file__).parent.parent
RULES = (ROOT / "docs/rules.md").read_text()
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


def test_every_rule_names_a_test_that_exists():
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)
    }
    assert set(TEST_NAME.findall(RULES)) - defined == set()
    sections = re.split(r"^## ", RULES, flags=re.MULTILINE)[1:]
    assert [section.partition("\n")[0] for section in sections if not TEST_NAME.search(section)] == []
    rules = [part for part in re.split(r"\n(?=\*\*)", RULES) if part.startswith("**")]
    assert [rule[:60] for rule in rules if not TEST_NAME.search(rule)] == []


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
