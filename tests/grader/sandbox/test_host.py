from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import host, seccomp
from grader.sandbox.host import SandboxMissingError
from tests.grader import blobs


@pytest.fixture
def unsure() -> Iterator[None]:
    """The host is looked at anew, before and after."""
    host.bubblewrap.cache_clear()
    yield
    host.bubblewrap.cache_clear()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.usefixtures("unsure")
def test_missing_bubblewrap_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(host.shutil, "which", lambda *_args, **_options: None)
    with pytest.raises(SandboxMissingError, match="apt-get install bubblewrap"):
        host.bubblewrap()


@pytest.mark.usefixtures("unsure")
def test_walls_that_cannot_be_built_are_named(monkeypatch: pytest.MonkeyPatch, open_folder: Path):
    broken = open_folder / "bwrap"
    broken.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(host.shutil, "which", lambda *_args, **_options: str(broken))
    with pytest.raises(SandboxMissingError, match="No permissions to create new namespace"):
        host.bubblewrap()


@pytest.mark.usefixtures("unsure")
def test_walls_that_do_not_hold_are_no_walls(monkeypatch: pytest.MonkeyPatch):
    """/dev/null can be written in any box, so the look at it must see a hole."""
    monkeypatch.setattr(host, "SETTING", "/dev/null")
    with pytest.raises(SandboxMissingError, match="do not hold here: /dev/null can be written"):
        host.bubblewrap()


def test_nothing_is_graded_where_user_namespaces_are_forbidden(tmp_path: Path):
    """The real thing: in a namespace that allows no further ones, the command refuses and runs nothing."""
    folder = blobs.write_assignment(tmp_path)
    submission = tmp_path / "submission.py"
    submission.write_bytes(blobs.code(top="open('/tmp/ran', 'w')"))
    command = ["bwrap", "--unshare-user", "--disable-userns", "--dev-bind", "/", "/", "--proc", "/proc"]
    command += [sys.executable, "-m", "grader", "run", str(folder), str(submission)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "grader_error: bubblewrap cannot build its walls here" in done.stderr
    assert not Path("/tmp/ran").exists()


@pytest.mark.parametrize("machine", sorted(seccomp.ARCHITECTURES))
def test_filter_is_whole_instructions_and_ends_in_an_answer(machine: str):
    program = seccomp.filter_program(machine)
    assert len(program) % 8 == 0
    assert len(program) // 8 < 4096
    assert program[-8:] == seccomp._step(seccomp.RETURN, seccomp.ALLOW)


def test_unknown_machine_has_no_filter():
    with pytest.raises(NotImplementedError, match="riscv64"):
        seccomp.filter_program("riscv64")
