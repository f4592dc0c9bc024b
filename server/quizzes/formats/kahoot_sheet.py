"""Reads and writes the sheet with which Kahoot imports and exports questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from openpyxl import Workbook

from assignments.questions.choice import Choice, Option
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from assignments.spec import Localized
from server.quizzes.formats.export_notes import Losses
from server.quizzes.formats.importing import Draft, Gathering, LeftOut, both
from server.quizzes.formats.markdown import from_plain, one_line, shows_more_than_text
from server.quizzes.formats.quiz_tables import HEADER_WITHIN, is_table_header, read_below, right_numbers
from server.quizzes.formats.result import Exported, Imported, Language, Unreadable
from server.quizzes.formats.workbook import Cells, bare, read_sheets, saved, write_sheet
from server.texts.formulas import read_formulas

ANSWERS = 4
QUESTION_LENGTH = 120
ANSWER_LENGTH = 75
SECONDS = (5, 10, 20, 30, 60, 90, 120, 240)
MOST_QUESTIONS = 100
USUAL_SECONDS = 20
REPORT_SHEETS = frozenset({"finalscores", "rawreportdatadata"})
HEADER_ROW = 8
HEADER = (
    "Question - max 120 characters",
    *(f"Answer {number} - max 75 characters" for number in range(1, ANSWERS + 1)),
    "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
    "Correct answer(s) - choose at least one",
)
TITLE = {
    2: "Quiz template",
    3: "Add questions, at least two answer alternatives, time limit and choose correct answers.",
    4: "Remember: questions have a limit of 120 characters and answers can have 75 characters max.",
}
TRUE_FALSE: Mapping[Language, tuple[str, str]] = {
    Language.EN: ("True", "False"),
    Language.HU: ("Igaz", "Hamis"),
}
_ANSWER = re.compile(r"answer([1-9])(?:max\d+characters)?")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands."""

    question: int
    answers: tuple[int, ...]
    right: int
    seconds: int | None = None

    @property
    def last(self) -> int:
        """The one farthest on the right: rows of CSV may end before it."""
        return max(self.question, self.right, self.seconds or 0, *self.answers)


def read_workbook(content: bytes) -> Imported:
    """The questions of the first sheet that has some. Raises Unreadable when there is none."""
    sheets = read_sheets(content, lambda _name: True)
    if any(bare(sheet.name) in REPORT_SHEETS for sheet in sheets):
        raise Unreadable(_("This is the report of a game that was played. Import it among the reports."))
    for sheet in sheets:
        if (found := read_rows(sheet.rows)) is not None:
            return found
    raise Unreadable(
        _(
            "No row of it names Question, Answer 1, Answer 2 and Correct answer(s) or the like: "
            "a table of Kahoot, Quizizz, Blooket, Gimkit or Wooclap has them."
        )
    )


def read_rows(rows: Sequence[Cells]) -> Imported | None:
    """The questions of a table of Kahoot or of another service, or None where it has no header of one."""
    for at, cells in enumerate(rows[:HEADER_WITHIN]):
        if columns := _columns(cells):
            return _questions(rows[at + 1 :], columns, at + 2)
        if (found := read_below(cells, rows[at + 1 :], at + 2)) is not None:
            return found
    return None


def is_header(cells: Cells) -> bool:
    """Whether a row is a header of Kahoot's or of another service."""
    return _columns(cells) is not None or is_table_header(cells)


def write_kahoot_sheet(questions: Iterable[Question], language: Language) -> Exported:
    """The choices among the questions in one language, as an XLSX workbook."""
    questions = tuple(questions)
    losses = Losses(language)
    losses.tell_of_languages(questions)
    book = _empty_book()
    row = HEADER_ROW
    for number, question in enumerate(questions, start=1):
        losses.go_on(number, question)
        try:
            _refuse_if_full(row - HEADER_ROW)
            cells = _row(question, language, losses)
        except LeftOut as error:
            losses.skip(error.reason)
            continue
        row += 1
        write_sheet(book, row, {1: row - HEADER_ROW, **dict(enumerate(cells, start=2))})
    return Exported(saved(book), losses.notes())


def _refuse_if_full(written: int) -> None:
    if written >= MOST_QUESTIONS:
        raise LeftOut(_("A Kahoot sheet holds %(n)s questions. Export the rest apart.", n=MOST_QUESTIONS))


def _columns(cells: Cells) -> Columns | None:
    names = {bare(cell): at for at, cell in reversed(list(enumerate(cells)))}
    answers = {int(match[1]): at for name, at in names.items() if (match := _ANSWER.fullmatch(name))}
    question = next(
        (at for name, at in names.items() if name.startswith("question") and "number" not in name), None
    )
    right = next((at for name, at in names.items() if name.startswith("correctanswer")), None)
    seconds = next((at for name, at in names.items() if name.startswith("timelimit")), None)
    if question is None or right is None or "questiontext" in names or not {1, 2} <= answers.keys():
        return None
    return Columns(question, tuple(answers[number] for number in sorted(answers)), right, seconds)


