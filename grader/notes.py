"""What the harness inside the box says about a run: untrusted lines, strictly parsed, counted and bounded."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from grader.sandbox.output import clean

LONGEST_LINE = 64 * 1024
LONGEST_DETAIL = 8000  # characters
MOST_POINTS = 2000
POINTS_PER_S = 20.0
BURST = 200.0
MOST_KEYS = 16
KEY = re.compile(r"[a-z_]{1,32}")
BAD_OUTPUTS = frozenset({"not_numbers", "wrong_shape", "not_finite", "bad_label"})
FAILURES = BAD_OUTPUTS | {
    *("raised", "exited", "memory", "syntax", "no_submission"),
    *("no_train", "no_predict", "train_signature", "predict_signature"),
    *("no_build_model", "build_signature", "no_module"),
}
CALL_FAILURES = frozenset(
    {"raised", "over_time", "no_function", "no_values", "no_gradient", "gradient_shape"}
)

Point = dict[str, float]


@dataclass(slots=True)
class Notes:
    """Takes bytes as they come; hands out points of the curve and keeps the last failure."""

    failure: str = ""
    detail: str = ""
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
        return _point(note.get("point"))

    def _keep_failure(self, note: dict[str, Any]) -> None:
        code, detail = note["failure"], note.get("detail")
        if isinstance(code, str) and isinstance(detail, str) and code in FAILURES | CALL_FAILURES:
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
        note = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return note if isinstance(note, dict) else {}


def _point(values: object) -> Point | None:
    if not isinstance(values, dict) or not 0 < len(values) <= MOST_KEYS:
        return None
    if not all(KEY.fullmatch(name) and _is_number(value) for name, value in values.items()):
        return None
    return {name: float(value) for name, value in values.items()}


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e300
        and math.isfinite(value)
    )
