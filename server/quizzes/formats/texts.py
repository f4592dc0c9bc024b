"""Texts of questions as Markdown; and what becomes of those with pictures that are not taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.formats.html import (
    Converted,
    FindPicture,
    TooComplex,
    Untypeable,
    from_html,
    no_picture,
    text_of_html,
)
from server.quizzes.formats.importing import LeftOut
from server.quizzes.formats.markdown import (
    from_plain,
    from_plain_with_code,
    one_line,
    printable,
    with_pictures,
)

NAMES = 200  # characters of names in a note
Warn = Callable[[Text], None]


def of_html(html: str, find: FindPicture = no_picture) -> Converted:
    """HTML as Markdown. Raises LeftOut when it is too long."""
    try:
        return from_html(html, find)
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


def of_markdown(text: str, find: FindPicture = no_picture) -> Converted:
    """Markdown, in which pictures may be. Of one that is not found the words stay, as those of a link do."""
    media, descriptions = list[str](), list[str]()

    def put(said: str, source: str) -> str:
        words = one_line(said)
        if found := find(source, words):
            return found.markdown
        media.append(words or source.rpartition("/")[2][:60] or "image")
        descriptions.extend([words] if " " in words else [])
        return f"[{said}]({source})"

    text = with_pictures(printable(text).strip(), put)
    return Converted(text, tuple(media), descriptions=tuple(descriptions), says_them=True)


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
    if found.media and (not found.text or (found.says_them and found.text.startswith("["))):
        raise LeftOut(
            found.refused[0]
            if found.refused
            else _("Its options are pictures that are not in the file. Describe them in words.")
        )


def with_descriptions(found: Converted) -> Converted:
    """The text of a question with what its pictures say of themselves.

    Raises LeftOut where one says nothing.
    """
    if len(found.descriptions) < len(found.media):
        reason = _(
            "The picture or sound in it (%(names)s) cannot be shown here. Describe it in words.",
            names=_names(found),
        )
        raise LeftOut(found.refused[0] if found.refused else reason)
    words = [from_plain(f"[{one}]") for one in found.descriptions]
    if not words or found.says_them or found.text == from_plain(" ".join(found.descriptions)):
        return found
    return replace(found, text="\n\n".join([found.text, *words]))


def told(found: Converted, warn: Warn) -> str:
    """The text; what it has lost is told."""
    if found.media:
        warn(_("Pictures and sounds are left out (%(names)s). Describe them in words.", names=_names(found)))
    for lost in (*found.refused, *found.lost):
        warn(lost)
    return found.text


def _names(found: Converted) -> str:
    return ", ".join(found.media)[:NAMES]
