"""Pictures that lie in a Moodle XML file beside the text that shows them."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import mdurl
from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.formats.html import PictureWords
from server.quizzes.formats.markdown import printable
from server.quizzes.pictures.collection import NotTaken, PictureCollection
from server.quizzes.pictures.picture import MOST_BYTES

HERE = "@@PLUGINFILE@@/"
ALTERNATIVE_LENGTH = 250
_MOST_CHARACTERS = 2 * MOST_BYTES  # of base64, with its line ends


@dataclass(slots=True)
class PicturesBeside:
    """The files of one text: a picture among them is taken when the text shows it."""

    element: Element | None
    collection: PictureCollection
    shown: set[str]  # names of files, to which those are added that are taken
    lost: list[Text] = field(default_factory=list)
    refused: list[Text] = field(default_factory=list)

    def find(self, source: str, said: str) -> PictureWords | None:
        """The picture at an address in the text, of which it says this; None where it is not taken."""
        if not source.startswith(HERE) or self.element is None:
            return None
        path = mdurl.decode(source.removeprefix(HERE).partition("?")[0])
        file = next((one for one in self.element.iterfind("file") if _path_of(one) == path), None)
        if file is None:
            return None
        name = path.rpartition("/")[2]
        try:
            taken = self.collection.take(name, _content_of(file))
        except NotTaken as error:
            self.refused.append(
                _("The picture %(name)s is left out: %(reason)s.", name=name[:60], reason=error.reason)
            )
            return None
        self.shown.add(file.get("name", ""))
        return PictureWords(taken, self._alternative(name, said))

    def _alternative(self, name: str, said: str) -> str:
        """What is said of a picture; where that is nothing, its file's name stands for it, with a note."""
        words = " ".join(printable(said).split())[:ALTERNATIVE_LENGTH]
        if words and words != name:
            return words
        self.lost.append(
            _(
                "The picture %(name)s has no alternative text. Say in it what the picture shows.",
                name=name[:60],
            )
        )
        return " ".join(printable(name.rpartition(".")[0]).split())[:ALTERNATIVE_LENGTH] or "picture"


def _path_of(file: Element) -> str:
    return f"{file.get('path', '/')}{file.get('name', '')}".lstrip("/")


def _content_of(file: Element) -> bytes:
    """The bytes of a file. What is no base64 is no picture; what is too long is not looked at whole."""
    text = (file.text or "")[: _MOST_CHARACTERS + 1]
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""
