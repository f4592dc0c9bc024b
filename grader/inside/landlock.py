"""A second wall around files, by the kernel's Landlock where it has it: only scratch folders can be written.

Source: linux/landlock.h and Documentation/userspace-api/landlock.rst. Reading is left to the mounts.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from grader.inside.kernel import call

WRITE_FILE = 1 << 1
# remove folders and files, make devices, folders, files, sockets, pipes and links
CHANGES = sum(1 << bit for bit in range(4, 13))
REFER, TRUNCATE = 1 << 13, 1 << 14
MADE_DEVICES = (1 << 6) | (1 << 11)
SCOPED = 0b11  # abstract sockets and signals end at this wall
VERSION, PATH_BENEATH = 1, 1
SCRATCH = ("/tmp", "/dev/shm")  # noqa: S108 - the box's own
WRITABLE = ("/dev",)


def supported() -> int:
    """The version of Landlock here; 0 where the kernel has none."""
    try:
        return call("landlock_create_ruleset", None, 0, VERSION)
    except OSError:
        return 0


def restrict(also_written: Iterable[str] = ()) -> int:
    """Let this process and all it starts write to scratch alone; says which version did it, 0 for none.

    Files below `also_written` that are there can be written too, where the mounts let them.

    Raises OSError where the kernel has Landlock and refuses.
    """
    version = supported()
    if not version:
        return 0
    handled = WRITE_FILE | CHANGES | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    fields = [handled, 0, SCOPED] if version >= 6 else [handled]
    rules = call("landlock_create_ruleset", *_packed(f"={len(fields)}Q", *fields), 0)
    try:
        files = dict.fromkeys((*WRITABLE, *also_written), WRITE_FILE | TRUNCATE)
        scratch = dict.fromkeys(SCRATCH, handled & ~MADE_DEVICES)
        for path, allowed in (files | scratch).items():
            _allow(rules, path, allowed & handled)
        call("landlock_restrict_self", rules, 0)
    finally:
        os.close(rules)
    return version


def _allow(rules: int, path: str, allowed: int) -> None:
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule, _ = _packed("=Qi", allowed, folder)
        call("landlock_add_rule", rules, PATH_BENEATH, rule, 0)
    finally:
        os.close(folder)


def _packed(layout: str, *values: int) -> tuple[ctypes.Array[ctypes.c_char], int]:
    data = struct.pack(layout, *values)
    return ctypes.create_string_buffer(data, len(data)), len(data)
