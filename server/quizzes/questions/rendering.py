"""Questions as HTML: Markdown, LaTeX as MathML and code in colours, drawn once when a quiz is published.

Authors are staff, but what they import is not theirs: raw HTML is off, and of the mathematics only what
MathML knows comes through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from pygments import highlight as coloured
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from assignments.quiz import Question
from assignments.spec import Localized
from server.quizzes.questions.type_rules import rules_of
from server.texts.formulas import FormulaError, draw_formula, with_formulas

LANGUAGES = ("en", "hu")


class RenderingError(ValueError):
    """A text cannot be drawn. Says which formula is meant, and where it is known, the id of its question."""

    def __init__(self, problem: str, question: str = "") -> None:
        super().__init__(problem)
        self.question = question


def rendered(question: Question) -> dict[str, dict[str, Any]]:
    """All texts of a question as HTML, by language: "text", "explanation", and what its type has.

    Raises RenderingError.
    """
    return {language: dict(_parts(question, language)) for language in LANGUAGES}


def draw_text(text: str) -> str:
    """Markdown as HTML. A text of one paragraph has no tag around it. Raises RenderingError."""
    html: str = _markdown.render(text).strip()
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        return html[3:-4]
    return html


def _parts(question: Question, language: str) -> Iterator[tuple[str, Any]]:
    yield "text", draw_text(_said(question.text, language))
    if question.explanation:
        yield "explanation", draw_text(_said(question.explanation, language))
    yield from rules_of(question.body).html(question.body, lambda text: _optional(text, language)).items()


def _said(text: Localized, language: str) -> str:
    return text.hu if language == "hu" else text.en


def _optional(text: Localized | None, language: str) -> str | None:
    return draw_text(_said(text, language)) if text else None


def _highlight(code: str, language: str, _attributes: str) -> str:
    """Code in colours; an unknown language stays plain, which an empty answer asks for."""
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return ""
    return coloured(code, lexer, HtmlFormatter(nowrap=True, classprefix="c-"))


def _formula(content: str, options: dict[str, Any]) -> str:
    try:
        return draw_formula(content, block=bool(options["display_mode"]))
    except FormulaError as error:
        raise RenderingError(str(error)) from error


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Every address will do, for none is drawn."""
        return True


def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "highlight": _highlight})
    parser.enable(["table", "strikethrough"])
    with_formulas(parser, _formula)
    # A phone in a quiz goes nowhere: of a link its words are drawn, and of a picture what it is said to show.
    for name in ("link_open", "link_close"):
        parser.add_render_rule(name, _nothing)
    parser.add_render_rule("image", _alternative)
    parser.add_render_rule("heading_open", _heading_open)
    parser.add_render_rule("heading_close", _heading_close)
    return parser


def _nothing(*_arguments: object) -> str:
    return ""


def _alternative(_renderer: object, tokens: Sequence[Token], at: int, *_rest: object) -> str:
    return escapeHtml(tokens[at].content)


def _heading_open(*_arguments: object) -> str:
    return "<p><strong>"


def _heading_close(*_arguments: object) -> str:
    return "</strong></p>\n"


_markdown = _parser()
