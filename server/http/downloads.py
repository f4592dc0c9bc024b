"""Answers that a browser keeps as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response
from flask_babel import get_locale

from server.errors import NotFound
from server.spreadsheets import CSV, XLSX, Cell, as_csv, as_xlsx


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file under this name."""
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def sheet(rows: Iterable[Sequence[Cell]], name: str, suffix: str, title: str) -> Response:
    """A table for spreadsheets: `name` with the suffix `csv` or `xlsx`, where `title` is that of the sheet.

    A CSV file is as the spreadsheets of the reader's language write it.

    Raises NotFound for another suffix.
    """
    if suffix == "csv":
        return download(as_csv(rows, str(get_locale())), f"{name}.csv", CSV)
    if suffix == "xlsx":
        return download(as_xlsx(title, rows), f"{name}.xlsx", XLSX)
    raise NotFound
