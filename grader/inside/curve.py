"""The live curve: `log(epoch=3, loss=0.12)` draws a point, and never ends a run.

What cannot be drawn is left out, and that is said once for each name and reason in what the run prints.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from typing import Any

from grader.inside.pipes import Pipes

BURST = 200  # points that are drawn at once; grader/harness_notes.py lets a few more pass
PAUSE_S = 0.1  # between two points after that, twice as long as grader/harness_notes.py asks for
MOST_SENT = 1500
MOST_VALUES = 16
LARGEST = 1e300
FIRST = re.compile(r"^[\W_]+")
STRANGE = re.compile(r"[^\w./ +-]")
LONGEST_NAME = 32  # characters


class Curve:
    """Takes the points of one run."""

    def __init__(self, pipes: Pipes) -> None:
        self._pipes = pipes
        self._said: set[str] = set()
        self._sent = 0
        self._last_s = 0.0
        self._waiting: dict[str, float] = {}

    def log(self, *tables: object, **values: object) -> None:
        """Draw one point: numbers by name, one-element tensors and arrays included."""
        try:
            self._take(tables, values)
        except Exception as error:  # noqa: BLE001 - whatever an object of theirs raises when it is asked
            self._say(f"a point was left out: {type(error).__name__}")

    def end(self) -> None:
        """Draw the last point, should it still wait for its moment."""
        if self._waiting:
            self._send(self._waiting)

    def _take(self, tables: tuple[object, ...], values: Mapping[str, object]) -> None:
        named: dict[object, object] = {}
        for table in tables:
            if isinstance(table, Mapping):
                named.update(table)
            else:
                self._say(f"{type(table).__name__} without a name was left out: write log(loss=...)")
        point = self._numbers({**named, **values})
        if point:
            self._draw(point)

    def _numbers(self, values: Mapping[Any, object]) -> dict[str, float]:
        point: dict[str, float] = {}
        for given, value in values.items():
            name = _name(given)
            number = _number(value)
            if not name:
                self._say(f"{given!a:.40} was left out: it is no name")
            elif number is None:
                self._say(f"{name} was left out where it is {type(value).__name__}: only numbers are drawn")
            elif not abs(number) <= LARGEST:  # true for NaN as well
                self._say(f"{name} was left out where it is {number}")
            elif len(point) == MOST_VALUES:
                self._say(f"only the first {MOST_VALUES} values of a point are drawn")
            else:
                point[name] = number
        return point

    def _draw(self, point: dict[str, float]) -> None:
        now = time.monotonic()
        if self._sent >= BURST and now - self._last_s < PAUSE_S:
            self._say("points come faster than they can be drawn: some are left out, the last is not")
            self._waiting = point
        else:
            self._send(point)
            self._last_s = now

    def _send(self, point: dict[str, float]) -> None:
        self._waiting = {}
        if self._sent >= MOST_SENT:
            self._say(f"only the first {MOST_SENT} points are drawn")
            return
        self._sent += 1
        self._pipes.note(point=point)

    def _say(self, what: str) -> None:
        if what not in self._said and len(self._said) < MOST_VALUES:
            self._said.add(what)
            print(f"log: {what}", flush=True)  # noqa: T201 - to the student, among what their code prints


def _name(given: object) -> str:
    """The name as it is drawn: letters, digits and a few signs; empty where nothing of it is left."""
    if not isinstance(given, str):
        return ""
    return FIRST.sub("", STRANGE.sub("_", given.strip()))[:LONGEST_NAME]


def _number(value: object) -> float | None:
    """The number that a value is: of Python, NumPy or torch, or a text that spells one."""
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "item"):
        value = value.item() if getattr(value, "size", 1) == 1 or _is_single(value) else None
    if not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return math.inf if isinstance(value, int) else None
    return number


def _is_single(value: Any) -> bool:  # noqa: ANN401 - a tensor
    return callable(getattr(value, "numel", None)) and value.numel() == 1
