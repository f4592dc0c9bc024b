"""Answers that a browser keeps as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response

from server.errors import NotFound
from server.spreadsheets import CSV, XLSX, Cell, as_csv, as_xlsx


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file under this name."""
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def sheet(rows: Iterable[Sequence[Cell]], name: str, suffix: str, title: str) -> Response:
    """A table for spreadsheets: `name` with the suffix `csv` or `xlsx`, where `title` is that of the sheet.

    Raises NotFound for another suffix.
    """
    if suffix == "csv":
        return download(as_csv(rows), f"{name}.csv", CSV)
    if suffix == "xlsx":
        return download(as_xlsx(title, rows), f"{name}.xlsx", XLSX)
    raise NotFound
