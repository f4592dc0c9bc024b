"""Reads tables of Quizizz (Wayground), Blooket, Gimkit and Wooclap, CSV or XLSX, by their header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from flask_babel import lazy_gettext as _

from assignments.questions.body import Body
from assignments.questions.choice import Choice, Option
from assignments.questions.ordering import Ordering
from assignments.questions.short_text import AcceptedText, ShortText
from server.quizzes.formats.importing import Draft, Gathering, LeftOut, both
from server.quizzes.formats.markdown import from_plain, printable
from server.quizzes.formats.result import Imported, Unreadable
from server.quizzes.formats.workbook import ROWS, Cells, bare

HEADER_WITHIN = 20
USUAL_SECONDS = 30
LONGEST_CELL = 4000
MOST_COLUMNS = 60
_OPTION = re.compile(r"(?:option|answer|choice|choix)(?:[1-9]\d?)?(?:optional)?")
_WRONG = re.compile(r"incorrectanswer[1-9]?(?:optional)?")
_NUMBER = re.compile(r"[1-9]\d?(?:\.0*)?")
_PAIR = re.compile(r"([1-9])\.([1-9])")
_BETWEEN_NUMBERS = re.compile(r" ?[,;|/&+] ?| (?:and|és) | ")
_SECONDS = re.compile(r"\d{1,4}(?:\.0*)?")
_MULTIPLE = frozenset({"checkbox", "multipleselect", "multiselect", "multipleanswers"})
_TYPED = frozenset(
    {"fillintheblank", "fillintheblanks", "openquestion", "typing", "typetheanswer", "fib", "shortanswer"}
)
_ORDERED = frozenset({"reorder", "sorting", "ordering"})
_CHOSEN = frozenset({"", "multiplechoice", "mcq", "truefalse", "trueorfalse"}) | _MULTIPLE


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands. Without one for what is right, the first of the options is."""

    question: int
    options: tuple[int, ...]
    right: int
    wrong: tuple[int, ...] = ()
    kind: int | None = None
    seconds: int | None = None
    picture: int | None = None
    explanation: int | None = None


def rows_of_csv(text: str, is_header: Callable[[Cells], bool]) -> tuple[Cells, ...]:
    """A CSV table, divided by the one of the usual signs that shows a header; empty where none does."""
    if len(text) > 5 << 20:
        return ()
    for sign in ",;\t":
        try:
            if any(map(is_header, islice(_csv(text, sign), HEADER_WITHIN))):
                return _bounded(_csv(text, sign))
        except csv.Error:
            continue
    return ()


def _csv(text: str, sign: str) -> Iterator[Cells]:
    rows = csv.reader(io.StringIO(text), delimiter=sign)
    return (tuple(_cell(value) for value in row[:MOST_COLUMNS]) for row in rows)


def _bounded(rows: Iterator[Cells]) -> tuple[Cells, ...]:
    table = tuple(islice(rows, ROWS + 1))
    if len(table) > ROWS:
        raise Unreadable(_("The sheet has more than %(n)s rows. Divide it.", n=ROWS))
    return table


def is_table_header(cells: Cells) -> bool:
    """Whether a row is a header of one of these services."""
    return _columns(cells) is not None


def read_below(header: Cells, rows: Sequence[Cells], first: int) -> Imported | None:
    """The questions of the rows below a header, the first of which has this number; None where it is none."""
    columns = _columns(header)
    return _questions(rows, columns, first) if columns else None


def right_numbers(text: str, answers: int) -> frozenset[int]:
    """The numbers, from 1, of the right ones among so many answers; none where the text says anything else.

    Spreadsheets make 1.0 of 1, and 1.3 of 1,3. With ten answers that could be 1 and 30, too.
    """
    text = " ".join(text.split()).strip(" ,;|")
    if (pair := _PAIR.fullmatch(text)) and pair[1] != pair[2] and answers < 10:
        found = {int(pair[1]), int(pair[2])}
    else:
        parts = _BETWEEN_NUMBERS.split(text)
        found = {int(part.split(".")[0]) for part in parts} if all(map(_NUMBER.fullmatch, parts)) else set()
    return frozenset(found) if max(found, default=0) <= answers else frozenset()


def _cell(value: str) -> str:
    """Its lines without space around them: code in a cell has several."""
    lines = (" ".join(line.split()) for line in printable(value[:LONGEST_CELL]).split("\n"))
    return "\n".join(lines).strip()


def _columns(cells: Cells) -> Columns | None:
    names = [bare(cell) for cell in cells]
    question = _first(names, lambda name: name in {"questiontext", "question", "title", "prompt"})
    if "questiontext" in names:
        question = names.index("questiontext")
    right = _first(names, lambda name: name == "correct" or name.startswith("correctanswer"))
    if question is None or right is None:
        return None
    options = tuple(at for at, name in enumerate(names) if _OPTION.fullmatch(name) and at != right)
    wrong = tuple(at for at, name in enumerate(names) if _WRONG.fullmatch(name))
    if not options and not wrong:
        return None
    return Columns(
        question,
        options,
        right,
        wrong,
        kind=_first(names, lambda name: name in {"questiontype", "type"}),
        seconds=_first(names, lambda name: name.startswith(("timeinseconds", "timelimit"))),
        picture=_first(names, lambda name: name.startswith(("image", "picture", "media"))),
        explanation=_first(names, lambda name: name.startswith(("answerexplanation", "explanation"))),
    )


