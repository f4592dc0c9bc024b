"""How long each file of tests took the last time: the longest begins first, and what is fast is marked so.

Of a run with --record-durations the seconds are kept in durations.json, which is part of the project.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from tests.dialects import dialect_of

KNOWN = Path(__file__).parent / "durations.json"
WORTH_KEEPING_S = 1.0
FAST_S = 1.0  # at most, of a file of fast tests
HEAVY = {
    "accounts",
    "live_app",
    "redis_server",
    "redis_url",
    "postgres",
    "object_server",
    "browser",
    "boxes",
    "house",
    "broker",
}
"""Fixtures that start a real server or a box."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option."""
    parser.addoption("--record-durations", action="store_true", help=f"keep the seconds in {KNOWN.name}")


def pytest_configure(config: pytest.Config) -> None:
    """Only the process that hears of all tests records."""
    if config.getoption("--record-durations") and not hasattr(config, "workerinput"):
        chosen = config.option.keyword or config.option.markexpr != "not slow"
        whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen
        config.pluginmanager.register(Recording({} if whole else _known()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first; tests of a file stay in their order."""
    known = _known()
    items.sort(key=lambda item: -known.get(_file_of(item.nodeid), 0.0))
    for item in items:
        if is_fast(item, known.get(_file_of(item.nodeid), 0.0)):
            item.add_marker("fast")


def is_fast(item: pytest.Item, seconds: float) -> bool:
    """Whether a test needs no real server and no box, and its file little time.

    What is slow never is: its file has no seconds, for `make test` does not run it.
    """
    if item.get_closest_marker("slow") is not None:
        return False
    needed = set(getattr(item, "fixturenames", ()))
    return not needed & HEAVY and dialect_of(item) != "postgresql" and seconds <= FAST_S


def _file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def _known() -> dict[str, float]:
    found: dict[str, float] = json.loads(KNOWN.read_text()) if KNOWN.exists() else {}
    return found


class Recording:
    """Adds up what is reported, and writes it at the end over what is `known` of other files."""

    def __init__(self, known: dict[str, float]) -> None:
        self._known = known
        self._seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Setting up, calling and tearing down are each reported."""
        self._seconds[_file_of(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Files that ran take the place of what was known of them; files that are gone are forgotten."""
        root = KNOWN.parent.parent
        kept = {
            file: round(seconds, 1)
            for file, seconds in sorted((self._known | self._seconds).items())
            if seconds >= WORTH_KEEPING_S and (root / file).exists()
        }
        KNOWN.write_text(json.dumps(kept, indent=1) + "\n")
