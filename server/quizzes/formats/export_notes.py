"""Keeps account of what an export loses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flask_babel import lazy_gettext as _

from assignments.quiz import Question
from assignments.quiz_writing import question_table
from server.errors import Text
from server.quizzes.formats.markdown import one_line, pictures_in
from server.quizzes.formats.result import Language, Note, NoteKind, beginning


class Losses:
    """The notes of an export; each is about the question that was last gone on to."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._number = 0
        self._what = ""
        self._notes: list[Note] = []

    def go_on(self, number: int, question: Question) -> None:
        """The next notes are about this question."""
        self._number = number
        self._what = beginning(one_line(self._language.of(question.text)))
        if any(map(pictures_in, _texts(question_table(question)))):
            self.warn(_("Pictures do not go along: what they are said to show stands in their place."))

    def skip(self, reason: Text) -> None:
        """The question is left out."""
        self._notes.append(Note(self._number, NoteKind.SKIPPED, reason, self._what))

    def warn(self, reason: Text) -> None:
        """Something of the question is lost; the same is said once."""
        note = Note(self._number, NoteKind.WARNING, reason, self._what)
        if note not in self._notes:
            self._notes.append(note)

    def tell_of_languages(self, questions: Iterable[Question]) -> None:
        """A file of another program has one language."""
        if any(question.text.en != question.text.hu for question in questions):
            reason = _("The file holds the texts in one language. Export once more for the other.")
            self._notes.append(Note(0, NoteKind.WARNING, reason))

    def notes(self) -> tuple[Note, ...]:
        """All of them."""
        return tuple(self._notes)


def _texts(value: object) -> Iterator[str]:
    """All texts of a table."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)
