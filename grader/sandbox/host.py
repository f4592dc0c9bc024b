"""What this machine offers for a sandbox, and the sentence that names what is missing."""

from __future__ import annotations

import functools
import os
import platform
import shutil
import subprocess

from grader.sandbox import machine, seccomp

NAMESPACES = ("--unshare-all", "--unshare-user")
NO_MORE_NAMESPACES = ("--disable-userns",)
BOX_USER = 65534  # nobody: what a box is to this machine where the worker is root
# A root worker's boxes are built by an ordinary user: files of root's that ask for no capability stay shut.
DEMOTE = (
    *("setpriv", f"--reuid={BOX_USER}", f"--regid={BOX_USER}"),
    *("--clear-groups", "--inh-caps=-all", "--bounding-set=-all"),
)
# Last of all arguments, for a bind after `--remount-ro /` would fail. Kernel settings below /proc/sys ask
# for the user alone: where the grader is root, root in the box could write them without any capability.
SEAL_OF_TEMPLATE = ("--remount-ro", "/dev", "--remount-ro", "/")
SEAL = ("--remount-ro", "/proc", *SEAL_OF_TEMPLATE)
# CUDA writes to files of its own threads there; bubblewrap covers the settings by itself.
SEAL_WITH_GPU = SEAL_OF_TEMPLATE
SETTING = "/proc/sys/kernel/core_pattern"  # who writes it runs programs outside of the box
OPENED = 99


class SandboxMissingError(RuntimeError):
    """This machine cannot hold student code. Nothing is graded here, least of all without a sandbox."""


@functools.cache
def bubblewrap() -> str:
    """The path of a bubblewrap that works here. Raises SandboxMissingError."""
    path = shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin")
    if path is None:
        raise SandboxMissingError("bubblewrap is missing: install it with `apt-get install bubblewrap`")
    if platform.machine() not in seccomp.ARCHITECTURES:
        raise SandboxMissingError(f"there is no system call filter for {platform.machine()} yet")
    command = [*(DEMOTE if os.geteuid() == 0 else ()), path, *NAMESPACES, *NO_MORE_NAMESPACES]
    command += ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", *SEAL]
    command += ["/bin/sh", "-c", f'if (: >> "$1") 2> /dev/null; then exit {OPENED}; fi', "sh", SETTING]
    trial = subprocess.run(command, env={}, capture_output=True, text=True, timeout=30, check=False)
    if trial.returncode == OPENED:
        raise SandboxMissingError(f"the walls of bubblewrap do not hold here: {SETTING} can be written")
    if trial.returncode != 0:
        seen = trial.stderr.strip() or f"exit {trial.returncode}"
        raise SandboxMissingError(f"bubblewrap cannot build its walls here ({seen}). {machine.advice(seen)}")
    return path
