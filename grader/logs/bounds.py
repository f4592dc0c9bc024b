"""Bounds: values of any kind made into JSON that is small, with every secret replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.logs.redaction import HIDDEN, SECRET_NAME, Redaction, fingerprint

VALUE_LENGTH = 8 << 10  # characters of one text
LINE_LENGTH = 32 << 10  # characters of all texts of one line
ENTRIES = 50  # of one list or mapping
DEPTH = 8
LARGEST = 2**63  # NaN is not below it either, and JSON knows neither


class Bounded:
    """One line of the log while its values are read: what is left of its length."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._left = LINE_LENGTH

    def mapping(self, values: Mapping[Any, Any], depth: int = 0) -> dict[str, Any]:
        """At most ENTRIES of the values; those whose names say that they are secret are hidden."""
        found = {
            self._text(str(name)): _hidden(value) if _is_secret(name) else self.value(value, depth + 1)
            for name, value in list(values.items())[:ENTRIES]
        }
        return found | ({"...": f"{len(values) - ENTRIES} more"} if len(values) > ENTRIES else {})

    def value(self, value: object, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
        """A value of any kind as JSON."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return value if abs(value) < LARGEST else _odd(value)
        if depth > DEPTH:
            return "..."
        if isinstance(value, Mapping):
            return self.mapping(value, depth)
        if isinstance(value, list | tuple | set | frozenset):
            return self._list(list(value), depth)
        return self._text(_as_text(value))

    def _list(self, values: list[Any], depth: int) -> list[Any]:
        kept = [self.value(one, depth + 1) for one in values[:ENTRIES]]
        return [*kept, f"... [{len(values) - ENTRIES} more]"] if len(values) > ENTRIES else kept

    def _text(self, text: str) -> str:
        kept = self._redaction.text(text, max(0, min(VALUE_LENGTH, self._left)))
        self._left -= len(kept)
        return kept


def _is_secret(name: object) -> bool:
    return isinstance(name, str) and SECRET_NAME.search(name) is not None


def _hidden(value: object) -> str | bool | int | None:
    """Nothing of a secret, but whether there is one, and for a long key its fingerprint."""
    if value is None or isinstance(value, bool):
        return value
    return fingerprint(value) if isinstance(value, str) and len(value) >= 40 else HIDDEN


def _odd(number: float) -> str:
    return hex(number)[:80] if isinstance(number, int) else f"{number:e}"


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001 - a log must never fail
        return f"[{type(value).__name__} without repr: {type(error).__name__}]"
