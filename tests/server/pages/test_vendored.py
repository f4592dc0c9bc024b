"""Files from elsewhere are exactly those that MANIFEST lists, from versions that package.json pins."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[3]
VENDOR = ROOT / "server" / "static" / "vendor"


def listed() -> dict[str, str]:
    lines = (VENDOR / "MANIFEST").read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def test_vendored_files_are_those_of_the_manifest():
    present = {
        str(path.relative_to(VENDOR)): sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "MANIFEST"
    }
    assert present == listed()


def wanted_packages(*groups: str) -> dict[str, str]:
    """The packages of package.json: `dependencies` are vendored, `devDependencies` check scripts."""
    named = json.loads((ROOT / "package.json").read_text())
    return {name: version for group in groups for name, version in named[group].items()}


def test_package_versions_are_exact_and_locked():
    wanted = wanted_packages("dependencies", "devDependencies")
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_locked_packages_are_known_by_digest():
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(package["integrity"].startswith("sha512-") for path, package in locked.items() if path)


def test_style_sheets_name_only_files_that_are_here():
    for sheet in (ROOT / "server" / "static").rglob("*.css"):
        for target in re.findall(r'url\("?([^)"]+)"?\)', sheet.read_text()):
            assert (sheet.parent / target).is_file(), f"{sheet.name}: {target}"


def test_every_licence_came_along():
    licences = (VENDOR / "LICENSES.txt").read_text()
    wanted = wanted_packages("dependencies")
    assert all(f"{name} {version}\n" in licences for name, version in wanted.items())
