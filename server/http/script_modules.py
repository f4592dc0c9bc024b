"""Scripts of pages: a page lists all that one imports, so that a browser asks for everything at once."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

from flask import current_app, g, request, url_for
from markupsafe import Markup

IMPORT = re.compile(r'^(?:import|export)\b(?:[^;"]*\bfrom)? "(\.[^"]+)";', re.MULTILINE)
LINK = Markup('<link rel="modulepreload" href="{}">')
SCRIPT = Markup('<script type="module" src="{}"></script>')


def script_module(name: str) -> Markup:
    """What loads `js/live/phone.js` in a page. What several of its scripts import is listed once."""
    listed: set[str] = g.setdefault("listed_modules", set())
    new = [module for module in imported(Path(current_app.static_folder or ""), name) if module not in listed]
    listed.update(new)
    # Without a version: that is how modules name each other.
    root = f"{request.script_root}{current_app.static_url_path}"
    links = [LINK.format(f"{root}/{module}") for module in new]
    return Markup("").join([*links, SCRIPT.format(url_for("static", filename=name))])


@cache
def imported(folder: Path, name: str) -> tuple[str, ...]:
    """All modules that one of a folder imports, directly or not, as they are named in it."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        module = waiting.pop()
        for target in IMPORT.findall((folder / module).read_text()):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(module), target))
            if path not in found:
                found[path] = None
                waiting.append(path)
    return tuple(found)
