"""Questions as HTML: Markdown, LaTeX as MathML and code in colours, drawn once when a quiz is published.

Authors are staff, but what they import is not theirs: raw HTML is off, and of the mathematics only what
MathML knows comes through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
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
from server.quizzes.pictures.picture import BOUNDS, ShownPicture
from server.quizzes.questions.type_rules import rules_of
from server.texts.formulas import FormulaError, draw_formula, with_formulas

LANGUAGES = ("en", "hu")
NO_PICTURES: Mapping[str, ShownPicture] = MappingProxyType({})


class RenderingError(ValueError):
    """A text cannot be drawn. Says which formula or picture; where it is known, the id of its question."""

    def __init__(self, problem: str, question: str = "") -> None:
        super().__init__(problem)
        self.question = question


def rendered(
    question: Question, pictures: Mapping[str, ShownPicture] = NO_PICTURES
) -> dict[str, dict[str, Any]]:
    """All texts of a question as HTML, by language: "text", "explanation", and what its type has.

    Raises RenderingError.
    """
    return {language: dict(_parts(question, language, pictures)) for language in LANGUAGES}


def draw_text(text: str, pictures: Mapping[str, ShownPicture] = NO_PICTURES) -> str:
    """Markdown as HTML, with these pictures by name. A text of one paragraph has no tag around it.

    Raises RenderingError.
    """
    html: str = _markdown.render(text, {"pictures": pictures}).strip()
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        return html[3:-4]
    return html


def _parts(
    question: Question, language: str, pictures: Mapping[str, ShownPicture]
) -> Iterator[tuple[str, Any]]:
    def draw(text: Localized | None) -> str | None:
        return draw_text(_said(text, language), pictures) if text else None

    yield "text", draw(question.text)
    if question.explanation:
        yield "explanation", draw(question.explanation)
    yield from rules_of(question.body).html(question.body, draw).items()


def _said(text: Localized, language: str) -> str:
    return text.hu if language == "hu" else text.en


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
    # A phone in a quiz goes nowhere: of a link its words are drawn.
    for name in ("link_open", "link_close"):
        parser.add_render_rule(name, _nothing)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("heading_open", _heading_open)
    parser.add_render_rule("heading_close", _heading_close)
    return parser


def _nothing(*_arguments: object) -> str:
    return ""


def _image(
    _renderer: object, tokens: Sequence[Token], at: int, _options: object, env: Mapping[str, Any]
) -> str:
    """A picture of the quiz; of one that lies elsewhere what it is said to show. Raises RenderingError."""
    words = " ".join("".join(child.content or " " for child in tokens[at].children or ()).split())
    name = str(tokens[at].attrs.get("src", ""))
    if not name or name.startswith("/") or ":" in name:
        return escapeHtml(words)
    shown: ShownPicture | None = env["pictures"].get(name)
    if shown is None:
        raise RenderingError(f"there is no picture {name[:100]!r}")
    if not shown.is_sound:
        raise RenderingError(f"the picture {name!r} is not taken: {BOUNDS}")
    if not words:
        raise RenderingError(f"the picture {name!r} has no alternative text: write ![what it shows]({name})")
    size = f'width="{shown.width}" height="{shown.height}"'
    return f'<img class="picture" src="{escapeHtml(shown.address)}" alt="{escapeHtml(words)}" {size}>'


def _heading_open(*_arguments: object) -> str:
    return "<p><strong>"


def _heading_close(*_arguments: object) -> str:
    return "</strong></p>\n"


_markdown = _parser()
