"""The walls of a forked run: namespaces of its own, a fresh view of the files, and no way to get more rights.

The order is that of namespaces(7), user_namespaces(7) and pivot_root(2); each step raises OSError when the
kernel refuses it, and then nothing of the student's runs.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.inside import kernel
from grader.inside.kernel import MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_PRIVATE, MS_RDONLY, MS_REC

NAMESPACES = (
    kernel.CLONE_NEWUSER
    | kernel.CLONE_NEWNS
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWCGROUP
)
ROOT = "/new"  # grader/sandbox/walls.py makes the folder
STAGES = "/stages"
QUIET = MS_NOSUID | MS_NODEV
HOSTNAME = "sandbox"
SETTINGS_IN_PROC = ("sys", "sysrq-trigger", "irq", "bus")  # what bubblewrap covers too
SET_INTERFACE_FLAGS, INTERFACE_UP = 0x8914, 1

Step = Sequence[str]


@dataclass(frozen=True)
class View:
    """What a run sees of the files, in order; the words of a step are those of the methods below."""

    steps: Sequence[Step]
    user: int

    def build(self, stage: str) -> None:
        """Make it the root of this process. Call it as the first process of a new pid namespace."""
        kernel.mount("", "/", "", MS_REC | MS_PRIVATE)
        kernel.mount("tmpfs", ROOT, "tmpfs", QUIET, "size=1m,nr_inodes=4096,mode=755")
        for kind, *words in self.steps:
            getattr(self, f"_{kind}")(*words)
        self._bind_at(f"{STAGES}/{stage}", "/box")
        self._enter()

    def _bind(self, path: str) -> None:
        self._bind_at(path, path)

    def _bind_at(self, source: str, path: str) -> None:
        place = Path(ROOT + path)
        if Path(source).is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        # Read-only it is already, and locked: a mount of the box around us.
        kernel.mount(source, str(place), "", MS_BIND | MS_REC)

    def _link(self, target: str, path: str) -> None:
        Path(ROOT + path).symlink_to(target)

    def _scratch(self, path: str, size: str) -> None:
        place = Path(ROOT + path)
        place.mkdir(parents=True, exist_ok=True)
        kernel.mount("tmpfs", str(place), "tmpfs", QUIET, f"size={size},mode=755")

    def _proc(self, path: str) -> None:
        Path(ROOT + path).mkdir()
        kernel.mount("proc", ROOT + path, "proc", QUIET | MS_NOEXEC | MS_RDONLY)

    def _open_proc(self, path: str) -> None:
        """Files of one's own processes can be written, settings of the kernel cannot."""
        Path(ROOT + path).mkdir()
        kernel.mount("proc", ROOT + path, "proc", QUIET | MS_NOEXEC)
        for name in SETTINGS_IN_PROC:
            place = f"{ROOT}{path}/{name}"
            if Path(place).exists():
                kernel.mount(place, place, "", MS_BIND | MS_REC)
                kernel.mount("", place, "", kernel.MS_REMOUNT | MS_BIND | MS_RDONLY | QUIET | MS_NOEXEC)

    def _enter(self) -> None:
        os.chdir(ROOT)
        kernel.call("pivot_root", b".", b".")
        kernel.umount(".")
        kernel.mount("", "/", "", kernel.MS_REMOUNT | MS_BIND | MS_RDONLY | QUIET)
        os.chdir("/tmp")  # noqa: S108 - the box's own


def leave_the_template(user: int) -> None:
    """New namespaces for what is forked from here on, and this user in them."""
    kernel.unshare(NAMESPACES)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{user} {user} 1"),
    ):
        Path("/proc/self", name).write_text(text)


def die_with_parent(parent_alive: socket.socket) -> None:
    """The first process of the namespace ends with the one that made it, and all others with the first."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    parent_alive.send(b"init")  # raises where it died before


def forbid_namespaces() -> None:
    """None can be made inside of this one. Call it while /proc can still be written."""
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def open_loopback() -> None:
    """Processes of one run may talk over 127.0.0.1; nothing else is on this network (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as network:
        fcntl.ioctl(network, SET_INTERFACE_FLAGS, struct.pack("=16sh14x", b"lo", INTERFACE_UP))


def forbid_more_rights() -> None:
    """No capability is left, and no program can bring one."""
    socket.sethostname(HOSTNAME)
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
