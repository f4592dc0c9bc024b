"""Line breaks of HTML that show nothing, as editors leave them at the end of a paragraph."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

_BLOCKS = """
address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer
form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
ON_ONE_LINE = ["td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "a", "caption", "summary"]
FORMULA = "x-maths"


def settle_breaks(soup: BeautifulSoup) -> None:
    """Leave only breaks with something on both sides of them, and none within what has one line."""
    for line_break in soup.find_all("br"):
        if line_break.contents:  # html.parser may take what follows for its content
            line_break.unwrap()
    for line_break in soup.find_all("br"):
        if line_break.find_parent(["pre", "code"]):
            line_break.replace_with("\n")
        elif line_break.find_parent(ON_ONE_LINE):
            line_break.replace_with(" ")
    # From behind, so that of many in a row each finds at once what stands behind it; then from before.
    for line_break in reversed(soup.find_all("br")):
        _settle(line_break, forward=True)
    for line_break in soup.find_all("br"):
        _settle(line_break, forward=False)


def _settle(line_break: Tag, *, forward: bool) -> None:
    """Take it out of the formatting that it stands at the edge of, or away where nothing is beyond."""
    node: PageElement = line_break
    while True:
        beyond = _beyond(node, forward=forward)
        if beyond is not None:
            is_edge = isinstance(beyond, Tag) and beyond.name in BLOCKS
            if is_edge:
                line_break.extract()
            elif node is not line_break:
                line_break.extract()
                (node.insert_after if forward else node.insert_before)(line_break)
            return
        parent = node.parent
        if parent is None or parent.name in BLOCKS or parent.parent is None:
            line_break.extract()
            return
        node = parent


def _beyond(node: PageElement, *, forward: bool) -> PageElement | None:
    """The next of its siblings that shows something."""
    sibling = node.next_sibling if forward else node.previous_sibling
    while sibling is not None and not _shows(sibling):
        sibling = sibling.next_sibling if forward else sibling.previous_sibling
    return sibling


def _shows(node: PageElement) -> bool:
    if isinstance(node, NavigableString):
        return not isinstance(node, PreformattedString) and bool(str(node).strip())
    if not isinstance(node, Tag):
        return False
    if node.name in {"br", "hr", "img", FORMULA}:
        return True
    return bool(node.get_text().strip()) or node.find(["img", FORMULA]) is not None
