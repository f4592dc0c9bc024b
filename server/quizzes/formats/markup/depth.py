"""Depth of nested markup: of HTML, of the MathML in it, and of XML.

What nests deeper than any person writes is refused before anything walks it that calls itself for each level:
some of that is written in C, where too deep a tree ends the process. The cost grows with the length alone.
"""

from __future__ import annotations

from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

from bs4 import BeautifulSoup
from defusedxml.ElementTree import DefusedXMLParser

DEEPEST = 60


class TooDeep(ValueError):  # noqa: N818 - it says what the markup is
    """Markup that nests deeper than `DEEPEST`."""


def soup_of(html: str) -> BeautifulSoup:
    """The tree of HTML. Raises TooDeep, and ParserRejectedMarkup."""
    soup = BeautifulSoup(html, "html.parser")
    if any(sum(1 for _ in islice(tag.parents, DEEPEST)) == DEEPEST for tag in soup.find_all(True)):
        raise TooDeep
    return soup


def xml_tree(content: bytes | str, *, forbid_dtd: bool = False) -> Element:
    """The root of XML, of which no entity is expanded.

    Raises TooDeep, ParseError, DefusedXmlException, ValueError and LookupError.
    """
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=forbid_dtd)
    parser.feed(content)
    root: Element = parser.close()
    return root


class _BoundedBuilder(TreeBuilder):
    """Builds a tree, and stops where it becomes too deep."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:  # noqa: ANN401 - the library's signature
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeep
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:  # noqa: ANN401
        self._depth -= 1
        return super().end(tag)
