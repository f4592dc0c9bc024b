"""Tables of deadlines: extensions, dates, time tokens, and the steps of an explanation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.table import Table
from rich.text import Text

from cli.api.deadline_records import (
    AffectedStudent,
    AssignmentDates,
    Explanation,
    Extension,
    GrantedExtension,
    RefusedRow,
    TokenUse,
)
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.tables import plain_table
from cli.terminal.wording import DATES, EXTENSION_STATES, SHARES, in_words

LONGEST_SENTENCE = 300


def granted_lines(extensions: Iterable[GrantedExtension]) -> Iterator[Text]:
    """Assignment, student or label, and the old and the new due moment, a line each."""
    for extension in extensions:
        holder = one_line(extension.neptun or extension.label or "")
        moments = f"{numbers.deadline(extension.old_due)} → {numbers.deadline(extension.due)}"
        yield Text(f"{one_line(extension.assignment)}  {holder}  {moments}")


def refused_lines(rows: Iterable[RefusedRow], language: Language) -> Iterator[Text]:
    """The number of each refused row, and what is wrong with it."""
    for row in rows:
        number = language.gettext("Row {row}:", row=row.row)
        student = f"{one_line(row.neptun)} {one_line(row.assignment)}"
        problem = one_line(row.problem, LONGEST_SENTENCE)
        yield Text(f"{number} {student}: {problem}", style="yellow")


def extension_table(extensions: Iterable[Extension], language: Language) -> Table:
    """The extensions of an assignment with their holders and reasons."""
    gettext = language.gettext
    table = plain_table(
        *("ID", gettext("for"), language.pgettext("date", "due")),
        *(gettext("why"), gettext("granted"), gettext("state")),
    )
    for extension in extensions:
        state = in_words(extension.state, EXTENSION_STATES, language)
        ended = one_line(extension.ended_because) if extension.ended_because else ""
        table.add_row(
            str(extension.id),
            _holder(extension),
            numbers.deadline(extension.due),
            one_line(extension.reason),
            f"{numbers.moment(extension.granted_at)} {one_line(extension.granted_by or '')}".strip(),
            f"{state}: {ended}" if ended else state,
        )
    return table


def explanation_parts(explanation: Explanation, language: Language) -> Iterator[Text | Table]:
    """The steps to the points on each share, then what full points are worth over time."""
    student = f"{one_line(explanation.name)} {one_line(explanation.neptun)}"
    yield Text(f"{one_line(explanation.assignment)}  {student}", style="bold")
    for side in explanation.sides:
        title = in_words(side.share, SHARES, language)
        yield Text(f"\n{title}: {numbers.points(side.points, explanation.most, language)}", style="bold")
        steps = plain_table("", "", right_aligned=(1,), show_heads=False)
        for step in side.steps:
            points = numbers.points(step.points, language=language) if step.points else ""
            steps.add_row(one_line(step.text, LONGEST_SENTENCE), points)
        yield steps
    most = numbers.decimal(f"{explanation.most:g}", language)
    yield Text("\n" + language.gettext("What all {most} points would be worth:", most=most))
    worth = plain_table("", "", "", right_aligned=(1,), show_heads=False)
    for interval in explanation.line:
        until = numbers.deadline(interval.until) if interval.until else language.gettext("after that")
        worth.add_row(until, numbers.points(interval.worth, language=language), one_line(interval.text))
    yield worth


def token_lines(tokens: TokenUse, language: Language) -> Iterator[Text]:
    """How many time tokens there are, and how many this assignment uses."""
    yield Text(
        language.gettext(
            "{used} of {all} used in this term, {here} of at most {most} here.",
            used=tokens.used,
            all=tokens.per_term,
            here=tokens.used_here,
            most=tokens.allowed_here,
        )
    )
    if tokens.most is not None:
        yield Text(language.gettext("You let this assignment use at most {most}.", most=tokens.most))
    if not tokens.changeable:
        yield Text(language.gettext("It is closed for you: this can no longer be changed."))


def date_parts(dates: AssignmentDates, language: Language) -> Iterator[Text | Table]:
    """The dates; after a dry run their effects, else who set them."""
    yield _date_table(dates, language)
    if dates.moved:
        yield _affected_table(dates.moved, language)
    if dates.would_be:
        yield Text(
            language.gettext(
                "{moved} change in points or lateness, {told} are to be told.",
                moved=len(dates.moved),
                told=len(dates.to_be_told),
            )
        )
    elif dates.edit:
        by, reason = dates.edit.by or numbers.NOTHING, dates.edit.reason
        yield Text(language.gettext("Set by {by}: {reason}", by=by, reason=reason))


def _date_table(dates: AssignmentDates, language: Language) -> Table:
    """The dates in force and those of the file; after a dry run the new ones too."""
    gettext = language.gettext
    heads, columns = [gettext("in force"), gettext("in the file")], [dates.in_force, dates.of_file]
    if dates.would_be:
        heads.append(gettext("then"))
        columns.append(dates.would_be)
    table = plain_table("", *heads)
    for name, words in DATES.items():
        table.add_row(words.in_language(language), *(_moment(getattr(column, name)) for column in columns))
    return table


def _affected_table(students: Iterable[AffectedStudent], language: Language) -> Table:
    """The students whose points and lateness change: before and after."""
    gettext = language.gettext
    table = plain_table(gettext("for"), "", gettext("points"), gettext("late by"))
    for student in students:
        name = f"{one_line(student.name)} {one_line(student.neptun)}"
        before, after = (
            numbers.points(one, language=language) for one in (student.points, student.new_points)
        )
        points = f"{before} → {after}"
        late = f"{_hours(student.late_by_s, language)} → {_hours(student.new_late_by_s, language)}"
        table.add_row(name, one_line(student.assignment), points, late)
    return table


def _holder(extension: Extension) -> str:
    """The student, or the label that has the extension."""
    student = f"{one_line(extension.name or '')} {one_line(extension.neptun or '')}".strip()
    return student or one_line(extension.label or "")


def _moment(when: datetime | None) -> str:
    return numbers.deadline(when) if when else numbers.NOTHING


def _hours(seconds: float, language: Language) -> str:
    return numbers.decimal(f"{seconds / numbers.HOUR_S:.1f} h", language) if seconds else numbers.NOTHING
