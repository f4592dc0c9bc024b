"""Handouts: Markdown of the course with formulas, pictures and attachments, drawn on the server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import mdurl
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from markupsafe import Markup

from server.texts.formulas import FormulaError, draw_formula, with_formulas

DEEPEST = 6
SCROLLED = frozenset({"table_open", "fence", "code_block"})  # where they are wider than the page
LINKS = {"image": "src", "link_open": "href"}


@lru_cache(maxsize=256)
def drawn(handout: str, files: str) -> Markup:
    """A handout as HTML. Its headings go down one level, for the page has a title of its own.

    `files` is the address below which the files lie that it names by a relative path. A formula that is not
    understood is shown as it was written.
    """
    tokens = _markdown.parse(handout)
    for token in _all(tokens):
        _lower(token)
        if token.type in SCROLLED:
            token.attrs["tabindex"] = "0"  # who has no mouse scrolls it by keys
        if (name := _relative(token)) is not None:
            token.attrs[LINKS[token.type]] = f"{files}/{mdurl.encode(name)}"
    # Raw HTML is off, so that whatever is in the text comes out escaped.
    return Markup(_markdown.renderer.render(tokens, _markdown.options, {}))  # noqa: S704


def attachments_of(handout: str) -> list[str]:
    """The files that a handout names by a path relative to its folder, in their order."""
    names = (_relative(token) for token in _all(_markdown.parse(handout)))
    return list(dict.fromkeys(name for name in names if name is not None))


def flaws_of(handout: str) -> list[str]:
    """What of its formulas is not understood."""
    found = []
    for token in _all(_markdown.parse(handout)):
        if token.type.startswith("math"):
            try:
                draw_formula(token.content)
            except FormulaError as error:
                found.append(str(error))
    return found


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _lower(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(DEEPEST, int(token.tag[1]) + 1)}"


def _relative(token: Token) -> str | None:
    """The path that a link or picture names within the folder; None for one that leads elsewhere."""
    address = token.attrs.get(LINKS.get(token.type, ""))
    if not isinstance(address, str):
        return None
    parts = mdurl.parse(address)
    path = PurePosixPath(mdurl.decode(parts.pathname or ""))
    if parts.protocol or address.startswith("/") or not parts.pathname or ".." in path.parts:
        return None
    return str(path)


def _formula(content: str, options: dict[str, Any]) -> str:
    try:
        return draw_formula(content, block=bool(options["display_mode"]))
    except FormulaError:
        sign = "$$" if options["display_mode"] else "$"
        return f"<code>{escapeHtml(sign + content + sign)}</code>"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable(
        ["table", "strikethrough"]
    )
    return with_formulas(parser, _formula)


_markdown = _parser()
