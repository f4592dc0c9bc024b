r"""The characters of GIFT: escapes, the format in front of a text, and the LaTeX that `\n` would eat.

Escaped characters become private ones while a question is taken apart, so that a search for `=` finds only
those that mean something.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from flask_babel import lazy_gettext as _

from assignments.quiz_reading import TEXT_LENGTH
from server.quizzes.formats.html import Converted, looks_like_html, with_line_breaks
from server.quizzes.formats.importing import LeftOut
from server.quizzes.formats.markdown import printable
from server.quizzes.formats.texts import of_html, of_markdown, of_plain, typed_text
from server.texts.formulas import ends_in_formula

ESCAPED = "\\:#={}~n"
_LATEX_WORDS = """
    nabla natural ncong ne nearrow neg negmedspace negthickspace negthinspace neq newcommand newline nexists
    ngeq ngeqq ngeqslant ngtr ni nLeftarrow nleftarrow nLeftrightarrow nleftrightarrow nleq nleqq nleqslant
    nless nmid nobreak nolimits nonumber normalsize not notag notin nparallel nprec npreceq nRightarrow
    nrightarrow nshortmid nshortparallel nsim nsubseteq nsubseteqq nsucc nsucceq nsupseteq nsupseteqq
    ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq nu nVdash nvdash nVDash nvDash nwarrow
"""
LATEX = frozenset(_LATEX_WORDS.split())
NEAR = 300  # how far back the beginning of maths is looked for
_FIRST = 0xE000
_HIDDEN = {char: chr(_FIRST + at) for at, char in enumerate(ESCAPED)}
_SHOWN = {hidden: "\n" if char == "n" else char for char, hidden in _HIDDEN.items()}
_PRIVATE = re.compile("[\ue000-\ue0ff]")
_ESCAPE = re.compile(r"\\([\\:#={}~]|n[a-zA-Z]*)")
_HIDDEN_CHARS = re.compile(f"[{''.join(_SHOWN)}]")
_MEANINGFUL = re.compile(r"[\\:#={}~]|\n[a-zA-Z]*")
_BETWEEN_ANSWERS = re.compile("[{}~=#]")
_FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]")


class TextFormat(StrEnum):
    """How a text of GIFT is written."""

    HTML = "html"
    MARKDOWN = "markdown"
    PLAIN = "plain"
    MOODLE = "moodle"  # HTML where it looks like it, else plain


def hide_escapes(line: str, before: str, on_latex: Callable[[str], None]) -> str:
    r"""A line with its escaped characters hidden. `before` is what the question has before it.

    `\nabla` is an escape that says newline, "abla"; what was surely meant is kept, and told to `on_latex`.
    """
    line = _PRIVATE.sub("\ufffd", line)
    parts, at = [], 0
    for match in _ESCAPE.finditer(line):
        parts.append(line[at : match.start()])
        at = match.end()
        escaped = match[1]
        if not escaped.startswith("n"):
            parts.append(_HIDDEN[escaped])
        elif escaped in LATEX and _is_latex(escaped, _same_text(before + "".join(parts[-NEAR:]))):
            on_latex(escaped)
            parts.append(_HIDDEN["\\"] + escaped)
        else:
            parts.append(_HIDDEN["n"] + escaped[1:])
    return "".join(parts) + line[at:]


def shown(text: str) -> str:
    """The text with its escaped characters as they are."""
    return _HIDDEN_CHARS.sub(lambda match: _SHOWN[match[0]], text)


def escaped(text: str) -> str:
    """The text with a backslash before every character that means something in GIFT."""
    return _MEANINGFUL.sub(_escaped, text)


def split_format(text: str, usual: TextFormat) -> tuple[TextFormat, str]:
    """The format that stands in front of a text, and the text."""
    text = text.strip()
    match = _FORMAT.match(text)
    return (TextFormat(match[1]), text[match.end() :].strip()) if match else (usual, text)


def converted(text: str, text_format: TextFormat) -> Converted:
    """A text without a format in front of it as Markdown. Raises LeftOut when it is too long."""
    text = shown(text).strip()
    if len(text) > TEXT_LENGTH and text_format is not TextFormat.HTML:
        raise LeftOut(_("One of its texts is too long. Is a blank line missing between two questions?"))
    if text_format is TextFormat.MARKDOWN:
        return of_markdown(text)
    if text_format is TextFormat.MOODLE and looks_like_html(text):
        return of_html(with_line_breaks(text))
    return of_html(text) if text_format is TextFormat.HTML else of_plain(text)


def form_of(text: str, usual: TextFormat) -> str:
    """An answer that is to be typed: its characters, on one line. Raises LeftOut when it is too long."""
    text_format, text = split_format(text, usual)
    text = shown(text)
    if text_format is TextFormat.HTML or (text_format is TextFormat.MOODLE and looks_like_html(text)):
        return typed_text(text)
    return printable(text).replace("\n", " ").strip()


def _escaped(match: re.Match[str]) -> str:
    if not match[0].startswith("\n"):
        return f"\\{match[0]}"
    text, at = match.string, match.start()
    rest = match[0][1:]
    # A real new line cannot be taken for LaTeX; but spaces before it would be lost.
    if _is_latex(f"n{rest}", text[:at][-NEAR:]) and not text[:at].endswith(" "):
        return match[0]
    return f"\\n{rest}"


def _same_text(before: str) -> str:
    """The end of what comes before that belongs to the same text: within braces, to the same answer."""
    return (_BETWEEN_ANSWERS.split(before)[-1] if "{" in before else before)[-NEAR:]


def _is_latex(word: str, before: str) -> bool:
    # Outside of maths, a lone letter after a new line is likelier than \ne, \ni and \nu.
    return word in LATEX and (len(word) > 2 or ends_in_formula(before))
