"""What a text of GIFT gives, in the few words that tests compare."""

from __future__ import annotations

from assignments.quiz import Question
from server.quizzes.formats.gift import read_gift
from server.quizzes.formats.result import NoteKind


def one(text: str) -> Question:
    [question] = read_gift(text).questions
    return question


def notes(text: str) -> list[tuple[int, NoteKind]]:
    return [(note.line, note.kind) for note in read_gift(text).notes]


def reasons(text: str) -> str:
    return " ".join(str(note.reason) for note in read_gift(text).notes)


def options(text: str) -> list[tuple[str, bool, float | None]]:
    return [(option.text.en, option.correct, option.credit) for option in one(text).body.options]
