"""JSON from outside: its size, depth and number of values are known before any of it is an object.

A megabyte of `[` takes Python's stack, and one of `0,` forty megabytes of its memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum, auto
from typing import Any

DEEPEST = 64
MOST_VALUES = 100_000
MOST_BYTES = 4 << 20
MARKS_OF_A_VALUE = 5  # at most: its key, its text, a comma, two brackets
# A text is skipped as a whole: what stands in it is no value. One that does not end ends with the document.
_MARK = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{},]', re.DOTALL)


class Excess(StrEnum):
    """Of what a document has too much, or that it is no JSON."""

    BYTES = auto()
    VALUES = auto()
    DEPTH = auto()
    SYNTAX = auto()


class BadJsonError(ValueError):
    """A text is no JSON, or more of it than is taken."""

    def __init__(self, excess: Excess) -> None:
        super().__init__(f"no JSON that is taken: {excess}")
        self.excess = excess


def read_json(
    text: bytes | str,
    *,
    most_bytes: int = MOST_BYTES,
    most_values: int = MOST_VALUES,
    deepest: int = DEEPEST,
    parse_float: Callable[[str], Any] | None = None,
    parse_constant: Callable[[str], Any] | None = None,
    object_pairs_hook: Callable[[list[tuple[str, Any]]], Any] | None = None,
) -> Any:  # noqa: ANN401
    """The value of a JSON text in UTF-8. Raises BadJsonError; what the hooks raise goes through."""
    if len(text) > most_bytes:
        raise BadJsonError(Excess.BYTES)
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    _measure(data, most_values, deepest)
    try:
        written = data.decode("utf-8-sig", "surrogatepass" if isinstance(text, str) else "strict")
        return json.loads(
            written,
            parse_float=parse_float,
            parse_constant=parse_constant,
            object_pairs_hook=object_pairs_hook,
        )
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadJsonError(Excess.SYNTAX) from error
    except ValueError as error:
        if type(error) is not ValueError:
            raise  # a hook's own
        raise BadJsonError(Excess.SYNTAX) from error  # a whole number of thousands of digits


def _measure(data: bytes, most_values: int, deepest: int) -> None:
    """Raise BadJsonError for more values or levels than are taken."""
    opened = data.count(b"[") + data.count(b"{")
    if opened <= deepest and opened + data.count(b",") < most_values:
        return
    depth, values = 0, 1
    for number, mark in enumerate(_MARK.finditer(data)):
        first = data[mark.start()]
        if first == 0x2C:  # a comma
            values += 1
        elif first in b"[{":
            values, depth = values + 1, depth + 1
        elif first in b"]}":
            depth -= 1
        if depth > deepest:
            raise BadJsonError(Excess.DEPTH)
        if values > most_values or number > MARKS_OF_A_VALUE * most_values:
            raise BadJsonError(Excess.VALUES)
