"""Reads values out of TOML and names file, line and field of whatever is not as it should be."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import TracebackType
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

from assignments import moments
from assignments.toml.lines import MOST_PARTS, lines_of, long_name_at, seconds_missing_at

_T = TypeVar("_T")

_POSITION = re.compile(r"\(at line (\d+), column \d+\)$")
LONGEST_PATH = 120  # characters of a field in an error
MOST_DIGITS = 6  # after the point of a share, so that points stay exact


class SpecError(ValueError):
    """A file of the course is not as it should be. Says file, line and field."""

    def __init__(self, file: str, line: int, field: str, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {field}: {problem}")
        self.file = file
        self.line = line
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document came from, and on which line each of its fields stands."""

    file: str
    lines: Mapping[str, int]

    def error(self, path: str, problem: str) -> SpecError:
        """The error for a field: at its line, or where it is missing, at that of the table around it."""
        place = path
        while place and place not in self.lines:
            place = place[: place.rfind("[")] if place.endswith("]") else place.rpartition(".")[0]
        return SpecError(self.file, self.lines.get(place, 1), _named(path), problem)


class Fields:
    """One table of a document. Leaving its `with` block refuses every key that was not read in it."""

    def __init__(self, values: Mapping[str, object], source: Source, path: str = "") -> None:
        self._values = values
        self._source = source
        self._path = path
        self._read: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            return
        for name in self._values:
            if name not in self._read:
                raise self.error(name, f"is not a known key{_suggestion(name, self._read)}")

    def error(self, name: str, problem: str) -> SpecError:
        """The error to raise for a field of this table."""
        return self._source.error(self._at(name), problem)

    def has(self, name: str) -> bool:
        """Whether the table has a value for this key."""
        return name in self._values

    def text(self, name: str, default: str | None = None, *, longest: int = 200) -> str:
        """One line of text; empty only where that is the default."""
        if default is not None and self._values.get(name, default) == default:
            self._read.add(name)
            return default
        value = self._take(name, str, "a text in quotes")
        if not value.strip() or len(value) > longest or not value.isprintable():
            raise self.error(name, f"must be one line of 1 to {longest} characters")
        return value.strip()

    def passage(self, name: str, *, longest: int) -> str:
        """A text of one or more lines."""
        value = self._take(name, str, "a text in quotes").replace("\r\n", "\n").strip()
        if not value or len(value) > longest:
            raise self.error(name, f"must be a text of 1 to {longest} characters")
        if not all(char.isprintable() or char in "\n\t" for char in value):
            raise self.error(name, "has invisible characters")
        return value

    def texts(self, name: str, *, longest: int) -> tuple[str, ...]:
        """A list of different short texts."""
        values = self._take(name, list, "a list of texts")
        for value in values:
            if not isinstance(value, str) or not value.strip() or len(value) > longest:
                raise self.error(name, f"each must be a text of 1 to {longest} characters, not {value!r:.60}")
            if not value.isprintable() or value != value.strip():
                raise self.error(name, f"{value!r} has invisible characters")
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise self.error(name, f"{twice[0]!r} is there twice")
        return tuple(values)

    def choice(self, name: str, options: Iterable[str], default: str | None = None) -> str:
        """One of these words."""
        value, known = self.text(name, default), sorted(options)
        if value not in known:
            raise self.error(name, f"{value!r} is none of {', '.join(known)}{_suggestion(value, known)}")
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        """True or false."""
        return self._take(name, bool, "true or false", default)

    def numbers(self, name: str, low: int, high: int, *, longest: int) -> tuple[int, ...]:
        """A list of whole numbers from low to high."""
        values = self._take(name, list, "a list of whole numbers")
        if len(values) > longest:
            raise self.error(name, f"must be at most {longest} numbers")
        for value in values:
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise self.error(name, f"each must be a whole number from {low} to {high}, not {value!r:.60}")
        return tuple(values)

    def rows(self, name: str, low: int, high: int, *, longest: int) -> tuple[tuple[int, ...], ...]:
        """A list of lists of whole numbers from low to high."""
        values = self._take(name, list, "a list of lists of whole numbers")
        if len(values) > longest or not all(isinstance(row, list) for row in values):
            raise self.error(name, f"must be at most {longest} lists of whole numbers")
        inner = self.listed(name)
        return tuple(inner.numbers(str(at), low, high, longest=longest) for at in range(len(values)))

    def listed(self, name: str) -> Fields:
        """A list as a table whose keys are the places: "0", "1" ..."""
        values = self._take(name, list, "a list", [])
        return Fields({str(at): value for at, value in enumerate(values)}, self._source, self._at(name))

    def is_text(self, name: str) -> bool:
        """Whether the value is a text, and not a table or a list."""
        return isinstance(self._values.get(name), str)

    def values(self) -> Mapping[str, object]:
        """Everything in the table, which thereby counts as read."""
        self._read.update(self._values)
        return {name: _with_floats(value, tables=True) for name, value in self._values.items()}

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from low to high."""
        value = self._take(name, int, "a whole number", default)
        if not low <= value <= high:
            raise self.error(name, f"must lie between {low} and {high}, not {value}")
        return value

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """A finite number from low to high."""
        value: float = self._take(name, (int, float), "a number", default)
        if not math.isfinite(value) or not low <= value <= high:
            raise self.error(name, f"must lie between {low:g} and {high:g}, not {value}")
        return float(value)

    def share(self, name: str, default: Decimal | None = None) -> Decimal:
        """A number from 0 to 1, exactly as it is written."""
        number = self.number(name, 0, 1, None if default is None else float(default))
        written = self._values.get(name, default)
        value = written if isinstance(written, Decimal) else Decimal(int(number))
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -MOST_DIGITS:
            raise self.error(name, f"must have at most {MOST_DIGITS} digits after the point")
        return value

    def square(self, name: str, size: int, low: float, high: float) -> tuple[tuple[float, ...], ...]:
        """A list of `size` lists of `size` finite numbers from low to high."""
        rows = self._take(name, list, f"{size} lists of {size} numbers each")
        if len(rows) != size or not all(isinstance(row, list) and len(row) == size for row in rows):
            raise self.error(name, f"must be {size} lists of {size} numbers each")
        for value in (value for row in rows for value in row):
            # The comparison is false for NaN.
            if not isinstance(value, (int, float)) or isinstance(value, bool) or not low <= value <= high:
                raise self.error(name, f"each must be a number from {low:g} to {high:g}, not {value!r:.60}")
        return tuple(tuple(float(value) for value in row) for row in rows)

    def duration(
        self, name: str, low: timedelta, high: timedelta, default: timedelta | None = None
    ) -> timedelta:
        """A length of time like "5m", from low to high."""
        if default is not None and name not in self._values:
            return default
        try:
            value = moments.duration(self.text(name))
        except SpecError:
            raise
        except ValueError as error:
            raise self.error(name, str(error)) from error
        if not low <= value <= high:
            raise self.error(name, f"must lie between {low} and {high} (h:mm:ss)")
        return value

    def moment(self, name: str, zone: ZoneInfo) -> datetime:
        """A date with a time, read as local time of the zone unless it has an offset; in UTC."""
        value = self._take(name, datetime, "a date and time without quotes, like 2026-09-14T08:00:00")
        try:
            return moments.to_utc(value, zone)
        except ValueError as error:
            raise self.error(name, str(error)) from error

    def table(self, name: str, *, optional: bool = False) -> Fields:
        """The table of this name; an optional one that is missing is empty."""
        default: dict[str, object] | None = {} if optional else None
        values = self._take(name, dict, "a table", default)
        return Fields(values, self._source, self._at(name))

    def tables(self, name: str, *, short: str = "") -> tuple[Fields, ...]:
        """All tables `[[name]]`, in order, or none. A plain value stands for a table of `short` alone."""
        values = self._take(name, list, f"tables, each under [[{name}]]", [])
        tables = [value if isinstance(value, dict) or not short else {short: value} for value in values]
        for table in tables:
            if not isinstance(table, dict):
                raise self.error(name, f"must be tables, each under [[{name}]]")
        path = self._at(name)
        return tuple(Fields(table, self._source, f"{path}[{at}]") for at, table in enumerate(tables))

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _take(
        self,
        name: str,
        kind: type[_T] | tuple[type[_T], ...],
        promise: str,
        default: _T | None = None,
    ) -> _T:
        self._read.add(name)
        value = _with_floats(self._values.get(name, default))
        if value is None:
            raise self.error(name, f"is missing{_suggestion(name, self._values.keys() - self._read)}")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(name, f"must be {promise}, not {value!r:.60}")
        return value


def read_document(text: str, file: str) -> Fields:
    """The top table of a TOML text. Raises SpecError when the text is no TOML."""
    if line := long_name_at(text):
        raise SpecError(file, line, "syntax", f"has a name of more than {MOST_PARTS} parts")
    try:
        # tomllib raises plain ValueErrors too, for instance for a number of 5000 digits.
        return Fields(tomllib.loads(text, parse_float=_exact), Source(file, lines_of(text)))
    except RecursionError as error:
        raise SpecError(file, 1, "syntax", "is nested too deeply") from error
    except ValueError as error:
        position = _POSITION.search(str(error))
        line = int(position[1]) if position else text.rstrip("\n").count("\n") + 1
        problem = seconds_missing_at(text, line) or _POSITION.sub("", str(error)).strip()
        raise SpecError(file, line, "syntax", problem) from error


def error_at(text: str, file: str, path: str, problem: str) -> SpecError:
    """The error for a field of a document that was read before: its value disagrees with its surroundings."""
    return Source(file, lines_of(text)).error(path, problem)


def _named(path: str) -> str:
    """A path as a sentence names it: somebody's own names in it may be long, and invisible."""
    visible = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in path)
    return visible if len(visible) <= LONGEST_PATH else f"{visible[: LONGEST_PATH - 1]}…"


def _exact(text: str) -> Decimal:
    """A number as it is written; one with an exponent that no Decimal has, as a float has it."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(float(text))


def _with_floats(value: object, *, tables: bool = False) -> object:
    """A value as all but shares are read: with floats, also in lists; in tables only when asked for."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_with_floats(item, tables=tables) for item in value]
    if tables and isinstance(value, dict):
        return {name: _with_floats(item, tables=True) for name, item in value.items()}
    return value


def _suggestion(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.75)
    return f"; is '{close[0]}' meant?" if close and close[0] != name else ""
