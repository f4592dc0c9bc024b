"""The system calls that build the walls of a forked run; each raises OSError when it is refused."""

from __future__ import annotations

import ctypes
import os
import struct

# linux/sched.h
CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
# linux/mount.h
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2
# linux/prctl.h
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
SECCOMP_MODE_FILTER = 2
HUGE_PAGE, MADV_COLLAPSE = 2 * 2**20, 25
CAPABILITY_VERSION = 0x20080522
SIZE_OF_INSTRUCTION = 8
# name: number on x86_64, number on aarch64 (asm/unistd.h)
_NUMBERS = {
    "pivot_root": (155, 41),
    "capset": (126, 91),
    "close_range": (436, 436),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
}
_COLUMN = {"x86_64": 0, "aarch64": 1}

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def call(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """One system call that the C library has no function for. Raises OSError."""
    number = _NUMBERS[name][_COLUMN[os.uname().machine]]
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *wide), name)


def unshare(flags: int) -> None:
    """Leave these namespaces for new ones."""
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """mount(2)."""
    texts = [text.encode() or None for text in (source, target, kind)]
    options = data.encode() or None
    result = _libc.mount(*texts, ctypes.c_ulong(flags), options)
    _checked(result, f"mount {kind or source} on {target}")


def umount(target: str) -> None:
    """umount2(2), lazily."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def prctl(option: int, *arguments: int) -> int:
    """prctl(2)."""
    return _checked(
        _libc.prctl(option, *map(ctypes.c_ulong, (*arguments, 0, 0, 0, 0)[:4])), f"prctl {option}"
    )


def drop_capabilities() -> None:
    """None is left, and none can be gained: bounding set, ambient set, and the process's own three."""
    last = int(open("/proc/sys/kernel/cap_last_cap").read())  # noqa: PTH123, SIM115
    for capability in range(last + 1):
        prctl(PR_CAPBSET_DROP, capability)
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    call("capset", ctypes.create_string_buffer(header, len(header)), ctypes.create_string_buffer(24))


def install_filter(program: bytes) -> None:
    """A seccomp filter for this process and all it starts (linux/filter.h, struct sock_fprog)."""
    instructions = ctypes.create_string_buffer(program, len(program))
    count = len(program) // SIZE_OF_INSTRUCTION
    filter_program = struct.pack("@HP", count, ctypes.addressof(instructions))
    pointer = ctypes.create_string_buffer(filter_program, len(filter_program))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(pointer))


def collapse_memory() -> None:
    """Put this process's own memory into huge pages where the kernel can (madvise(2), since Linux 6.1).

    A fork copies an entry for each page: of huge ones there are some hundred times fewer.
    """
    with open("/proc/self/maps") as maps:  # noqa: PTH123
        rows = [line.split() for line in maps]
    for span, rights, _, _, inode, *_ in rows:
        start, _, end = span.partition("-")
        if rights == "rw-p" and inode == "0":
            first = -(-int(start, 16) // HUGE_PAGE) * HUGE_PAGE
            length = int(end, 16) // HUGE_PAGE * HUGE_PAGE - first
            if length > 0:
                _libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(length), MADV_COLLAPSE)


def close_all_but(kept: set[int]) -> None:
    """Close every descriptor that is not among these."""
    start = 0
    for descriptor in sorted(kept):
        if descriptor > start:
            call("close_range", start, descriptor - 1, 0)
        start = descriptor + 1
    call("close_range", start, 2**32 - 1, 0)
