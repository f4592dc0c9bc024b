"""What the harness inside the box says about a run: untrusted lines, strictly parsed, counted and bounded."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from assignments.json_reading import read_json
from grader.contract import Layer
from grader.failures_by_kind import CODES
from grader.sandbox.output import clean

LONGEST_LINE = 64 * 1024
LONGEST_DETAIL = 8000  # characters
MOST_POINTS = 2000
POINTS_PER_S = 20.0
BURST = 250.0
MOST_KEYS = 16
MOST_LAYERS = 64
LONGEST_NAME = 64  # characters
LARGEST = 1e30  # of a measured number
MOST_PARAMETERS = 10**12
KEY = re.compile(r"[^\W_][\w./ +-]{0,31}")
MOST_IMPORTS = 40
MODULE = re.compile(r"\w+(\.\w+)*")

MEASURED = {
    "mean": (-LARGEST, LARGEST),
    "std": (0.0, LARGEST),
    "gradient": (0.0, LARGEST),
    "dead": (0.0, 1.0),
}
"""The numbers of a layer in the order of contract.Layer, each with its bounds; null where it is not known."""

LAYER_KEYS = {"name", "kind", "parameters", *MEASURED}

Point = dict[str, float]


@dataclass(frozen=True, slots=True)
class ImportNote:
    """An import that cannot be, as the box says before anything of the student's has run.

    Names are whole, to be compared: whoever prints one takes `one_line` of it.
    """

    file: str
    line: int
    module: str


@dataclass(slots=True)
class Notes:
    """Takes bytes as they come; hands out points of the curve, keeps the last failure and the last layers."""

    failure: str = ""
    detail: str = ""
    layers: tuple[Layer, ...] = ()
    imports: dict[str, tuple[ImportNote, ...]] = field(default_factory=dict)
    _line: bytearray = field(default_factory=bytearray)
    _points: int = 0
    _allowance: float = BURST
    _refilled: float | None = None

    def take(self, chunk: bytes, *, now: float) -> list[Point]:
        """Add what was written; returns the points among the whole lines."""
        *lines, rest = (bytes(self._line) + chunk).split(b"\n")
        self._line = bytearray(rest[:LONGEST_LINE])
        points = []
        for line in lines:
            point = self._read(line)
            if point is not None and self._may_pass(now):
                points.append(point)
        return points

    def _read(self, line: bytes) -> Point | None:
        note = _object(line)
        if "failure" in note:
            self._keep_failure(note)
        if "layers" in note:
            self.layers = _layers(note["layers"])
        if note.get("imports") in {"missing", "hidden"}:
            self.imports[note["imports"]] = _imports(note.get("places"))
        return _point(note.get("point"))

    def _keep_failure(self, note: dict[str, Any]) -> None:
        code, detail = note["failure"], note.get("detail")
        if isinstance(code, str) and isinstance(detail, str) and code in CODES:
            self.failure = code
            self.detail = clean(detail.encode("utf-8", "replace"))[-LONGEST_DETAIL:]

    def _may_pass(self, now: float) -> bool:
        """A leaky bucket: the first points at once, later ones at a steady rate, none beyond the most."""
        since = now - self._refilled if self._refilled is not None else 0.0
        self._allowance = min(BURST, self._allowance + since * POINTS_PER_S)
        self._refilled = now
        if self._allowance < 1 or self._points >= MOST_POINTS:
            return False
        self._allowance -= 1
        self._points += 1
        return True


def _object(line: bytes) -> dict[str, Any]:
    if not line.startswith(b"{") or len(line) > LONGEST_LINE:
        return {}
    try:
        note = read_json(line, most_bytes=LONGEST_LINE)
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}


def _point(values: object) -> Point | None:
    if not isinstance(values, dict) or not 0 < len(values) <= MOST_KEYS:
        return None
    if not all(KEY.fullmatch(name) and _is_number(value) for name, value in values.items()):
        return None
    return {name: float(value) for name, value in values.items()}


def _is_number(value: object) -> TypeGuard[float]:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e300
        and math.isfinite(value)
    )


def _imports(rows: object) -> tuple[ImportNote, ...]:
    """Those of a note that are as promised."""
    found = []
    for row in rows[:MOST_IMPORTS] if isinstance(rows, list) else ():
        match row:
            case [str(file), int(line), str(module)] if MODULE.fullmatch(module):
                found.append(ImportNote(file, line, module))
    return tuple(found)


def _layers(rows: object) -> tuple[Layer, ...]:
    """The layers of a note; none at all when one of them is not as promised."""
    if not isinstance(rows, list) or len(rows) > MOST_LAYERS:
        return ()
    layers = [_layer(row) for row in rows]
    return tuple(layer for layer in layers if layer is not None) if None not in layers else ()


def _layer(row: object) -> Layer | None:
    if not isinstance(row, dict) or row.keys() != LAYER_KEYS:
        return None
    name, kind, parameters = row["name"], row["kind"], row["parameters"]
    if not (isinstance(name, str) and isinstance(kind, str) and name and kind):
        return None
    if type(parameters) is not int or not 0 <= parameters <= MOST_PARAMETERS:
        return None
    if not all(_is_within(row[key], low, high) for key, (low, high) in MEASURED.items()):
        return None
    numbers = (None if row[key] is None else float(row[key]) for key in MEASURED)
    return Layer(one_line(name), one_line(kind), parameters, *numbers)


def _is_within(value: object, low: float, high: float) -> bool:
    return value is None or (_is_number(value) and low <= float(value) <= high)


def one_line(text: str) -> str:
    """A name as one line without control characters, cut where it is long."""
    return " ".join(clean(text.encode("utf-8", "replace")).split())[:LONGEST_NAME] or "?"
