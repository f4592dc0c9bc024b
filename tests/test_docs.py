"""Whatever a person can set, call or run into is documented."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from cli.main import hazi
from server.answers import kinds
from server.commands import main as hazi_server

ROOT = Path(__file__).parent.parent
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
