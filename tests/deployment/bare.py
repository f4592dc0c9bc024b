"""The services of the compose file without containers: same commands and settings, folders of our own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import servers
from tests.deployment import compose
from tests.installation import BIN


@dataclass(frozen=True, slots=True)
class Bare:
    """A compose project laid out in a folder: volumes, temporary folders and secrets find their places."""

    project: Mapping[str, Any]
    folder: Path
    binds: Mapping[str, Path]  # what stands for a folder of the repository
    settings: Mapping[str, str]  # what must differ from the file: addresses that others could be using

    @contextmanager
    def running(self, name: str, *further: str) -> Iterator[None]:
        """Run a service that stays, until the block ends."""
        command = [*self._placed(name, self.project["services"][name]["command"]), *further]
        with servers.process(command, self._log(name), env=self._environ(name)):
            yield

    def run(self, name: str, command: list[str] | None = None) -> str:
        """Run a service (or another command in its place) to its end; returns what it printed."""
        chosen = command or self.project["services"][name]["command"]
        done = subprocess.run(
            self._placed(name, chosen),
            env=self._environ(name),
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def is_healthy(self, name: str) -> bool:
        """Whether the service's own health check is content."""
        kind, *test = self.project["services"][name]["healthcheck"]["test"]
        command = ["/bin/sh", "-c", *test] if kind == "CMD-SHELL" else test
        for usual, setting in (("8000", "HAZI_PORT"), ("8001", "HAZI_BLOBS_PORT")):
            port = self.settings.get(setting, usual)
            command = [word.replace(f":{usual}/", f":{port}/") for word in self._placed(name, command)]
        return (
            subprocess.run(
                command, env=self._environ(name), capture_output=True, timeout=60, check=False
            ).returncode
            == 0
        )

    def logs(self) -> str:
        """The last lines of every service."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.folder.glob("*.log"))
        )

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _environ(self, name: str) -> dict[str, str]:
        settings = self.project["services"][name].get("environment", {})
        placed = {key: self._placed(name, [str(value)])[0] for key, value in settings.items()}
        changed = {key: value for key, value in self.settings.items() if key in placed}
        # The embedded Redis beside Python is too old for the accounts, and no image has it.
        path = os.environ["PATH"] if name == "redis" else f"{BIN}:{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.folder)} | placed | changed

    def _placed(self, name: str, words: list[str]) -> list[str]:
        """Words of a command or setting, with the container's paths replaced by ours."""
        return [self._place(name, word) for word in words]

    def _place(self, name: str, word: str) -> str:
        for inside, outside in self._mounts(name):
            if word == inside or word.startswith(f"{inside}/"):
                return str(outside) + word.removeprefix(inside)
        return word

    def _mounts(self, name: str) -> Iterator[tuple[str, Path]]:
        service = self.project["services"][name]
        for secret in service.get("secrets", []):
            yield f"/run/secrets/{secret}", self.folder / self.project["secrets"][secret]["file"]
        for volume in service.get("volumes", []):
            source, inside = volume.split(":")[:2]
            yield inside, self._source(source)
        for temporary in service.get("tmpfs", []):
            inside = temporary.split(":")[0]
            if inside != "/tmp":
                yield inside, self._made(self.folder / "tmpfs" / name / inside.strip("/"))

    def _source(self, source: str) -> Path:
        if source in self.binds:
            return self.binds[source]
        return (
            compose.ROOT / source if source.startswith(".") else self._made(self.folder / "volumes" / source)
        )

    @staticmethod
    def _made(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        return folder
