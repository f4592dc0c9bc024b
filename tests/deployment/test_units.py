"""The systemd units: read by systemd itself where it is here, and closed to other accounts in any case."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from server.commands import main

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = ("hazi@.service", "hazi-grader@.service")
PROGRAMS = ("web", "dispatcher", "recorder", "blobs")
EXPOSURE = {
    "hazi@.service": 20,
    "hazi-grader@.service": 82,
}  # of 100; boxes need much of what could be taken away
each_unit = pytest.mark.parametrize("name", UNITS)
systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")


def settings(name: str) -> dict[str, list[str]]:
    """The values of each setting of a unit."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", (DEPLOY / name).read_text(), re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


@each_unit
def test_what_it_writes_is_for_its_account_alone(name: str):
    unit = settings(name)
    assert unit["UMask"] == ["0077"]
    assert unit.get("StateDirectoryMode", unit.get("CacheDirectoryMode")) == ["0700"]
    assert unit["PrivateTmp"] == ["yes"]
    assert unit["NoNewPrivileges"] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["User"][0] not in {"root", "0"}


def test_each_program_of_the_server_can_be_an_instance():
    assert settings("hazi@.service")["ExecStart"] == ["/opt/hazi/.venv/bin/hazi-server %i"]
    assert set(PROGRAMS) <= main.commands.keys()
    guide = (DEPLOY.parent / "docs/deploy.md").read_text()
    for program in PROGRAMS:
        assert f"hazi@{program}" in guide
        assert f"/etc/hazi/{program}.env" in guide


def test_no_program_is_handed_the_settings_of_another():
    assert settings("hazi@.service")["EnvironmentFile"] == ["/etc/hazi/%i.env"]


@systemd
@each_unit
def test_systemd_understands_it(name: str):
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", DEPLOY / name], capture_output=True, text=True, check=False
    )
    said = [
        line for line in done.stderr.splitlines() if "is not executable" not in line
    ]  # not installed here
    assert said == []


@systemd
@each_unit
def test_systemd_finds_it_closed_enough(name: str):
    command = [
        "systemd-analyze",
        "security",
        "--offline=true",
        f"--threshold={EXPOSURE[name]}",
        DEPLOY / name,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
