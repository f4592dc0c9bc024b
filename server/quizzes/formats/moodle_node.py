"""An element of Moodle XML and the texts in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.formats.html import (
    LONGEST,
    Converted,
    TooComplex,
    from_html,
    looks_like_html,
    text_of_html,
)
from server.quizzes.formats.importing import LeftOut
from server.quizzes.formats.markdown import from_plain, printable

FILE_PREFIX = "@@PLUGINFILE@@/"
HTML = "html"
AUTO = "moodle_auto_format"
MARKDOWN = "markdown"
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Node:
    """A question or an answer. `warn` takes what is lost of its texts."""

    element: Element
    warn: Callable[[Text], None]

    def each(self, path: str) -> Iterator[Node]:
        """The elements below it at a path."""
        return (Node(element, self.warn) for element in self.element.iterfind(path))

    def attribute(self, name: str) -> str:
        """An attribute, or nothing."""
        return self.element.get(name, "").strip()

    def plain(self, path: str) -> str:
        """The text of the first element at a path as one line, or nothing."""
        return next(self.plains(path), "")

    def plains(self, path: str) -> Iterator[str]:
        """The texts of all elements at a path, each as one line."""
        for element in self.element.iterfind(path):
            yield " ".join(printable(_characters(element)[:LONGEST]).split())

    def markdown(self, path: str = ".", usual: str = HTML) -> str:
        """The text of the element at a path as Markdown, by its format. Raises LeftOut."""
        element = self.element.find(path)
        if element is None:
            return ""
        text = _own_text(element)
        if len(text) > LONGEST:
            raise LeftOut(_("One of its texts is too long."))
        text_format = element.get("format") or usual
        if text_format == AUTO and looks_like_html(text):
            return self._of_html(text.strip().replace("\n", "<br>\n"))
        if text_format == MARKDOWN:
            return printable(text).strip()
        return self._of_html(text) if text_format == HTML else from_plain(text)

    def typed(self) -> str:
        """The text of an answer that is to be typed. Raises LeftOut when it is too long."""
        text = _own_text(self.element)
        try:
            html = self.attribute("format") == HTML
            return text_of_html(text) if html else " ".join(printable(text[:LONGEST]).split())
        except TooComplex as error:
            raise LeftOut(_("One of its texts is too long.")) from error

    def files(self) -> tuple[str, ...]:
        """The names of the files that lie in it, and of the pictures of old exports."""
        names = [element.get("name", "") for element in self.element.iter("file")]
        old = [element.text or "" for element in self.element.iter("image")]
        clean = (printable(name).replace("\n", " ").strip()[:NAME_LENGTH] for name in [*names, *old])
        return tuple(dict.fromkeys(name for name in clean if name))

    def _of_html(self, text: str) -> str:
        try:
            converted = from_html(text)
        except TooComplex as error:
            raise LeftOut(_("One of its texts is too long, or its HTML is nested too deeply.")) from error
        self._warn_of_media(converted, text)
        return converted.text

    def _warn_of_media(self, converted: Converted, text: str) -> None:
        """What lies in the file is told with the files."""
        if converted.media and FILE_PREFIX not in text:
            names = ", ".join(converted.media)
            self.warn(
                _("Pictures and sounds are left out (%(names)s). Describe them in words.", names=names[:200])
            )


def _own_text(element: Element) -> str:
    """The text of an element that has one inside or, like an option of old files, is one."""
    inner = element.find("text")
    return _characters(element if inner is None else inner)


def _characters(element: Element) -> str:
    """What stands in an element itself. Files may stand there too, and are not text."""
    return "".join([element.text or "", *(child.tail or "" for child in element)])
