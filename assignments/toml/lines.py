"""The lines of a TOML text: where its tables and keys stand, and what tomllib would take too long for."""

from __future__ import annotations

import re

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_PATH = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*\[\s*({_PATH})\s*\]")
_ARRAY_HEADER = re.compile(rf"\s*\[\[\s*({_PATH})\s*\]\]")
_ENTRY = re.compile(rf"\s*({_PATH})\s*=")
_STRING = re.compile(r"""\"[^"]*"|'[^']*'""")
_BETWEEN_NAMES = re.compile("[=,]")
_MINUTES_ONLY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(?![:0-9])")
MOST_PARTS = 100  # of a dotted name


def lines_of(text: str) -> dict[str, int]:
    """The line of each table and key, by dotted path; tables of an array are called `staff[0]`."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, inside = "", ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not inside:
            if match := _ARRAY_HEADER.match(line):
                name = _plain(match[1])
                table = f"{name}[{counts.get(name, 0)}]"
                counts[name] = counts.get(name, 0) + 1
                lines.setdefault(name, number)
                lines.setdefault(table, number)
            elif match := _HEADER.match(line):
                table = _plain(match[1])
                lines.setdefault(table, number)
            elif match := _ENTRY.match(line):
                key = _plain(match[1])
                lines.setdefault(f"{table}.{key}" if table else key, number)
        inside = _open_string(line, inside)
    return lines


def long_name_at(text: str) -> int:
    """The first line with a name of too many parts, or 0: for n parts tomllib takes n times n steps."""
    inside = ""
    for number, line in enumerate(text.split("\n"), start=1):
        names = _BETWEEN_NAMES.split(_STRING.sub("", line)) if not inside else ()
        if any(name.count(".") > MOST_PARTS for name in names):
            return number
        inside = _open_string(line, inside)
    return 0


def seconds_missing_at(text: str, line: int) -> str:
    """What to write when the line has a time without seconds, which TOML 1.0 does not take, or ""."""
    match = _MINUTES_ONLY.search(_STRING.sub("", text.split("\n")[line - 1]))
    if match is None:
        return ""
    return f"a time needs its seconds: write {match[1]}T{match[2]}:59, or {match[1]}T{match[2]}:00"


def _open_string(line: str, inside: str) -> str:
    """The quotes of the multi-line string that is still open at the end of this line, or ""."""
    for quotes in re.findall(r'"""|\'\'\'', line):
        if not inside:
            inside = quotes
        elif inside == quotes:
            inside = ""
    return inside


def _plain(path: str) -> str:
    return ".".join(part.strip("\"'") for part in re.findall(_KEY, path))
