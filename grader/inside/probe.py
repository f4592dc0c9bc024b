"""Kind `probe`: our own code leans on each wall from within, before any student's code is let in.

The identifiers are those of the security catalogue's questions: what can be reached, and what can be done.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from grader.inside import gpu
from grader.inside.pipes import Pipes

NO_RIGHTS = {"CapInh": "0", "CapPrm": "0", "CapEff": "0", "CapBnd": "0", "CapAmb": "0"}
SEALED = {"NoNewPrivs": "1", "Seccomp": "2"}
REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EAFNOSUPPORT, errno.EROFS}
NEW_USER_NAMESPACE = 0x10000000
# ptrace, bpf, keyctl, io_uring_setup, perf_event_open, userfaultfd, setns on x86_64 and aarch64
CALLS = {
    "ptrace": (101, 117),
    "bpf": (321, 280),
    "keyctl": (250, 219),
    "io_uring_setup": (425, 425),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "setns": (308, 268),
}
FAMILIES = {"AF_NETLINK": 16, "AF_PACKET": 17, "AF_ALG": 38, "AF_VSOCK": 40}
SETTINGS = ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sysrq-trigger")
MOST_TASKS = 600
CHUNK = 16 * 2**20


def serve(pipes: Pipes, job: Mapping[str, Any]) -> None:
    """Answer with a JSON object: what was seen where a wall is down, by its name; or never, for `memory`."""
    found = PROBES[job["probe"]](job)
    text = json.dumps(found).encode()
    pipes.answer(struct.pack("<Q", len(text)) + text)


def _look_around(job: Mapping[str, Any]) -> dict[str, str]:
    return {name: ", ".join(look(job)) for name, look in LOOKS.items()}


def _rights(_job: Mapping[str, Any]) -> Iterable[str]:
    lines = Path("/proc/self/status").read_text().splitlines()
    status = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    for name, wanted in (NO_RIGHTS | SEALED).items():
        if (status[name].lstrip("0") or "0") != wanted:
            yield f"{name} is {status[name]}"
    if "0" in status["Uid"].split():
        yield "the user is root"


def _calls(_job: Mapping[str, Any]) -> Iterable[str]:
    libc = ctypes.CDLL(None, use_errno=True)
    column = {"x86_64": 0, "aarch64": 1}[os.uname().machine]
    numbers: dict[str, tuple[Any, ...]]
    numbers = {name: (libc.syscall, numbers[column], 0, 0, 0, 0) for name, numbers in CALLS.items()}
    sockets = {name: (libc.socket, family, int(socket.SOCK_RAW), 0) for name, family in FAMILIES.items()}
    others = {
        "unshare": (libc.unshare, NEW_USER_NAMESPACE),
        "mount": (libc.mount, b"none", b"/tmp", b"tmpfs", 0, None),
        "umount": (libc.umount2, b"/proc", 2),
        "chroot": (libc.chroot, b"/tmp"),
        "mknod": (libc.mknod, b"/tmp/device", 0o020600, 0x501),
    }
    for name, (function, *arguments) in (numbers | sockets | others).items():
        result = function(*arguments)
        reason = ctypes.get_errno()
        if result >= 0 or reason not in REFUSALS:
            yield f"{name} gives {result} ({errno.errorcode.get(reason, reason)})"
    if libc.setuid(0) == 0:
        yield "setuid(0) works"


def _network(_job: Mapping[str, Any]) -> Iterable[str]:
    lines = Path("/proc/net/dev").read_text().splitlines()
    interfaces = {line.partition(":")[0].strip() for line in lines if ":" in line}
    if interfaces != {"lo"}:
        yield f"the interfaces are {sorted(interfaces)}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket, suppress(OSError):
        any_socket.connect(("192.0.2.1", 9))  # no packet is sent: this only asks for a route (RFC 5737)
        yield "there is a route to the world"


def _files(job: Mapping[str, Any]) -> Iterable[str]:
    for path in job["hidden"]:
        with suppress(OSError):
            Path(path).stat()
            yield f"{path} is there"
    for folder in ("/", "/box", "/usr", "/dev", "/etc", "/hazi", os.path.dirname(torch.__file__)):  # noqa: PTH120
        with suppress(OSError):
            os.close(os.open(f"{folder}/.probe", os.O_WRONLY | os.O_CREAT))
            yield f"{folder} can be written"
    for path in SETTINGS:
        with suppress(OSError):
            os.close(os.open(path, os.O_WRONLY))
            yield f"{path} can be opened for writing"


def _processes(_job: Mapping[str, Any]) -> Iterable[str]:
    others = {int(path.name) for path in Path("/proc").glob("[0-9]*")} - {1, os.getpid()}
    if others:
        yield f"there are processes {sorted(others)}"


def _secrets(job: Mapping[str, Any]) -> Iterable[str]:
    strange = set(os.environ) - set(job["environment"])
    if strange:
        yield f"the environment has {sorted(strange)}"
    descriptors = gpu.open_descriptors() - gpu.DESCRIPTORS
    if len(descriptors - set(range(6))) > 1:  # one is that of the listing
        yield f"open descriptors are {sorted(descriptors)}"


def _scratch(job: Mapping[str, Any]) -> Iterable[str]:
    """Honest code needs it, and it must end somewhere."""
    for folder in ("/tmp", "/dev/shm"):  # noqa: S108 - the box's own
        try:
            Path(folder, "probe").write_text("x")
        except OSError as error:
            yield f"{folder} cannot be written ({error.strerror})"
        room = os.statvfs(folder)
        if room.f_blocks * room.f_frsize > job["scratch"]:
            yield f"{folder} holds more than {job['scratch']} bytes"


def _training(job: Mapping[str, Any]) -> Iterable[str]:
    """A fork whose threads do not work would hang here, one without its card would raise."""
    layer = torch.nn.Linear(512, 512, device=job["device"])
    loss = layer(torch.ones(512, 512, device=job["device"])).square().mean()
    loss.backward()
    if not torch.isfinite(loss):
        yield "training gives no number"


def _take_memory(_job: Mapping[str, Any]) -> dict[str, str]:
    kept = []
    while True:
        kept.append(bytearray(os.urandom(1) * CHUNK))


def _start_tasks(_job: Mapping[str, Any]) -> dict[str, str]:
    """How many tasks can be at once. Threads count as processes do, and cost less."""
    over = threading.Event()
    started = 0
    try:
        while started < MOST_TASKS:
            threading.Thread(target=over.wait, daemon=True).start()
            started += 1
    except RuntimeError:
        pass
    over.set()
    return {"tasks": str(started)}


LOOKS: Mapping[str, Callable[[Mapping[str, Any]], Iterable[str]]] = {
    "rights": _rights,
    "calls": _calls,
    "network": _network,
    "files": _files,
    "processes": _processes,
    "secrets": _secrets,
    "scratch": _scratch,
    "training": _training,
}
PROBES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, str]]] = {
    "look-around": _look_around,
    "memory": _take_memory,
    "flood": _start_tasks,
}
