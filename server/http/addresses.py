"""Addresses in pages that are needed hundreds of times: made once for each request."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from flask import Flask, g, url_for

from server.http.script_modules import script_module

PLACE = UUID(int=0)  # of the part that differs; an id of nothing


def register(app: Flask) -> None:
    """For all templates of an application."""
    app.add_template_global(icon_sheet)
    app.add_template_global(addresses_by)
    app.add_template_global(script_module)


def icon_sheet() -> str:
    """Where all icons lie, found once in a request: a page with a long table has hundreds of them."""
    if "icon_sheet" not in g:
        g.icon_sheet = url_for("static", filename="vendor/icons.svg")
    return str(g.icon_sheet)


def addresses_by(endpoint: str, part: str, **values: str) -> Callable[[str], str]:
    """Addresses that differ in one part, made from one: a page with a long table has hundreds of them."""
    made = url_for(endpoint, **values, **{part: str(PLACE)})  # type: ignore[arg-type]
    return lambda value: made.replace(str(PLACE), quote(value, safe=""))
