r"""Plain text as Markdown that shows exactly it, and Markdown as the plain text that it shows.

Maths stays maths in both: `$x$`, `$$x$$`, `\(x\)` and `\[x\]` all come out as `$x$`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from server.texts.formulas import read_formulas, with_formulas

_INLINE = re.compile(r"[\\`*\[\]<~|$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w{1,40};)")
_LINE_START = re.compile(r"^([ \t]*)([-+#=>:]|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)
_DIGITS = "0123456789"
_TICKS = "```"
_FENCE = re.compile(r"```[\w+#.-]{0,20}")
_LEADING_TABS = re.compile(r"^ *\t[ \t]*", re.MULTILINE)
_PICTURE = re.compile(r"(?<!\\)!\[((?:[^\[\]\\\n]|\\.){0,1000})\]\(([^()\s]{0,1000})(?:\s[^()\n]{0,1000})?\)")
_markdown = with_formulas(
    MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]),
    lambda latex, _options: latex,
)


def printable(text: str) -> str:
    """The text without invisible characters; every kind of space and line end becomes the usual one.

    A tab at the beginning of a line is four spaces, so that code keeps its shape.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    lines = _LEADING_TABS.sub(lambda match: match[0].expandtabs(4), lines)
    return "".join(char if char.isprintable() or char == "\n" else " " * char.isspace() for char in lines)


def from_plain(text: str) -> str:
    """Plain text as Markdown that shows exactly it, line for line, but for maths, which is drawn."""
    escaped = escape(printable(text))
    lines = [line.strip(" ") for line in escaped.split("\n")]
    paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip("\n"))
    return "\n\n".join(paragraph.replace("\n", "\\\n") for paragraph in paragraphs)


def from_plain_with_code(text: str) -> str:
    """The same of a text in which lines between ``` are code, which keeps its shape."""
    parts: list[str] = []
    lines: list[str] = []
    opened = ""
    for line in printable(text).split("\n"):
        if _FENCE.fullmatch(line.strip()) and not opened:
            parts, lines, opened = [*parts, from_plain("\n".join(lines))], [], line.strip()
        elif opened and line.strip() == _TICKS:
            parts, lines, opened = [*parts, code_block("\n".join(lines), opened.strip("`"))], [], ""
        else:
            lines.append(line)
    return from_plain(text) if opened else "\n\n".join(filter(None, [*parts, from_plain("\n".join(lines))]))


def code_block(code: str, language: str = "") -> str:
    """A fence around code that is longer than any in it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", code)), default=0))
    return f"{fence}{language}\n{code}\n{fence}"


def escape(text: str) -> str:
    """Text with a backslash before whatever Markdown would take for a sign, outside of maths."""
    return "".join(_escaped_parts(text))


def escape_all(text: str) -> str:
    """The same of a text in which no maths is looked for."""
    return _escaped(text)


def to_plain(markdown: str) -> str:
    """The text that Markdown shows, with maths as `$LaTeX$`; paragraphs and hard breaks are lines."""
    lines = _Lines([""])
    for token in _markdown.parse(printable(markdown)):
        lines.take(token)
    return "\n".join(line.strip() for line in lines.lines if line.strip())


def one_line(markdown: str) -> str:
    """The text that Markdown shows, on one line."""
    return " ".join(to_plain(markdown).split())


def shows_more_than_text(markdown: str) -> bool:
    """Whether something is lost by `to_plain`: emphasis, code, lists, pictures."""
    return from_plain(to_plain(markdown)) != markdown


def pictures_in(markdown: str) -> list[str]:
    """The addresses of the pictures that a text shows."""
    return (
        [
            str(child.attrs.get("src", ""))
            for token in _markdown.parse(markdown)
            for child in token.children or ()
            if child.type == "image"
        ]
        if "![" in markdown
        else []
    )


def with_pictures(markdown: str, put: Callable[[str, str], str]) -> str:
    """The text with something else in the place of each picture, by its words and its address."""
    if not pictures_in(markdown):
        return markdown
    return _PICTURE.sub(lambda match: put(match[1], match[2]), markdown)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: characters, or the LaTeX of a formula without the signs around it."""

    text: str
    is_maths: bool = False


def maths_in(text: str) -> Iterator[Piece]:
    """The text as it is and the formulas in it, one after the other."""
    at = 0
    for formula in read_formulas(text):
        if text[at : formula.start]:
            yield Piece(text[at : formula.start])
        yield Piece(formula.latex, is_maths=True)
        at = formula.end
    if text[at:] or not at:
        yield Piece(text[at:])


def first_digits(text: str) -> str:
    """The digits that a text begins with."""
    return text[: len(text) - len(text.lstrip(_DIGITS))]


def last_digits(text: str) -> str:
    """The digits that a text ends with."""
    return text[len(text.rstrip(_DIGITS)) :]


def with_digits(latex: str, before: str, after: str) -> str:
    """A formula with the digits beside it: there its $ would be that of a price."""
    apart = "{}" if after and not latex.endswith("}") else ""
    return f"{before}{latex}{apart}{after}"


def _escaped_parts(text: str) -> Iterator[str]:
    pieces: list[Piece] = []
    for piece in maths_in(text):
        last = pieces[-1] if pieces else Piece("")
        if piece.is_maths and not last.is_maths and (digits := last_digits(last.text)):
            pieces[-1] = Piece(last.text[: -len(digits)])
            pieces.append(Piece(with_digits(piece.text, digits, ""), is_maths=True))
        elif last.is_maths and not piece.is_maths and (digits := first_digits(piece.text)):
            pieces[-1] = Piece(with_digits(last.text, "", digits), is_maths=True)
            pieces.append(Piece(piece.text[len(digits) :]))
        else:
            pieces.append(piece)
    return (f"${one.text}$" if one.is_maths else _escaped(one.text) for one in pieces)


def _escaped(text: str) -> str:
    marked = _INLINE.sub(lambda match: f"\\{match[0]}", text)
    return _LINE_START.sub(_line_start, marked)


def _line_start(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}\\" if match[2].isdigit() else f"{match[1]}\\{match[2]}"


@dataclass(slots=True)
class _Lines:
    """The lines that the tokens seen so far show."""

    lines: list[str]

    def take(self, token: Token) -> None:
        """Take one block."""
        if token.type == "inline":
            for child in token.children or ():
                self._take_inline(child)
        elif token.type in {"fence", "code_block"}:
            self.lines.extend([*token.content.split("\n"), ""])
        elif token.type.startswith("math_block"):
            self.lines.extend([_formula(token), ""])
        elif token.type in {"td_close", "th_close"}:
            self.lines[-1] += "  "
        elif token.type.endswith("_close") and token.type != "list_item_close":
            self.lines.append("")

    def _take_inline(self, token: Token) -> None:
        if token.type == "hardbreak":
            self.lines.append("")
        elif token.type == "softbreak":
            self.lines[-1] += " "
        elif token.type.startswith("math_"):
            self.lines[-1] += _formula(token)
        elif token.type == "image":
            for child in token.children or ():
                self._take_inline(child)
        else:
            self.lines[-1] += token.content


def _formula(token: Token) -> str:
    return f"${' '.join(token.content.split())}$"
