"""Quizzes in the project's own format, TOML, alone or packed with their pictures; kept to the letter."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from assignments.quiz import GeneratedQuestion, Question
from assignments.quiz_reading import read_quiz
from assignments.toml.fields import SpecError
from server.quizzes.formats.encodings import decoded
from server.quizzes.formats.result import Imported, Note, NoteKind, Unreadable
from server.quizzes.pictures.archive import BadArchiveError, unpack_quiz
from server.quizzes.pictures.picture import flaw_of

LONGEST = 1 << 20
_QUESTION = re.compile(r"^[ \t]*\[\[[ \t]*question[ \t]*\]\]", re.MULTILINE)
_SLUG = re.compile(r"^[ \t]*slug[ \t]*=", re.MULTILINE)
_UTC = ZoneInfo("UTC")  # a moment in it is read again, in the course's zone, when it is published


def is_own(text: str) -> bool:
    """Whether a text was meant to be a quiz of ours, however many mistakes it has."""
    return _QUESTION.search(text) is not None or (_SLUG.search(text) is not None and "question" in text)


def read_own_archive(content: bytes) -> Imported | None:
    """The quiz in an archive, with its pictures; None where it has none. Raises Unreadable."""
    try:
        found = unpack_quiz(content)
    except BadArchiveError as error:
        raise Unreadable(error.reason) from error
    if found is None:
        return None
    quiz = read_own(decoded(found.toml).text)
    flaws = {name: flaw for name, one in found.pictures.items() if (flaw := flaw_of(one))}
    notes = [
        Note(0, NoteKind.SKIPPED, _("The picture %(name)s is left out: %(reason)s.", name=name, reason=flaw))
        for name, flaw in flaws.items()
    ]
    pictures = {name: one for name, one in found.pictures.items() if name not in flaws}
    return replace(quiz, notes=(*quiz.notes, *notes), pictures=pictures)


def read_own(text: str) -> Imported:
    """The quiz, with its text. Raises Unreadable where it has a mistake."""
    if len(text) > LONGEST:
        raise Unreadable(_("The file is larger than %(mib)s MiB. Divide it.", mib=LONGEST >> 20))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        quiz = read_quiz(text, _UTC, file="quiz")
    except SpecError as error:
        reason = _(
            "This is a quiz of this service with a mistake: %(problem)s. "
            "Put it into the field “Text of the file” and mend it there.",
            problem=str(error)[:300],
        )
        raise Unreadable(reason) from error
    drawn = [one for one in quiz.questions if isinstance(one, GeneratedQuestion)]
    notes = [
        Note(
            0,
            NoteKind.WARNING,
            _("Its numbers are drawn by %(file)s, which is no part of this file.", file=one.file),
            one.id,
        )
        for one in drawn
    ]
    kept = tuple(one for one in quiz.questions if isinstance(one, Question))
    return Imported(kept, tuple(notes), quiz.title.en, text)
