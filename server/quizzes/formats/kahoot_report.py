"""Reads the report that Kahoot gives after a game: how hard each question was, and what each player did."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.formats.result import Note, NoteKind, Unreadable, beginning
from server.quizzes.formats.workbook import Cells, Sheet, bare, read_sheets

HEADER_WITHIN = 10
LARGEST = 10**9
MOST_NOTES = 500
_Value = TypeVar("_Value")
_NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,20})?", re.ASCII)
_QUESTION_NUMBER = re.compile(r"(\d{1,4})\b\s*(.*)", re.ASCII)
_ANSWER = re.compile(r"answer[1-9]")
_WANTED = {"overview", "finalscores", "rawreportdatadata", "rawreportdata"}


@dataclass(frozen=True, slots=True)
class PlayerTotal:
    """One player at the end. Whoever came back after a broken connection is one player, summed."""

    player: str
    points: int
    correct: int
    incorrect: int


@dataclass(frozen=True, slots=True)
class PlayerAnswer:
    """What a player answered; no text is no answer. `seconds` is how long it took."""

    question: int
    player: str
    answer: str
    correct: bool
    points: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class QuestionStatistics:
    """How a question went. `answered` of the `asked` gave an answer, and `right` of these a right one."""

    number: int
    kind: str  # Quiz, True/False, Poll ...
    text: str
    options: tuple[str, ...]
    correct: str  # the right options as one text, as the report has them
    time_limit: float | None
    asked: int
    answered: int
    right: int
    mean_seconds: float | None


@dataclass(frozen=True, slots=True)
class KahootReport:
    """One game. Questions and answers are there only where the report has its raw data."""

    title: str
    totals: tuple[PlayerTotal, ...]
    questions: tuple[QuestionStatistics, ...] = ()
    answers: tuple[PlayerAnswer, ...] = ()
    notes: tuple[Note, ...] = ()


def read_kahoot_report(content: bytes) -> KahootReport:
    """The report in a workbook. Raises Unreadable when there is neither of the sheets that count."""
    sheets = {bare(sheet.name): sheet for sheet in read_sheets(content, lambda name: bare(name) in _WANTED)}
    raw = sheets.get("rawreportdatadata") or sheets.get("rawreportdata")
    final = sheets.get("finalscores")
    if raw is None and final is None:
        raise Unreadable(
            _("This is no Kahoot report: it has no sheet “Final Scores” or “RawReportData Data”.")
        )
    rows = _Rows(raw, ("player", "question", "questionnumber")) if raw else None
    scores = _Rows(final, ("player", "totalscorepoints")) if final else None
    answers = tuple(rows.read(_answer)) if rows else ()
    totals = tuple(scores.read(_total)) if scores else tuple(_total_of(answer) for answer in answers)
    return KahootReport(
        title=_title(sheets),
        totals=_merged(totals),
        questions=_statistics(rows, answers) if rows else (),
        answers=answers,
        notes=(*(rows.notes if rows else ()), *(scores.notes if scores else ())),
    )


class _BadRow(Exception):  # noqa: N818 - no error of the program
    """A row that cannot be counted, and why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


class _Row:
    """A row whose cells are asked for by their headers."""

    def __init__(self, cells: Cells, columns: Mapping[str, int]) -> None:
        self.cells = cells
        self._columns = columns

    def text(self, name: str) -> str:
        """The text of a cell, or nothing."""
        at = self._columns.get(name)
        return "" if at is None or at >= len(self.cells) else _clean(self.cells[at])

    def number(self, name: str) -> float | None:
        """The number in a cell, which may be a text. None where nothing stands. Raises _BadRow."""
        text = self.text(name)
        if not text:
            return None
        value = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else math.inf
        if abs(value) > LARGEST:
            raise _BadRow(_("“%(text)s” is not a number that can be counted.", text=text[:40]))
        return value

    def whole(self, name: str) -> int:
        """The number in a cell as a whole one; 0 where nothing stands. Raises _BadRow."""
        return round(self.number(name) or 0)

    def player(self) -> str:
        """Whose row it is. Raises _BadRow."""
        if not (player := self.text("player")):
            raise _BadRow(_("The row has no player."))
        return player

    def question(self) -> int:
        """The number of the question. Raises _BadRow."""
        match = _QUESTION_NUMBER.match(self.text("questionnumber"))
        if match is None:
            raise _BadRow(_("The row has no question number."))
        return int(match[1])

    def options(self) -> tuple[str, ...]:
        """The options that have a text."""
        names = [name for name in self._columns if _ANSWER.fullmatch(name)]
        return tuple(text for name in names if (text := self.text(name)))