def _questions(rows: Sequence[Cells], columns: Columns, first: int) -> Imported:
    gathering = Gathering()
    for number, row in enumerate(rows, start=first):
        cells = (*row, *[""] * (columns.last + 1 - len(row)))
        if not _has_any(cells, columns.question, *columns.answers):
            continue
        if gathering.is_full:
            gathering.stop(number)
            break
        try:
            gathering.take(_draft(number, cells, columns, gathering))
        except LeftOut as error:
            gathering.skip(number, error.reason, cells[columns.question])
    return gathering.imported()


def _has_any(cells: Cells, *columns: int) -> bool:
    """Whether anything stands in these columns."""
    return any(cells[at] for at in columns)


def _draft(number: int, cells: Cells, columns: Columns, gathering: Gathering) -> Draft:
    text = cells[columns.question]
    if not text:
        raise LeftOut(_("It has answers but no question."))
    right = right_numbers(cells[columns.right], len(columns.answers))
    options = tuple(
        Option(both(from_plain(cells[at])), correct=mark in right)
        for mark, at in enumerate(columns.answers, start=1)
        if cells[at]
    )
    if len(options) < 2:
        raise LeftOut(_("It has fewer than two answers."))
    if not right or sum(option.correct for option in options) < len(right):
        raise LeftOut(_("“Correct answer(s)” must hold the numbers of its answers, like 1 or 1,3."))
    if len(right) > 1:
        gathering.warn(
            number, _("One right answer was enough in Kahoot. Here all of them are to be chosen."), text
        )
    seconds = _seconds(number, cells, columns, gathering)
    body = Choice(options, several=len(right) > 1)
    return Draft(line=number, text=from_plain(text), body=body, seconds=seconds)


def _seconds(number: int, cells: Cells, columns: Columns, gathering: Gathering) -> int:
    text = "" if columns.seconds is None else cells[columns.seconds]
    if re.fullmatch(r"\d{1,4}(\.0*)?", text) and 5 <= int(text.split(".")[0]) <= 3600:
        return int(text.split(".")[0])
    reason = _("Its time limit is missing or no number of seconds. It became %(n)s s.", n=USUAL_SECONDS)
    gathering.warn(number, reason, cells[columns.question])
    return USUAL_SECONDS


def _empty_book() -> Workbook:
    book = Workbook()
    book.worksheets[0].title = "Sheet1"
    for row, text in TITLE.items():
        write_sheet(book, row, {2: text})
    write_sheet(book, HEADER_ROW, dict(enumerate(HEADER, start=2)))
    return book


def _row(question: Question, language: Language, losses: Losses) -> list[str | int]:
    options = _options(question, language)
    if len(options) > ANSWERS:
        raise LeftOut(_("Kahoot shows at most four answers. Leave some out."))
    _tell_what_is_lost(question, options, language, losses)
    text = _cut(language.of(question.text), QUESTION_LENGTH, losses)
    answers = [_cut(language.of(option.text), ANSWER_LENGTH, losses) for option in options]
    right = [at for at, option in enumerate(options, start=1) if option.correct]
    marks: str | int = right[0] if len(right) == 1 else ",".join(str(at) for at in right)
    return [text, *answers, *[""] * (ANSWERS - len(answers)), _allowed(question.seconds, losses), marks]


def _options(question: Question, language: Language) -> Sequence[Option]:
    match question.body:
        case Choice(options=options):
            return options
        case TrueFalse(correct=correct):
            texts = (Localized(word, word) for word in TRUE_FALSE[language])
            return [Option(text, right is correct) for text, right in zip(texts, (True, False), strict=True)]
    raise LeftOut(_("A Kahoot sheet holds only choices of up to four answers."))


def _tell_what_is_lost(
    question: Question, options: Sequence[Option], language: Language, losses: Losses
) -> None:
    texts = [language.of(question.text), *(language.of(option.text) for option in options)]
    if any(list(read_formulas(one_line(text))) for text in texts):
        losses.warn(_("Kahoot draws no LaTeX: it will stand there as it is typed."))
    if any(shows_more_than_text(text) or "\n" in text for text in texts):
        losses.warn(_("A Kahoot sheet is plain text: formatting and line ends are lost."))
    if question.explanation or any(option.feedback for option in options):
        losses.warn(_("A Kahoot sheet has no feedback and no explanations."))
    if any(option.credit is not None for option in options):
        losses.warn(_("Kahoot has no partial credit."))
    if isinstance(question.body, Choice) and question.body.several:
        losses.warn(_("In Kahoot one right answer will be enough, unless you make it a multi-select there."))
    if question.points not in {0, 1000, 2000}:
        losses.warn(_("Kahoot gives 0, 1000 or 2000 points. It will give 1000."))
    elif question.points != 1000:
        losses.warn(_("A Kahoot sheet does not say how many points there are. Set it in Kahoot."))


def _cut(markdown: str, longest: int, losses: Losses) -> str:
    text = one_line(markdown)
    if len(text) <= longest:
        return text
    losses.warn(_("“%(text)s” was cut to %(n)s characters.", text=f"{text[:40]}…", n=longest))
    return f"{text[: longest - 1]}…"


def _allowed(seconds: int, losses: Losses) -> int:
    allowed = next((one for one in SECONDS if one >= seconds), SECONDS[-1])
    if allowed != seconds:
        losses.warn(_("Kahoot knows no %(n)s s. It became %(m)s s.", n=seconds, m=allowed))
    return allowed
