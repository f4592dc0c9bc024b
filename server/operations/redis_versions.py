"""Which versions of Redis are safe to use, by what a server says of itself.

CVE-2025-49844: whoever may run a script (our account `hazi` may, Celery needs it) can run any code in a Redis
that is older than the fixes below. A distribution mends its own version without another number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Line = tuple[int, int]

FIXED_IN: Mapping[str, Mapping[Line, int]] = {  # the first patch of each line that is maintained
    "Redis": {(6, 2): 20, (7, 2): 11, (7, 4): 6, (8, 0): 4, (8, 2): 2},
    "Valkey": {(7, 2): 11, (8, 0): 6, (8, 1): 4},
}
ACCOUNTS_SINCE = (7, 0)  # docs/security.md: different keys for different commands
VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,6})")


class Standing(StrEnum):
    """What can be said of a version."""

    FINE = "fine"
    OLD = "old"
    UNKNOWN = "unknown"  # the number does not tell


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a version is worth, and a sentence about what to do ("" where there is nothing)."""

    standing: Standing
    advice: str = ""


def judge(said: Mapping[str, object]) -> Judgement:
    """A server by what its INFO says."""
    name = "Valkey" if "valkey_version" in said else "Redis"
    version = str(said.get(f"{name.lower()}_version", ""))
    match = VERSION.fullmatch(version)
    if match is None:
        return Judgement(Standing.UNKNOWN, f"{name} says no version that can be read: {version[:40]!r}")
    major, minor, patch = (int(part) for part in match.groups())
    return _judged(name, (major, minor), patch)


def _judged(name: str, line: Line, patch: int) -> Judgement:
    shown = f"{name} {line[0]}.{line[1]}.{patch}"
    fixed = FIXED_IN[name]
    if line < ACCOUNTS_SINCE:
        return Judgement(
            Standing.OLD, f"{shown} is too old for accounts of their own: install 7.4.6 or newer"
        )
    if line > max(fixed) or (line in fixed and patch >= fixed[line]):
        return Judgement(Standing.FINE)
    if line in fixed:
        newer = f"{line[0]}.{line[1]}.{fixed[line]}"
        return Judgement(Standing.OLD, f"{shown} has a hole (CVE-2025-49844): install {newer} or newer")
    return Judgement(
        Standing.UNKNOWN,
        f"{shown} has a hole (CVE-2025-49844) unless your distribution has mended it, as Debian has in its "
        "7.0.15: keep it up to date, or install 7.4.6 or newer",
    )