class _Rows:
    """The rows below a header. Raises Unreadable when the sheet has none with these columns."""

    def __init__(self, sheet: Sheet, required: Sequence[str]) -> None:
        self.notes: list[Note] = []
        for at, cells in enumerate(sheet.rows[:HEADER_WITHIN]):
            columns = {_header(cell): place for place, cell in reversed(list(enumerate(cells))) if cell}
            if columns.keys() >= set(required):
                self.first = at + 2
                in_order = dict(sorted(columns.items(), key=lambda item: item[1]))
                self.rows = [_Row(row, in_order) for row in sheet.rows[at + 1 :]]
                return
        raise Unreadable(
            _("The sheet “%(name)s” has not the columns of a Kahoot report.", name=beginning(sheet.name))
        )

    def read(self, take: Callable[[_Row], _Value]) -> Iterable[_Value]:
        """What each row that is not empty says; bad ones are noted."""
        for number, row in enumerate(self.rows, start=self.first):
            if not any(row.cells):
                continue
            try:
                yield take(row)
            except _BadRow as error:
                if len(self.notes) < MOST_NOTES:
                    note = Note(number, NoteKind.SKIPPED, error.reason, beginning(row.text("player")))
                    self.notes.append(note)


def _total(row: _Row) -> PlayerTotal:
    correct, incorrect = row.whole("correctanswers"), row.whole("incorrectanswers")
    return PlayerTotal(row.player(), row.whole("totalscorepoints"), correct, incorrect)


def _answer(row: _Row) -> PlayerAnswer:
    # The number beside it counts points of partial answers in some reports; the word is plain.
    word = bare(row.text("correctincorrect"))
    correct = word == "correct" if word else row.whole("correct") > 0
    seconds = row.number("answertimeseconds")
    return PlayerAnswer(
        row.question(), row.player(), row.text("answer"), correct, row.whole("scorepoints"), seconds
    )


def _total_of(answer: PlayerAnswer) -> PlayerTotal:
    return PlayerTotal(answer.player, answer.points, int(answer.correct), int(not answer.correct))


def _merged(totals: Iterable[PlayerTotal]) -> tuple[PlayerTotal, ...]:
    """One total for each player, the best first. Spelling in capitals makes no other player."""
    by_name: dict[str, PlayerTotal] = {}
    for total in totals:
        known = by_name.get(total.player.casefold())
        by_name[total.player.casefold()] = total if known is None else _sum(known, total)
    return tuple(sorted(by_name.values(), key=lambda total: (-total.points, total.player)))


def _sum(one: PlayerTotal, other: PlayerTotal) -> PlayerTotal:
    return replace(
        one,
        points=one.points + other.points,
        correct=one.correct + other.correct,
        incorrect=one.incorrect + other.incorrect,
    )


def _statistics(rows: _Rows, answers: Sequence[PlayerAnswer]) -> tuple[QuestionStatistics, ...]:
    given: dict[int, list[PlayerAnswer]] = defaultdict(list)
    for answer in answers:
        given[answer.question].append(answer)
    first: dict[int, _Row] = {}
    for row in rows.rows:
        if match := _QUESTION_NUMBER.match(row.text("questionnumber")):
            first.setdefault(int(match[1]), row)
    return tuple(_question(number, first[number], given[number]) for number in sorted(given))


def _question(number: int, row: _Row, given: Sequence[PlayerAnswer]) -> QuestionStatistics:
    answered = [one for one in given if one.answer]
    times = [one.seconds for one in answered if one.seconds is not None]
    kind = _QUESTION_NUMBER.match(row.text("questionnumber"))
    return QuestionStatistics(
        number=number,
        kind=kind[2] if kind else "",
        text=row.text("question"),
        options=row.options(),
        correct=row.text("correctanswers"),
        time_limit=_limit(row),
        asked=len(given),
        answered=len(answered),
        right=sum(one.correct for one in answered),
        mean_seconds=sum(times) / len(times) if times else None,
    )


def _limit(row: _Row) -> float | None:
    try:
        return row.number("timeallottedtoanswerseconds")
    except _BadRow:
        return None


def _title(sheets: Mapping[str, Sheet]) -> str:
    """Both sheets of totals begin with the name of the game."""
    for name in ("overview", "finalscores"):
        sheet = sheets.get(name)
        if sheet and sheet.rows and any(sheet.rows[0]):
            return beginning(_clean(next(cell for cell in sheet.rows[0] if cell)))
    return ""


def _header(text: str) -> str:
    return bare(_clean(text))


def _clean(text: str) -> str:
    return " ".join(text.replace("&nbsp;", " ").split())
