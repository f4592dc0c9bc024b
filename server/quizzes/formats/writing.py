"""Writes questions for another program, in the format that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assignments.quiz import Question
from server.quizzes.formats.aiken import write_aiken
from server.quizzes.formats.gift_writing import write_gift
from server.quizzes.formats.kahoot_sheet import write_kahoot_sheet
from server.quizzes.formats.result import Exported, Language


class Format(StrEnum):
    """A format that can be written."""

    GIFT = "gift"
    AIKEN = "aiken"
    KAHOOT = "kahoot"


@dataclass(frozen=True, slots=True)
class Written:
    """How a format is written and called."""

    write: Callable[[Iterable[Question], Language], Exported]
    suffix: str
    media_type: str


FORMATS: Mapping[Format, Written] = {
    Format.GIFT: Written(write_gift, ".gift.txt", "text/plain; charset=utf-8"),
    Format.AIKEN: Written(write_aiken, ".aiken.txt", "text/plain; charset=utf-8"),
    Format.KAHOOT: Written(
        write_kahoot_sheet, ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}


def write(questions: Iterable[Question], file_format: Format, language: Language) -> Exported:
    """The questions as a file of this format, and what is lost thereby."""
    return FORMATS[file_format].write(questions, language)
