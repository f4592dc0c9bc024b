"""The compose file as a value: what each service runs, with which settings, and what it may touch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::[-?](?P<default>[^}]*))?\}")


def load(environ: Mapping[str, str]) -> dict[str, Any]:
    """docker-compose.yml with its variables filled in, as Compose fills them in."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    filled = VARIABLE.sub(lambda match: environ.get(match["name"]) or match["default"] or "", text)
    loaded: dict[str, Any] = yaml.safe_load(filled)
    return loaded


def schema() -> dict[str, Any]:
    """The Compose specification's JSON schema, as the PyPI package check-jsonschema 0.39.0 ships it."""
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
    return loaded


def dockerfile_stages() -> Iterator[tuple[str, list[str]]]:
    """Each build stage with its lines; a stage that stands on another one begins with that one's lines."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    stages: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if match := re.match(r"FROM (?P<base>\S+) AS (?P<name>\S+)", line):
            name = match["name"]
            stages[name] = [*stages.get(match["base"], []), line]
        elif name and line.strip() and not line.startswith("#"):
            stages[name].append(line.strip())
    yield from stages.items()
