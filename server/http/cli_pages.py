"""How students get the `hazi` command: from here, not from an index where anybody may take the name."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from server.errors import NotFound
from server.http.cli_wheel import wheel
from server.http.downloads import download
from server.web import public_link

cli_pages = Blueprint("cli", __name__)


@cli_pages.get("/cli/")
def instructions() -> str:
    """One line for each system. Template help/cli.html: `address` of the wheel, `server` of this one."""
    address = public_link("cli.wheel_file", name=wheel().name)
    return render_template("help/cli.html", address=address, server=public_link("home").rstrip("/"))


@cli_pages.get("/cli/<name>")
def wheel_file(name: str) -> Response:
    """The wheel. Raises NotFound for that of another release."""
    if name != wheel().name:
        raise NotFound
    return download(wheel().content, name, "application/zip")
