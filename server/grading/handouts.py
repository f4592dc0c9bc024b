"""Handouts: Markdown of the course, drawn on the server."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

DEEPEST = 6

_markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=256)
def drawn(handout: str) -> Markup:
    """A handout as HTML. Its headings go down one level, for the page has a title of its own."""
    tokens = _markdown.parse(handout)
    for token in tokens:
        _lower(token)
    # Raw HTML is off, so that whatever is in the text comes out escaped.
    return Markup(_markdown.renderer.render(tokens, _markdown.options, {}))  # noqa: S704


def _lower(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(DEEPEST, int(token.tag[1]) + 1)}"
