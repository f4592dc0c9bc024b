"""A deny list of system calls as a seccomp filter, assembled here so that no C library is needed.

Layout of the data a filter sees (struct seccomp_data, linux/seccomp.h): call number at byte 0, architecture
at 4, arguments from 16 on, eight bytes each. Instructions: linux/filter.h, seccomp(2).
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# name: (number on x86_64, number on aarch64); -1 where the architecture has no such call
DENIED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    # They spy on whoever opens a file that the box shares with this machine, as F_NOTIFY does.
    "inotify_add_watch": (254, 27),
    "inotify_init": (253, -1),
    "inotify_init1": (294, 26),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, -1),
    "iopl": (172, -1),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "memfd_secret": (447, 447),
    "migrate_pages": (256, 238),
    "modify_ldt": (154, -1),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "name_to_handle_at": (303, 264),
    "nfsservctl": (180, 42),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
    "vmsplice": (278, 75),
}
# What builds walls: only a template may.
BUILDERS = frozenset({"mount", "umount2", "pivot_root", "unshare", "sethostname"})
# Memory that belongs to no process: only a kernel's group counts it.
DENIED_WHERE_WATCHED = {"memfd_create": (319, 279), "shmget": (29, 194)}
FCNTL = (72, 25)
CLONE, CLONE3, IOCTL, PRCTL = (56, 220), (435, 435), (16, 29), (157, 167)

NEW_NAMESPACES = 0x7E020080  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET,TIME}
PR_SCHED_CORE = 62  # shares cores with another process, or keeps it from one
TERMINAL_INJECTIONS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
# F_SETLEASE, F_NOTIFY: they stop or spy on whoever opens a file that the box shares with this machine.
WATCHES_ON_FILES = (1024, 1026)
FIRST_X32_CALL = 0x40000000
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
ANY_PROTOCOL, TCP, UDP = 0, 6, 17


@dataclass(frozen=True, slots=True)
class Only:
    """An argument of a call and all it may be; anything else is refused with this error."""

    argument: int
    allowed: tuple[int, ...]
    error: int = errno.EPERM


# A process may change its own limits, priority and cores, which 0 stands for: of its user are also the first
# process of the box, whose end is ours to explain, and the processes that it started beside it.
MYSELF = (Only(0, (0,)),)
ONE_PROCESS_MYSELF = (Only(1, (0,)),)  # behind the word that says whether this is a process, group or user
# name: (number on x86_64, number on aarch64), and what its arguments may be
LIMITED = {
    "prlimit64": ((302, 261), MYSELF),
    "sched_setaffinity": ((203, 122), MYSELF),
    "sched_setattr": ((314, 274), MYSELF),
    "sched_setparam": ((142, 118), MYSELF),
    "sched_setscheduler": ((144, 119), MYSELF),
    "setpriority": ((141, 140), (Only(0, (0,)), *ONE_PROCESS_MYSELF)),  # PRIO_PROCESS is 0
    "ioprio_set": ((251, 30), (Only(0, (1,)), *ONE_PROCESS_MYSELF)),  # IOPRIO_WHO_PROCESS is 1
    # What computing on one machine needs: other protocols are old, large or rarely looked at.
    "socket": (
        (41, 198),
        (
            Only(0, (AF_UNIX, AF_INET, AF_INET6), errno.EAFNOSUPPORT),
            Only(2, (ANY_PROTOCOL, TCP, UDP), errno.EPROTONOSUPPORT),
        ),
    ),
    "socketpair": (
        (53, 199),
        (Only(0, (AF_UNIX,), errno.EAFNOSUPPORT), Only(2, (ANY_PROTOCOL,), errno.EPROTONOSUPPORT)),
    ),
}

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
NUMBER, ARCHITECTURE = 0, 4


def filter_program(machine: str = "", *, watched: bool = False, template: bool = False) -> bytes:
    """The filter for this machine's calls, as `bwrap --seccomp` reads it.

    `watched`: no kernel counts the memory of the group. `template`: for the process that builds the walls of
    its runs; each run gets the strict filter on top.
    """
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        raise NotImplementedError(f"no table of system calls for {machine}")
    denied = DENIED | DENIED_WHERE_WATCHED if watched else DENIED
    if template:
        denied = {name: numbers for name, numbers in denied.items() if name not in BUILDERS}
    column = list(ARCHITECTURES).index(machine)
    return b"".join(_instructions(ARCHITECTURES[machine], column, denied))


def _instructions(architecture: int, column: int, denied: Mapping[str, tuple[int, int]]) -> Iterator[bytes]:
    yield _step(LOAD, ARCHITECTURE)
    yield from _unless(EQUAL, architecture, KILL)
    yield _step(LOAD, NUMBER)
    yield from _when(AT_LEAST, FIRST_X32_CALL, KILL)
    for numbers in denied.values():
        if numbers[column] >= 0:
            yield from _when(EQUAL, numbers[column], _refuse(errno.EPERM))
    # glibc falls back to clone, whose flags a filter can read.
    yield from _when(EQUAL, CLONE3[column], _refuse(errno.ENOSYS))
    namespaces = _when(ANY_BIT, NEW_NAMESPACES, _refuse(errno.EPERM))
    yield from _on_call(CLONE[column], [_argument(0), *namespaces])
    for call, argument, words in (
        (IOCTL, 1, TERMINAL_INJECTIONS),
        (FCNTL, 1, WATCHES_ON_FILES),
        (PRCTL, 0, (PR_SCHED_CORE,)),
    ):
        refused = [step for word in words for step in _when(EQUAL, word, _refuse(errno.EPERM))]
        yield from _on_call(call[column], [_argument(argument), *refused])
    for numbers, arguments in LIMITED.values():
        yield from _on_call(numbers[column], [step for only in arguments for step in _unless_one_of(only)])
    yield _step(RETURN, ALLOW)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _when(test: int, value: int, answer: int) -> list[bytes]:
    return [_step(test, value, 0, 1), _step(RETURN, answer)]


def _unless(test: int, value: int, answer: int) -> list[bytes]:
    return [_step(test, value, 1, 0), _step(RETURN, answer)]


def _unless_one_of(only: Only) -> list[bytes]:
    """Refuse the call unless its argument is one of those allowed; all of them are 32 bits wide."""
    count = len(only.allowed)
    tests = [_step(EQUAL, value, count - place, 0) for place, value in enumerate(only.allowed)]
    return [_argument(only.argument), *tests, _step(RETURN, _refuse(only.error))]


def _argument(number: int) -> bytes:
    """The lower half of an argument, on little-endian machines."""
    return _step(LOAD, 16 + 8 * number)


def _on_call(number: int, steps: list[bytes]) -> list[bytes]:
    """Take these steps on one call, and end the filter for that call."""
    body = [*steps, _step(RETURN, ALLOW)]
    return [_step(EQUAL, number, 0, len(body)), *body]


def _refuse(code: int) -> int:
    return 0x00050000 | code
