"""MathML as LaTeX: presentation markup as editors write it, and TeX where it is annotated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

from server.texts.formulas import LONGEST_FORMULA

LONGEST = LONGEST_FORMULA - 20  # digits beside it may become part of it
_WORDS = """
sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh exp ln log lim max min sup inf det dim ker gcd
"""
_FUNCTIONS = frozenset(_WORDS.split())
_CHARS = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "_": r"\_", "$": r"\$",
    "~": r"\sim ", "^": r"\wedge ", "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-", "\N{HYPHEN}": "-", "\xa0": " ", "\N{FULLWIDTH COMMA}": ",",
    "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ",
    "…": r"\ldots ", "∖": r"\setminus ", "⟨": r"\langle ", "⟩": r"\rangle ", "⌊": r"\lfloor ",
    "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "‖": r"\Vert ",
}  # fmt: skip
_ABOVE = {
    **dict.fromkeys("^ˆ", r"\hat"),
    **dict.fromkeys("¯‾―_", r"\overline"),
    **dict.fromkeys("˙.", r"\dot"),
    **dict.fromkeys("~˜", r"\tilde"),
    "→": r"\vec",
    "¨": r"\ddot",
    "⏞": r"\overbrace",
}
_BELOW = {"_": r"\underline", "¯": r"\underline", "⏟": r"\underbrace"}
_TEX = ("application/x-tex", "text/x-tex", "latex", "tex", "application/x-latex")
_ROWS = frozenset({"math", "mrow", "mstyle", "mpadded"})
_WORD = re.compile(r"[^\W\d_]{2,}")


class NoLatexError(ValueError):
    """The formula has something that has no place in our LaTeX."""


def latex_of(formula: Tag) -> str:
    """The LaTeX of a `<math>` element. Raises NoLatexError."""
    found = " ".join(_of(formula).split())
    if not found or len(found) > LONGEST or found.endswith("\\"):
        raise NoLatexError
    return found


def latex_text(text: str) -> str:
    """Characters as a formula shows them; words stay words."""
    escaped = "".join(_CHARS.get(char, char) for char in text)
    return escaped.strip() and escaped


def _of(node: Tag) -> str:
    name = _name(node)
    if name in _ROWS:
        return _row(node)
    made = _MADE.get(name)
    if made is None:
        raise NoLatexError(name)
    return made(node)


def _row(node: Tag) -> str:
    return " ".join(filter(None, map(_of, _elements(node))))


def _name(node: Tag) -> str:
    return node.name.rpartition(":")[2].lower()


def _elements(node: Tag) -> Sequence[Tag]:
    """The elements in it. Raises NoLatexError where bare text stands between them."""
    for child in node.children:
        is_text = isinstance(child, NavigableString) and not isinstance(child, PreformattedString)
        if is_text and str(child).strip():
            raise NoLatexError(str(child))
    return [child for child in node.children if isinstance(child, Tag)]


def _parts(node: Tag, count: int) -> list[str]:
    parts = [_of(one) for one in _elements(node)]
    if len(parts) != count:
        raise NoLatexError(node.name)
    return parts


def _text(node: Tag) -> str:
    if any(isinstance(child, Tag) for child in node.children):
        raise NoLatexError(node.name)
    return node.get_text()


def _identifier(node: Tag) -> str:
    text = _text(node).strip()
    if text in _FUNCTIONS:
        return f"\\{text}"
    return f"\\mathrm{{{text}}}" if _WORD.fullmatch(text) else latex_text(text)


def _operator(node: Tag) -> str:
    text = _text(node).strip()
    return f"\\{text}" if text in _FUNCTIONS else _quoted(text) if _WORD.search(text) else latex_text(text)


def _quoted(text: str) -> str:
    """Words; they hold no sign that LaTeX would take for one of its own."""
    words = " ".join(text.split())
    if any(char in _CHARS and char not in "\xa0\N{MINUS SIGN}" for char in words):
        return latex_text(words)
    lead, trail = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return f"\\text{{{lead}{words}{trail}}}" if words else ""


def _fraction(node: Tag) -> str:
    above, below = _parts(node, 2)
    return f"\\frac{{{above}}}{{{below}}}"


def _root(node: Tag) -> str:
    inside, degree = _parts(node, 2)
    return f"\\sqrt[{degree}]{{{inside}}}"


def _scripts(*signs: str) -> Callable[[Tag], str]:
    def made(node: Tag) -> str:
        base, *others = _parts(node, 1 + len(signs))
        pairs = zip(signs, others, strict=True)
        return _braced(base) + "".join(f"{sign}{{{one}}}" for sign, one in pairs if one)

    return made


def _braced(base: str) -> str:
    return base if len(base) == 1 or re.fullmatch(r"\\[a-zA-Z]+ ?", base) else f"{{{base}}}"


def _over(node: Tag) -> str:
    elements = _elements(node)
    base, above = _parts(node, 2)
    if accent := _ABOVE.get(elements[1].get_text().strip()):
        return f"{accent}{{{base}}}"
    return f"{base}^{{{above}}}" if _is_large(base) else f"\\overset{{{above}}}{{{base}}}"


def _under(node: Tag) -> str:
    elements = _elements(node)
    base, below = _parts(node, 2)
    if accent := _BELOW.get(elements[1].get_text().strip()):
        return f"{accent}{{{base}}}"
    return f"{base}_{{{below}}}" if _is_large(base) else f"\\underset{{{below}}}{{{base}}}"


def _under_over(node: Tag) -> str:
    base, below, above = _parts(node, 3)
    if _is_large(base):
        return f"{base}_{{{below}}}^{{{above}}}"
    return f"\\overset{{{above}}}{{\\underset{{{below}}}{{{base}}}}}"


def _is_large(base: str) -> bool:
    return base.strip() in {r"\sum", r"\prod", r"\int", r"\lim", r"\max", r"\min", r"\sup", r"\inf"}


def _fenced(node: Tag) -> str:
    opened, closed = str(node.get("open", "(")), str(node.get("close", ")"))
    between = "".join(str(node.get("separators", ",")).split())
    parts = [_of(one) for one in _elements(node)]
    # One separator for each gap; the last stands for all that follow.
    signs = [latex_text(between[min(at, len(between) - 1)]) if between else "" for at in range(len(parts))]
    inside = (
        "".join(part + sign for part, sign in zip(parts, [*signs[:-1], ""], strict=True)) if parts else ""
    )
    if r"\frac" in inside or r"\begin" in inside:
        return f"\\left{_fence(opened)}{inside}\\right{_fence(closed)}"
    return f"{latex_text(opened)}{inside}{latex_text(closed)}"


def _fence(sign: str) -> str:
    r"""What stands behind \left and \right: they want a sign, and take a point for none."""
    return latex_text(sign.strip()) or "."


def _table(node: Tag) -> str:
    rows = []
    for row in _elements(node):
        if _name(row) != "mtr":
            raise NoLatexError(row.name)
        rows.append(" & ".join(_row(cell) for cell in _elements(row)))
    return "\\begin{matrix}" + r" \\ ".join(rows) + "\\end{matrix}"


def _semantics(node: Tag) -> str:
    """What is annotated as TeX is what its author wrote."""
    for one in node.find_all(["annotation"], recursive=False):
        text = one.get_text().strip()
        if str(one.get("encoding", "")).lower() in _TEX and text and "$" not in text:
            return text
    return _of(_elements(node)[0]) if _elements(node) else ""


def _number(node: Tag) -> str:
    return latex_text(_text(node).strip())


_MADE: Mapping[str, Callable[[Tag], str]] = {
    "mi": _identifier,
    "mn": _number,
    "mo": _operator,
    "ms": lambda node: _quoted(_text(node)),
    "mtext": lambda node: _quoted(_text(node)),
    "mspace": lambda _node: r"\ ",
    "mfrac": _fraction,
    "msqrt": lambda node: f"\\sqrt{{{_row(node)}}}",
    "mroot": _root,
    "msup": _scripts("^"),
    "msub": _scripts("_"),
    "msubsup": _scripts("_", "^"),
    "mover": _over,
    "munder": _under,
    "munderover": _under_over,
    "mfenced": _fenced,
    "mtable": _table,
    "semantics": _semantics,
    "none": lambda _node: "",
}
