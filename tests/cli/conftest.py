"""A student at a terminal, and a server to talk to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.api.credentials import CredentialsFile
from cli.context import Context
from cli.environment import Environment
from cli.main import hazi
from cli.terminal import numbers
from tests.cli.contract_server import TOKEN, ContractServer, contract_server
from tests.server.conftest import cheap_passwords, compiled_rules, compiled_statements, migrated_file  # noqa: F401 - fixtures

NOW = datetime(2026, 10, 20, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each tool starts in it, whatever a server told another one."""
    monkeypatch.setattr(numbers._Shown, "zone", None)


@dataclass
class Terminal:
    """Someone who types commands."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    slept: list[float] = field(default_factory=list)
    browsed: list[str] = field(default_factory=list)
    has_browser: bool = True

    def types(self, *words: str, stdin: str | None = None) -> Result:
        """What comes of `hazi WORDS`."""
        environment = Environment(
            variables=self.variables,
            folder=self.folder,
            cache=self.folder.parent / "cache",
            sleep=self.slept.append,
            jitter=lambda: 1.0,
            now=lambda: NOW,
            browse=self._browse,
        )
        result = CliRunner().invoke(hazi, list(words), input=stdin, obj=Context(environment))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def json(self, *words: str) -> dict[str, Any]:
        """The one document on stdout of `hazi WORDS --json`."""
        return json.loads(self.types(*words, "--json").stdout)

    @property
    def credentials(self) -> CredentialsFile:
        return CredentialsFile(self.folder)

    def _browse(self, url: str) -> bool:
        self.browsed.append(url)
        return self.has_browser


@pytest.fixture
def server() -> Iterator[ContractServer]:
    with contract_server() as running:
        yield running


@pytest.fixture
def stranger(tmp_path: Path) -> Terminal:
    """Not signed in anywhere."""
    return Terminal(tmp_path / "config" / "hazi")


@pytest.fixture
def student(stranger: Terminal, server: ContractServer) -> Terminal:
    """Signed in by the environment."""
    stranger.variables |= {"HAZI_URL": server.url, "HAZI_TOKEN": TOKEN}
    return stranger


@pytest.fixture
def homework(tmp_path: Path) -> Path:
    path = tmp_path / "submission.py"
    path.write_text("print('házi')\n", encoding="utf-8")
    return path
