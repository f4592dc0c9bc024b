"""An element of Moodle XML and the texts in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from flask_babel import lazy_gettext as _

from server.quizzes.formats.html import (
    LONGEST,
    Converted,
    FindPicture,
    looks_like_html,
    no_picture,
    with_line_breaks,
)
from server.quizzes.formats.importing import LeftOut
from server.quizzes.formats.markdown import printable
from server.quizzes.formats.moodle.picture_files import PicturesBeside
from server.quizzes.formats.texts import (
    Warn,
    insist_on_words,
    of_html,
    of_markdown,
    of_plain,
    told,
    typed_text,
    with_descriptions,
)
from server.quizzes.pictures.collection import PictureCollection

HTML = "html"
AUTO = "moodle_auto_format"
MARKDOWN = "markdown"
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Node:
    """A question or an answer. `warn` takes what is lost of its texts, `pictures` what they show."""

    element: Element
    warn: Warn
    pictures: PictureCollection = field(default_factory=PictureCollection)
    shown: set[str] = field(default_factory=set)  # names of files that were taken as pictures

    def each(self, path: str) -> Iterator[Node]:
        """The elements below it at a path."""
        return (replace(self, element=element) for element in self.element.iterfind(path))

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
        return self._told(self._converted(path, usual))

    def question_text(self, path: str = "questiontext") -> str:
        """The text of a question. Raises LeftOut where it shows what is not taken."""
        return self._told(with_descriptions(self._converted(path, HTML)))

    def option_text(self) -> str:
        """The text of an option, or nothing. Raises LeftOut where it is a picture that is not taken."""
        found = self._converted(".", AUTO)
        insist_on_words(found)
        return self._told(found)

    def source(self, path: str) -> str:
        """The text of the element at a path as it is written. Raises LeftOut when it is too long."""
        element = self.element.find(path)
        text = "" if element is None else _own_text(element)
        if len(text) > LONGEST:
            raise LeftOut(_("One of its texts is too long."))
        return text

    def text_format(self, path: str, usual: str = HTML) -> str:
        """In which of Moodle's formats the text at a path is."""
        element = self.element.find(path)
        return usual if element is None else element.get("format") or usual

    def _converted(self, path: str, usual: str) -> Converted:
        return self.converted(self.source(path), path, usual)

    def converted(self, text: str, path: str, usual: str = HTML) -> Converted:
        """A text as Markdown that has the format, and the files, of the one at a path. Raises LeftOut."""
        beside = PicturesBeside(self.element.find(path), self.pictures, self.shown)
        found = converted(text, self.text_format(path, usual), beside.find)
        return replace(found, lost=(*found.lost, *beside.lost), refused=tuple(beside.refused))

    def _told(self, found: Converted) -> str:
        """What lies in the file is told with the files."""
        return told(replace(found, media=()) if any(self.files()) else found, self.warn)

    def typed(self) -> str:
        """The text of an answer that is to be typed. Raises LeftOut when nobody can type it."""
        text = _own_text(self.element)
        if self.attribute("format") == HTML:
            return typed_text(text)
        return " ".join(printable(text[:LONGEST]).split())

    def files(self) -> tuple[str, ...]:
        """The names of the files that lie in it and are not shown, and of the pictures of old exports."""
        names = [element.get("name", "") for element in self.element.iter("file")]
        names = [name for name in names if name not in self.shown]
        old = [element.text or "" for element in self.element.iter("image")]
        clean = (printable(name).replace("\n", " ").strip()[:NAME_LENGTH] for name in [*names, *old])
        return tuple(dict.fromkeys(name for name in clean if name))


def converted(text: str, text_format: str, find: FindPicture = no_picture) -> Converted:
    """A text in one of Moodle's formats as Markdown. Raises LeftOut when it is too long."""
    if text_format == AUTO and looks_like_html(text):
        return of_html(with_line_breaks(text), find)
    if text_format == MARKDOWN:
        return of_markdown(text, find)
    return of_html(text, find) if text_format == HTML else of_plain(text)


def _own_text(element: Element) -> str:
    """The text of an element that has one inside or, like an option of old files, is one."""
    inner = element.find("text")
    return _characters(element if inner is None else inner)


def _characters(element: Element) -> str:
    """What stands in an element itself. Files may stand there too, and are not text."""
    return "".join([element.text or "", *(child.tail or "" for child in element)])
