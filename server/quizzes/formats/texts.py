"""Texts of questions as Markdown; and what becomes of those with pictures, of which a quiz shows none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask_babel import lazy_gettext as _
from markdown_it import MarkdownIt

from server.errors import Text
from server.quizzes.formats.html import Converted, TooComplex, Untypeable, from_html, text_of_html
from server.quizzes.formats.importing import LeftOut
from server.quizzes.formats.markdown import from_plain, from_plain_with_code, printable

NAMES = 200  # characters of names in a note
Warn = Callable[[Text], None]
_markdown = MarkdownIt("commonmark", {"html": False})


def of_html(html: str) -> Converted:
    """HTML as Markdown. Raises LeftOut when it is too long."""
    try:
        return from_html(html)
    except TooComplex as error:
        raise LeftOut(_("One of its texts is too long, or its HTML is nested too deeply.")) from error


def typed_text(html: str) -> str:
    """The characters of an answer that is to be typed, on one line. Raises LeftOut."""
    try:
        return text_of_html(html)
    except Untypeable as error:
        raise LeftOut(_("One of its answers is a formula or a picture, which nobody can type.")) from error
    except TooComplex as error:
        raise LeftOut(_("One of its texts is too long, or its HTML is nested too deeply.")) from error


def of_plain(text: str) -> Converted:
    """Plain text as Markdown."""
    return Converted(from_plain_with_code(text))


def of_markdown(text: str) -> Converted:
    """Markdown, in which pictures may be."""
    text = printable(text).strip()
    media, descriptions = [], []
    if "![" in text:
        for token in _markdown.parse(text):
            for child in token.children or ():
                if child.type == "image":
                    source = str(child.attrs.get("src", ""))
                    media.append(child.content or source.rpartition("/")[2][:60] or "image")
                    descriptions += [child.content] if " " in child.content.strip() else []
    return Converted(text, tuple(media), descriptions=tuple(descriptions))


def question_text(found: Converted, warn: Warn) -> str:
    """The text of a question. Raises LeftOut where it shows something that says nothing of itself."""
    return told(with_descriptions(found), warn)


def option_text(found: Converted, warn: Warn) -> str:
    """The text of an option, or nothing. Raises LeftOut where the option is a picture."""
    insist_on_words(found)
    return told(found, warn)


def insist_on_words(found: Converted) -> None:
    """Raises LeftOut where an option is a picture, or a formula that nobody can read."""
    if not found.text and found.lost:
        raise LeftOut(found.lost[0])
    if found.media and (not found.text or found.text.startswith("![")):
        raise LeftOut(_("Its options are pictures, which a quiz does not show. Describe them in words."))


def with_descriptions(found: Converted) -> Converted:
    """The text of a question with what its pictures say of themselves.

    Raises LeftOut where one says nothing.
    """
    if len(found.descriptions) < len(found.media):
        raise LeftOut(
            _(
                "The picture or sound in it (%(names)s) cannot be shown here. Describe it in words.",
                names=_names(found),
            )
        )
    words = [from_plain(f"[{one}]") for one in found.descriptions]
    if not words or "![" in found.text or found.text == from_plain(" ".join(found.descriptions)):
        return found
    return replace(found, text="\n\n".join([found.text, *words]))


def told(found: Converted, warn: Warn) -> str:
    """The text; what it has lost is told."""
    if found.media:
        warn(_("Pictures and sounds are left out (%(names)s). Describe them in words.", names=_names(found)))
    for lost in found.lost:
        warn(lost)
    return found.text


def _names(found: Converted) -> str:
    return ", ".join(found.media)[:NAMES]