def _first(names: Sequence[str], fits: Callable[[str], bool]) -> int | None:
    return next((at for at, name in enumerate(names) if fits(name)), None)


def _questions(rows: Sequence[Cells], columns: Columns, first: int) -> Imported:
    gathering = Gathering()
    for number, cells in enumerate(rows, start=first):
        row = _Row(cells, columns)
        if (not row.text and not any(row.options)) or row.is_instruction:
            continue
        if gathering.is_full:
            gathering.stop(number)
            break
        gathering.count(sum(map(len, cells)))
        try:
            gathering.take(row.draft(number, gathering))
        except LeftOut as error:
            gathering.skip(number, error.reason, row.text)
    return gathering.imported()


class _Row:
    """One row of a table, by its columns."""

    def __init__(self, cells: Cells, columns: Columns) -> None:
        self._cells = cells
        self._columns = columns
        self.text = self._at(columns.question)
        right = [self._at(columns.right)] if columns.wrong else []
        self.options = [*right, *(self._at(at) for at in (columns.wrong or columns.options))]

    @property
    def is_instruction(self) -> bool:
        """Quizizz explains its columns in the row below the header."""
        return self.text.lower().startswith("text of the question")

    def draft(self, number: int, gathering: Gathering) -> Draft:
        """The question. Raises LeftOut."""
        if not self.text:
            raise LeftOut(_("It has answers but no question."))
        if self._columns.picture is not None and self._at(self._columns.picture):
            raise LeftOut(_("The picture in it cannot be shown here. Describe it in words."))
        explanation = self._at(self._columns.explanation)
        return Draft(
            line=number,
            text=from_plain(self.text),
            body=self._body(number, gathering),
            seconds=self._seconds(),
            explanation=from_plain(explanation) if explanation else "",
        )

    def _at(self, column: int | None) -> str:
        """What stands in a column, or nothing where the row ends before it."""
        return self._cells[column] if column is not None and column < len(self._cells) else ""

    def _seconds(self) -> int:
        text = self._at(self._columns.seconds)
        return max(5, min(3600, int(text.split(".")[0]))) if _SECONDS.fullmatch(text) else USUAL_SECONDS

    def _body(self, number: int, gathering: Gathering) -> Body:
        kind = bare(self._at(self._columns.kind))
        given = [option for option in self.options if option]
        if kind in _TYPED:
            if not given:
                raise LeftOut(_("It has no answer that could be marked."))
            return ShortText(tuple(AcceptedText(option) for option in given))
        if kind in _ORDERED:
            return Ordering(tuple(both(from_plain(option)) for option in given))
        if kind not in _CHOSEN:
            reason = _(
                "Questions of the type “%(type)s” cannot be imported. Ask it in another way.", type=kind[:40]
            )
            raise LeftOut(reason)
        return self._choice(kind, number, gathering)

    def _choice(self, kind: str, number: int, gathering: Gathering) -> Choice:
        right = self._right()
        options = tuple(
            Option(both(from_plain(option)), correct=at in right)
            for at, option in enumerate(self.options)
            if option
        )
        if len(options) < 2:
            raise LeftOut(_("It has fewer than two answers."))
        if not right or not all(self.options[at] for at in right):
            raise LeftOut(_("“%(column)s” must name answers that it has.", column=_("Correct answer")))
        several = len(right) > 1 or kind in _MULTIPLE
        if several and kind not in _MULTIPLE:
            gathering.warn(
                number, _("It has several right answers: all of them are to be chosen here."), self.text
            )
        return Choice(options, several=several)

    def _right(self) -> frozenset[int]:
        """The places of the right options, by number, or by their text."""
        if self._columns.wrong:
            return frozenset({0} if self.options[0] else ())
        said = self._at(self._columns.right)
        known = {option.casefold(): at for at, option in reversed(list(enumerate(self.options))) if option}
        is_text = said.casefold() in known and not _NUMBER.fullmatch(said)
        if not is_text and (numbers := right_numbers(said, len(self.options))):
            return frozenset(number - 1 for number in numbers)
        parts = [part.strip() for part in re.split(r"[,;|]", said) if part.strip()]
        named = [said] if is_text else parts
        found = [known.get(part.casefold(), _letter(part)) for part in named]
        return frozenset(at for at in found if at is not None) if self._are_options(found) else frozenset()

    def _are_options(self, places: Sequence[int | None]) -> bool:
        return all(at is not None and at < len(self.options) for at in places)


def _letter(text: str) -> int | None:
    return ord(text.upper()) - ord("A") if re.fullmatch("[A-Za-z]", text) else None
