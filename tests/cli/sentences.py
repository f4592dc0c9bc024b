"""Every sentence the tool can say, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from cli.commands.localized import _folded
from cli.main import EXIT_CODES, EXIT_HEADING
from cli.terminal.deadline_tables import DATES, SHARES, STATES
from cli.terminal.live import PHASES
from cli.terminal.tables import WORDS

CLI = Path(__file__).parents[2] / "cli"
SPEAKERS = {
    "say": 0,
    "note": 0,
    "hint": 0,
    "Sentence": 0,
    "WrongUse": 0,
    "NotScored": 0,
    "Unreachable": 0,
    "Busy": 0,
    "BadAnswer": 0,
    "StreamBroken": 0,
    "BadReceipt": 0,
    "_ask": 1,
}
"""Calls that say something, and which argument is the sentence."""


def sentences() -> set[str]:
    """All of them, in English."""
    found = {*WORDS.values(), *PHASES.values(), EXIT_HEADING, "right", "wrong"}
    found |= {*STATES.values(), *SHARES.values(), *DATES.values()}
    found |= {meaning for _code, meaning in EXIT_CODES}
    for path in sorted(CLI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                found |= set(_said(node))
    return found


def _said(call: ast.Call) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    at = SPEAKERS.get(name)
    if at is not None and len(call.args) > at and isinstance(call.args[at], ast.Constant):
        yield call.args[at].value
    for keyword in call.keywords:
        if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
            yield _folded(keyword.value.value)
