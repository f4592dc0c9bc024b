"""The code of one notebook cell as plain Python: magics and shell lines are taken out, nothing is run.

IPython reads `%`, `!` and `?` only where a statement begins, so strings, brackets and continued lines are
followed. Lines keep their number: what is taken out leaves a `pass` of the same indentation.

Made of the standard library alone: the command line, which may import nothing of ours, has this same file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto

KEPT_CELL_MAGICS = frozenset({"%%time", "%%capture"})  # they run their cell as it is
LINE_END = re.compile(r"\r\n|\r|\n")
# What decides where a statement ends: quotes, brackets, comments; escaped characters say nothing.
MARK = re.compile(r"\\.|\"\"\"|'''|[\"'()\[\]{}#]", re.DOTALL)
NOTEBOOK_LINE = re.compile(r"[%!?]|[\w.\[\]]+\?{1,2}\s*$")
ASSIGNED = re.compile(r"[\w\s,.*\[\]\"']+=\s*[%!][^=]")
ASKS_FOR_NOTEBOOK = re.compile(r"\bget_ipython\s*\(")
CONDITION = re.compile(r"(if|elif|while)\b.*:\s*(#.*)?$", re.DOTALL)
LONGEST_SHOWN = 60


class What(StrEnum):
    """What was taken out."""

    LINE = auto()
    CELL = auto()
    CONDITION = auto()


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that was left out, by its place: code cells and lines count from 1."""

    cell: int
    line: int
    what: What
    shown: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as plain Python."""

    lines: tuple[str, ...]
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """The code of all cells as one file, and of each its first line (from 1) and how many lines it has."""

    source: str
    places: tuple[tuple[int, int], ...]


def source_of(cell: object) -> tuple[str, str] | None:
    """The type and the source of a cell as the JSON of a notebook has it; None for what is no cell."""
    kind = cell.get("cell_type") if isinstance(cell, dict) else None
    source = cell.get("source") if isinstance(cell, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return (kind, source) if isinstance(kind, str) and isinstance(source, str) else None


def joined(name: str, cells: Sequence[Cell]) -> Joined:
    """One file, two lines of ours first: Python would take an encoding from the first two of a file."""
    lines = [f"# The code cells of {name!a}, in order.", "#"]
    places = []
    for number, cell in enumerate(cells, start=1):
        lines.append(f"# Code cell {number}")
        places.append((len(lines) + 1, len(cell.lines)))
        lines += [*cell.lines, ""]
    return Joined("\n".join(lines), tuple(places))


def place_of(line: int, places: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The code cell in which a line of the joined file lies, and its line there; None for one of ours."""
    for number, (first, count) in enumerate(places, start=1):
        if first <= line < first + count:
            return number, line - first + 1
    return None


def plain(source: str, number: int) -> Cell:
    """The lines of the code cell with this number. Takes time proportional to its length."""
    lines = _without_indentation(LINE_END.split(source))
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is not None and (magic := lines[first].strip()).startswith("%%"):
        kept = magic.split()[0] in KEPT_CELL_MAGICS
        dropped = Dropped(number, first + 1, What.LINE if kept else What.CELL, _shown(magic))
        if not kept:
            return Cell((), (dropped,))
        rest = _Reader(number, [*lines[:first], "pass", *lines[first + 1 :]]).read()
        return Cell(rest.lines, (dropped, *rest.dropped))
    return _Reader(number, lines).read()


def _without_indentation(lines: list[str]) -> list[str]:
    """As IPython does: what the first line of code is indented by is taken off all lines that have it."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines] if indent else lines


@dataclass(slots=True)
class _Reader:
    """Goes through the lines statement by statement."""

    number: int
    lines: list[str]
    kept: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def read(self) -> Cell:
        at = 0
        while at < len(self.lines):
            end = self._end_of_magic(at) if _is_magic(self.lines[at]) else 0
            if end:
                self._drop(at, end, What.LINE)
            else:
                end = self._end_of_statement(at)
                self._keep(at, end)
            at = end
        return Cell(tuple(self.kept), tuple(self.dropped))

    def _end_of_magic(self, at: int) -> int:
        """Behind the last line of a magic or shell line, which a backslash continues."""
        while self.lines[at].endswith("\\") and at + 1 < len(self.lines):
            at += 1
        return at + 1

    def _end_of_statement(self, at: int) -> int:
        depth, inside = 0, ""
        while True:
            line = self.lines[at]
            depth, inside = _after(line, depth, inside)
            at += 1
            goes_on = inside or depth > 0 or line.endswith("\\")
            if at == len(self.lines) or not goes_on:
                return at

    def _keep(self, at: int, end: int) -> None:
        statement = "\n".join(self.lines[at:end])
        code = statement.lstrip()
        if code.startswith("#") or not ASKS_FOR_NOTEBOOK.search(code):
            self.kept += self.lines[at:end]
        elif condition := CONDITION.match(code):
            self._drop(at, end, What.CONDITION, f"{condition[1]} False:")
        elif code.rstrip().endswith(":"):
            self.kept += self.lines[at:end]  # the body needs its head; the NameError names the line
        else:
            self._drop(at, end, What.LINE)

    def _drop(self, at: int, end: int, what: What, instead: str = "pass") -> None:
        line = self.lines[at]
        indent = line[: len(line) - len(line.lstrip())]
        self.kept += [indent + instead, *[""] * (end - at - 1)]
        self.dropped.append(Dropped(self.number, at + 1, what, _shown(line.strip())))


def _is_magic(line: str) -> bool:
    code = line.strip()
    return bool(NOTEBOOK_LINE.match(code) or ASSIGNED.match(code))


def _after(line: str, depth: int, inside: str) -> tuple[int, str]:
    """How many brackets are open after a line, and which triple quotes."""
    for mark in MARK.findall(line):
        if inside:
            # The last quote of a string and an empty string behind it look like a triple quote.
            inside = "" if mark in {inside, 3 * inside} else inside
        elif mark == "#":
            break
        elif mark in {'"', "'", '"""', "'''"}:
            inside = mark
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
    return depth, inside if len(inside) == 3 else ""


def _shown(line: str) -> str:
    short = line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + "…"
    return "`" + "".join(char if char.isprintable() else "\ufffd" for char in short) + "`"
