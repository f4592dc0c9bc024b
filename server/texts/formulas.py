r"""Formulas: where one begins and ends in a text, and LaTeX as MathML, of which mathematics alone comes out.

Our Markdown has `$x$` and `$$x$$`. Texts of other programs have `\(x\)` and `\[x\]` too, and prices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin

MATHML = "http://www.w3.org/1998/Math/MathML"
LONGEST_FORMULA = 1000
# The bounds keep a text of opening signs alone from being searched again and again.
_SOME = f"{{1,{LONGEST_FORMULA}}}"
_INSIDE = rf"(?:[^$\\]|\\[^()\[\]$]){_SOME}"
_FORMULA = re.compile(
    rf"\$\$([^$]{_SOME})\$\$"
    rf"|\\\(({_INSIDE})\\\)"
    rf"|\\\[({_INSIDE})\\\]"
    rf"|(?<!\$)\$(?![\s$])((?:[^$\\\n]|\\[^\n]){_SOME}?)(?<![\s\\])\$(?![\d$])",
    re.DOTALL,
)
_PRICES = re.compile(r"\d[\d.,]* [^\W\d_]{2}[\w .,]*")  # $5 and 6$: words, and no sign of mathematics
_CLOSING = ("$", "$$", r"\)", r"\]")
_DRAWN = re.compile(r"\$\$((?:[^$\\]|\\.|\$(?!\$))+)\$\$(?!\d)|\$((?:[^$\\]|\\.)+)\$(?!\d)", re.DOTALL)
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


@dataclass(frozen=True, slots=True)
class Formula:
    """Where a formula stands in a text, with its signs, and its LaTeX without them."""

    start: int
    end: int
    latex: str


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
    tree.set("alttext", latex)  # for what takes the text of a page and knows no formulas
    return ET.tostring(tree, encoding="unicode", short_empty_elements=False)


def read_formulas(text: str) -> Iterator[Formula]:
    """The formulas of a text of another program, in their order. A price is none, nor is what has no end."""
    for match in _FORMULA.finditer(text):
        latex = " ".join(match[match.lastindex or 0].split())
        if latex and not latex.endswith("\\") and not _PRICES.fullmatch(latex):
            yield Formula(match.start(), match.end(), latex)


def is_formula(latex: str) -> bool:
    """Whether `$latex$` is one formula, and that one."""
    return [one.latex for one in read_formulas(f"${latex}$")] == [latex]


def ends_in_formula(text: str) -> bool:
    """Whether a formula is open at the end of a text: a closing sign there would make one."""
    return any(one.end > len(text) for sign in _CLOSING for one in read_formulas(f"{text}x{sign}"))


def with_formulas(parser: MarkdownIt, draw: Callable[[str, dict[str, Any]], str]) -> MarkdownIt:
    """The parser of our Markdown, in which formulas are tokens `math_...`, drawn by `draw`."""
    parser.use(dollarmath_plugin, renderer=draw)
    # The plugin's own rule for formulas in a line takes a backslash at the end of a paragraph for one before
    # its first character.
    parser.inline.ruler.at("math_inline", _formula_in_line)
    return parser


def _formula_in_line(state: StateInline, silent: bool) -> bool:
    """A formula at this place of a paragraph: escaped characters and code before it are behind already."""
    found = _DRAWN.match(state.src, state.pos) if state.src[state.pos] == "$" else None
    if found is None or state.src[state.pos - 1 : state.pos].isdigit():
        return False
    if not silent:
        signs = "$$" if found[1] else "$"
        token = state.push("math_inline_double" if found[1] else "math_inline", "math", 0)
        token.content, token.markup = found[1] or found[2], signs
    state.pos = found.end()
    return True


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
