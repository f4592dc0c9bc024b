"""What an import found and what an export lost, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import lazy_gettext as _

from assignments.quiz import Question
from assignments.spec import Localized
from server.errors import Text

WHAT_LENGTH = 60


class Language(StrEnum):
    """A language of the course; files of other programs hold one."""

    EN = "en"
    HU = "hu"

    def of(self, text: Localized) -> str:
        """The text in this language."""
        return text.hu if self is Language.HU else text.en


class NoteKind(StrEnum):
    """What a note says about its question."""

    SKIPPED = "skipped"
    WARNING = "warning"  # it is there, but look at it


@dataclass(frozen=True, slots=True)
class Note:
    """Something that did not go over as it was, and what to do about it.

    `line` counts from 1: lines of a text, rows of a sheet, questions of an XML file or of an export. 0 is
    the file as a whole. `what` is the name or the beginning of the question.
    """

    line: int
    kind: NoteKind
    reason: Text
    what: str = ""


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a question bank: `count` questions of a category, from its question `start` on, from 0."""

    category: str
    start: int
    count: int

    @property
    def label(self) -> str:
        """How people choose it, and forms name it."""
        return f"{self.category or '–'} ({self.start + 1}–{self.start + self.count})"


@dataclass(frozen=True, slots=True)
class Imported:
    """The questions of a file; every one is as sound as one that was read from a quiz's own file.

    `toml` is the text of a quiz in our own format, which has more in it than questions. `portions` are those
    parts of a bank that fit into a quiz, where the whole does not.
    """

    questions: tuple[Question, ...]
    notes: tuple[Note, ...] = ()
    title: str = ""
    toml: str = ""
    portions: tuple[Portion, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # that the questions show, by name

    @property
    def skipped(self) -> int:
        """How many notes say that something was left out."""
        return sum(note.kind is NoteKind.SKIPPED for note in self.notes)

    @property
    def summary(self) -> Text:
        """How much was taken, in one sentence."""
        return _(
            "Imported: %(taken)s, left out: %(skipped)s.",
            taken=len(self.questions),
            skipped=self.skipped,
        )


@dataclass(frozen=True, slots=True)
class Exported:
    """A file for another program. A loss is a question left out or one that lost something."""

    content: bytes
    losses: tuple[Note, ...] = ()


class Unreadable(ValueError):  # noqa: N818 - it says what the file is
    """The whole file is refused; `reason` says what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


def beginning(text: str) -> str:
    """The first words of a text, as notes name a question by."""
    line = " ".join(text.split())
    return line if len(line) <= WHAT_LENGTH else f"{line[: WHAT_LENGTH - 1]}…"
