"""Deadlines as tables: extensions, dates, steps to the points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.table import Table
from rich.text import Text

from cli.api.deadline_records import BadRow, Dates, DateSet, Explanation, Extension, Granted, Moved, Tokens
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.tables import plain_table
from cli.terminal.wording import DATES, EXTENSION_STATES, SHARES, in_words

LONGEST = 300


def granted_lines(those: Iterable[Granted]) -> Iterator[Text]:
    """For whom, and from when to when."""
    for one in those:
        whom = one_line(one.neptun or one.label or "")
        moments = f"{numbers.deadline(one.old_due)} → {numbers.deadline(one.due)}"
        yield Text(f"{one_line(one.assignment)}  {whom}  {moments}")


def bad_lines(those: Iterable[BadRow], language: Language) -> Iterator[Text]:
    """Which row, and what is wrong with it."""
    for bad in those:
        where = language.gettext("Row {row}:", row=bad.row)
        said = f"{where} {one_line(bad.neptun)} {one_line(bad.assignment)}: {one_line(bad.problem, LONGEST)}"
        yield Text(said, style="yellow")


def extension_table(those: Iterable[Extension], language: Language) -> Table:
    """Who has what, and why."""
    gettext = language.gettext
    table = plain_table(
        "ID",
        gettext("for"),
        language.pgettext("date", "due"),
        gettext("why"),
        gettext("granted"),
        gettext("state"),
    )
    for one in those:
        whom = f"{one_line(one.name or '')} {one_line(one.neptun or '')}".strip() or one_line(one.label or "")
        state = in_words(one.state, EXTENSION_STATES, language)
        table.add_row(
            str(one.id),
            whom,
            numbers.deadline(one.due),
            one_line(one.reason),
            f"{numbers.moment(one.granted_at)} {one_line(one.granted_by or '')}".strip(),
            f"{state}: {one_line(one.ended_because)}" if one.ended_because else state,
        )
    return table


def explanation_parts(found: Explanation, language: Language) -> Iterator[Text | Table]:
    """Each share with its steps, then the line."""
    yield Text(f"{one_line(found.assignment)}  {one_line(found.name)} {one_line(found.neptun)}", style="bold")
    for side in found.sides:
        title = in_words(side.share, SHARES, language)
        yield Text(f"\n{title}: {numbers.points(side.points, found.most)}", style="bold")
        steps = plain_table("", "", numbers=(1,), heads_shown=False)
        for step in side.steps:
            steps.add_row(one_line(step.text, LONGEST), numbers.points(step.points) if step.points else "")
        yield steps
    yield Text("\n" + language.gettext("What all {most} points would be worth:", most=f"{found.most:g}"))
    line = plain_table("", "", "", numbers=(1,), heads_shown=False)
    for one in found.line:
        until = numbers.deadline(one.until) if one.until else language.gettext("after that")
        line.add_row(until, numbers.points(one.worth), one_line(one.text))
    yield line


def token_lines(found: Tokens, language: Language) -> Iterator[Text]:
    """How many there are, and how many are used here."""
    values = {"used": found.used, "all": found.per_term, "here": found.used_here, "most": found.allowed_here}
    yield Text(
        language.gettext("{used} of {all} used in this term, {here} of at most {most} here.", **values)
    )
    if found.most is not None:
        yield Text(language.gettext("You let this assignment use at most {most}.", most=found.most))
    if not found.changeable:
        yield Text(language.gettext("It is closed for you: this can no longer be changed."))


def date_table(found: Dates, language: Language) -> Table:
    """In force, of the file, and as they would be."""
    gettext = language.gettext
    heads = ["", gettext("in force"), gettext("in the file"), *([gettext("then")] if found.would_be else [])]
    table = plain_table(*heads)
    for name, words in DATES.items():
        sets: list[DateSet] = [found.in_force, found.of_file, *([found.would_be] if found.would_be else [])]
        table.add_row(words.in_language(language), *(_told(getattr(one, name)) for one in sets))
    return table


def moved_table(those: Iterable[Moved], language: Language) -> Table:
    """Whose points and lateness change, before and after."""
    gettext = language.gettext
    table = plain_table(gettext("for"), "", gettext("points"), gettext("late by"))
    for one in those:
        points = f"{numbers.points(one.points)} → {numbers.points(one.new_points)}"
        late = f"{_hours(one.late_by_s)} → {_hours(one.new_late_by_s)}"
        table.add_row(f"{one_line(one.name)} {one_line(one.neptun)}", one_line(one.assignment), points, late)
    return table


def _told(when: datetime | None) -> str:
    return numbers.deadline(when) if when else numbers.NOTHING


def _hours(seconds: float) -> str:
    return f"{seconds / numbers.HOUR_S:.1f} h" if seconds else numbers.NOTHING
