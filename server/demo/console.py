"""What the demo prints: its own sentences, tables, and the log lines of its processes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Event, Lock

import click

COLORS = {"web": "green", "recorder": "cyan", "dispatcher": "blue", "grader": "magenta", "redis": "yellow"}
WIDTH = max(map(len, COLORS))
NOISE = frozenset({"event", "level", "timestamp", "request"})  # of a log record, for a person who watches


class Console:
    """Prints whole lines, one at a time; when nobody reads any more, it asks to stop."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._lock = Lock()

    def say(self, sentence: str) -> None:
        """Something the demo itself has to tell."""
        self._print(click.style(f"{'demo':>{WIDTH}} | ", bold=True) + click.style(sentence, bold=True))

    def line(self, program: str, text: str) -> None:
        """A line that one of the processes wrote; empty ones say nothing."""
        if not text.strip():
            return
        prefix = click.style(f"{program:>{WIDTH}} | ", fg=COLORS.get(program, "white"))
        self._print(prefix + readable(text))

    def _print(self, text: str) -> None:
        try:
            with self._lock:
                click.echo(text)
        except BrokenPipeError:
            self._stop.set()


def readable(line: str) -> str:
    """A JSON log record as a sentence with its values behind it; anything else as it is."""
    if not line.startswith("{"):
        return line
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return line
    values = [f"{name}={value}" for name, value in record.items() if name not in NOISE and value is not None]
    return " ".join([str(record.get("event", "")), *values]).strip()


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        return (
            "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
        )

    rule = "  " + "  ".join("-" * width for width in widths)
    return "\n".join([line(header), rule, *map(line, rows)])
