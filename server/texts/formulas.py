"""Formulas: LaTeX as MathML, of which only what MathML knows comes through."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from latex2mathml.converter import convert

MATHML = "http://www.w3.org/1998/Math/MathML"
LONGEST_FORMULA = 1000
LAST_BACKSLASH = re.compile(r"(?<!\\)\\\\$", re.MULTILINE)
_ELEMENTS = """
math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose mover munder munderover
msub msup msubsup mmultiscripts mprescripts none mtable mtr mtd
"""
_ATTRIBUTES = """
display displaystyle stretchy fence separator form lspace rspace minsize maxsize movablelimits accent
accentunder linethickness columnalign rowspacing columnspacing mathvariant scriptlevel width height depth
notation columnlines rowlines
"""
ELEMENTS = frozenset(_ELEMENTS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())


class FormulaError(ValueError):
    """A formula cannot be drawn. Says which."""


def draw_formula(latex: str, *, block: bool = False) -> str:
    """LaTeX as MathML. Raises FormulaError."""
    if len(latex) > LONGEST_FORMULA:
        raise FormulaError(f"the formula ${latex[:20]}...$ is longer than {LONGEST_FORMULA} characters")
    try:
        tree = ET.fromstring(convert(latex, display="block" if block else "inline"))  # noqa: S314
    except Exception as error:  # the library raises what comes: a hostile formula must not be ours to guess
        raise FormulaError(f"the formula ${latex:.60}$ is not understood") from error
    _sift(tree, latex)
    for row in list(tree.iter()):
        _join_decimals(row)
    return ET.tostring(tree, encoding="unicode", short_empty_elements=False)


def safe_backslashes(markdown: str) -> str:
    """The text as the plugin for formulas reads it rightly.

    It takes a backslash at the end of a paragraph for one before a formula at its start.
    """
    return markdown if "`" in markdown else LAST_BACKSLASH.sub("&#92;", markdown)


def _sift(tree: ET.Element, latex: str) -> None:
    """Let through what MathML knows and no more."""
    for element in tree.iter():
        name = element.tag.removeprefix(f"{{{MATHML}}}")
        if name not in ELEMENTS:
            raise FormulaError(f"the formula ${latex:.60}$ holds <{name:.20}>, which is no mathematics")
        element.tag = name
        for attribute in set(element.attrib) - ATTRIBUTES:
            del element.attrib[attribute]


def _join_decimals(row: ET.Element) -> None:
    """A decimal comma, `0{,}75` in LaTeX, makes one number; a comma by itself has space behind it."""
    parts = list(row)
    for whole, comma, rest in zip(parts, parts[1:], parts[2:], strict=False):
        decimals = rest[0] if rest.tag in {"msup", "msub", "msubsup"} and len(rest) else rest
        is_comma = comma.tag == "mrow" and [(one.tag, one.text) for one in comma] == [("mo", ",")]
        if is_comma and whole.tag == decimals.tag == "mn":
            decimals.text = f"{whole.text},{decimals.text}"
            row.remove(whole)
            row.remove(comma)
