"""constraints.txt pins all that any of our installations brings along, also on other Pythons than this."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
PINNED = {
    canonicalize_name(name): wanted
    for name, wanted in re.findall(
        r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE
    )
}
PYTHONS = (
    "3.11.2",
    "3.11.9",
    "3.12.3",
    "3.13.5",
)  # of Debian 12, of the images, of Ubuntu 24.04, of Debian 13
# Of PyTorch's build for graphics cards, which comes with torch's own pins; and of setting things up.
OTHERS = ("nvidia-", "cuda-", "triton", "setuptools", "pip")


def environments() -> Iterator[dict[str, str]]:
    for full in PYTHONS:
        yield {
            "python_full_version": full,
            "python_version": full.rpartition(".")[0],
            "implementation_version": full,
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": "x86_64",
        }


def needed(requirements: list[str], environment: dict[str, str]) -> set[str]:
    """The names of everything that is installed for these, as far as it is installed here too."""
    found: set[str] = set()
    todo = [(Requirement(text), "") for text in requirements]
    done: set[tuple[str, str]] = set()
    while todo:
        wanted, extra = todo.pop()
        if wanted.marker and not wanted.marker.evaluate(environment | {"extra": extra}):
            continue
        name = canonicalize_name(wanted.name)
        found.add(name)
        for asked in ("", *wanted.extras):
            if (name, asked) not in done:
                done.add((name, asked))
                todo += [(Requirement(text), asked) for text in _requires(name)]
    return found


def _requires(name: str) -> list[str]:
    try:
        return distribution(name).requires or []
    except PackageNotFoundError:  # of another Python than this one
        return []


@pytest.mark.parametrize("extra", ["", *EXTRAS])
def test_everything_that_an_installation_brings_is_pinned(extra: str):
    requirements = [*PROJECT["dependencies"], *EXTRAS.get(extra, [])]
    names = set().union(*(needed(requirements, environment) for environment in environments()))
    assert sorted(name for name in names if name not in PINNED and not name.startswith(OTHERS)) == []


def test_what_is_installed_here_is_what_is_pinned():
    here = {}
    for name in PINNED:
        try:
            here[name] = version(name)
        except PackageNotFoundError:
            continue
    assert len(here) > 80
    assert {name: found for name, found in here.items() if Version(found).public != PINNED[name]} == {}


def test_everything_that_is_pinned_installs_on_the_oldest_python_that_we_promise():
    """pip takes no older release by itself where one is pinned: on Debian 12 nothing could be set up."""
    refused = []
    for name in PINNED:
        try:
            promised = distribution(name).metadata["Requires-Python"]
        except PackageNotFoundError:  # of another platform or Python
            continue
        if promised and not SpecifierSet(promised).contains(PYTHONS[0]):
            refused.append(f"{name} {promised}")
    assert refused == []
