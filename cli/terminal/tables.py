"""Tables and lists: assignments, leaderboard, decisions, notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from cli.api.records import (
    Assignment,
    AssignmentDetail,
    Decision,
    Leaderboard,
    LeaderboardRow,
    Notice,
)
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.wording import ASSIGNMENT_STATES, METRICS, STYLES, in_words

WIDE = 72
"""Columns of a terminal that has room for the whole table."""
LONGEST_RULE = 300
LONGEST_REASON = 2000


def plain_table(*heads: str, right_aligned: Iterable[int] = (), show_heads: bool = True) -> Table:
    """A table without frames; `right_aligned` are the indices of columns with numbers."""
    table = Table(box=box.SIMPLE_HEAD, show_header=show_heads, padding=(0, 1, 0, 0), show_edge=False)
    right = set(right_aligned)
    for index, head in enumerate(heads):
        is_number = index in right
        table.add_column(Text(head), justify="right" if is_number else "left", no_wrap=is_number)
    return table


class AssignmentList:
    """All assignments: a table on a wide terminal, a few lines each on a narrow one."""

    def __init__(self, assignments: Sequence[Assignment], now: datetime, language: Language) -> None:
        self._assignments, self._now, self._language = assignments, now, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Table or lines, by the width of the terminal."""
        if not self._assignments:
            yield Text(self._language.gettext("There is no assignment yet."))
        elif options.max_width >= WIDE:
            yield self._table()
        else:
            for assignment in self._assignments:
                yield from self.lines(assignment)

    def _table(self) -> Table:
        gettext, pgettext = self._language.gettext, self._language.pgettext
        table = plain_table(
            *("", gettext("title"), gettext("state")),
            *(pgettext("date", "due"), gettext("tries"), gettext("points")),
            right_aligned=(4, 5),
        )
        # A slug is what is typed next: it is never cut.
        table.columns[0].min_width = max(cell_len(one_line(one.slug)) for one in self._assignments)
        for assignment in self._assignments:
            table.add_row(
                Text(one_line(assignment.slug), "bold"),
                one_line(assignment.title),
                self._state(assignment),
                Text(f"{numbers.deadline(assignment.due)}\n{self._time_left(assignment)}"),
                _count(assignment.tries_left_today),
                numbers.points(assignment.best_points, assignment.points, self._language),
            )
        return table

    def lines(self, assignment: Assignment) -> Iterator[Text]:
        """One assignment in a few lines."""
        gettext = self._language.gettext
        yield Text(one_line(assignment.slug), style="bold")
        yield Text(f"  {one_line(assignment.title)}")
        yield Text.assemble("  ", self._state(assignment), f" · {numbers.deadline(assignment.due)}")
        if left := self._time_left(assignment):
            yield Text(f"  {left}")
        best = numbers.points(assignment.best_points, assignment.points, self._language)
        points, tries = gettext("points"), gettext("tries")
        yield Text(f"  {points}: {best} · {tries}: {_count(assignment.tries_left_today)}")

    def _state(self, assignment: Assignment) -> Text:
        words = in_words(assignment.state, ASSIGNMENT_STATES, self._language)
        return Text(words, style=STYLES.get(assignment.state, ""))

    def _time_left(self, assignment: Assignment) -> str:
        """The time until the assignment closes, while it is open."""
        end = assignment.closes if assignment.state == "late" else assignment.due
        if assignment.state not in {"open", "late"} or end is None or end <= self._now:
            return ""
        return self._language.gettext("{span} left", span=numbers.span(end - self._now, self._language))


class AssignmentCard:
    """One assignment with its rules of lateness, as the server words them."""

    def __init__(self, assignment: AssignmentDetail, now: datetime, language: Language) -> None:
        self._assignment, self._now, self._language = assignment, now, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines of the narrow list, then a line for each rule."""
        yield from AssignmentList([self._assignment], self._now, self._language).lines(self._assignment)
        for sentence in self._assignment.late.words if self._assignment.late else ():
            yield Text(f"  {one_line(sentence, LONGEST_RULE)}")


class LeaderboardTable:
    """The leaderboard; the student's own row stands out, baselines have no place."""

    def __init__(self, board: Leaderboard, language: Language) -> None:
        self._board, self._language = board, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Fewer columns where the terminal is narrow."""
        gettext, wide = self._language.gettext, options.max_width >= WIDE
        yield Text(one_line(self._board.title), style="bold")
        if not self._board.rows:
            yield Text(gettext("Nobody has a score yet."))
            return
        metric = one_line(in_words(self._board.metric, METRICS, self._language), 26) or gettext("score")
        more = (gettext("points"), gettext("tries"), gettext("received")) if wide else ()
        table = plain_table(gettext("place"), gettext("who"), metric, *more, right_aligned=(0, 2, 3, 4))
        for row in self._board.rows:
            table.add_row(*self._cells(row, wide=wide), style=_row_style(row))
        yield table

    def _cells(self, row: LeaderboardRow, *, wide: bool) -> list[str]:
        cells = [_count(row.place), self._name(row), numbers.share(row.score, self._language)]
        more = [
            numbers.points(row.points, language=self._language),
            _count(row.tries),
            numbers.moment(row.received_at),
        ]
        return cells + (more if wide else [])

    def _name(self, row: LeaderboardRow) -> str:
        if row.baseline:
            return self._language.gettext("baseline: {name}", name=one_line(row.baseline, 20))
        named = " ".join(part for part in (row.name, row.neptun and f"({row.neptun})") if part)
        name = " · ".join(part for part in (row.nickname, named) if part) or numbers.NOTHING
        return f"{'▶ ' if row.mine else ''}{one_line(name, 60)}"


class DecisionTable:
    """Decisions, newest first, a few lines each."""

    def __init__(self, decisions: Sequence[Decision], language: Language) -> None:
        self._decisions, self._language = decisions, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The decision, then when and by whom, then the reason."""
        if not self._decisions:
            yield Text(self._language.gettext("Nothing was decided."))
        for decision in self._decisions:
            yield Text(one_line(f"{decision.kind}: {decision.words}", 200), "bold")
            yield Text(f"  {numbers.moment(decision.at)} · {one_line(decision.by, 60)} · #{decision.id}")
            if decision.reason:
                yield Text(f"  {one_line(decision.reason, LONGEST_REASON)}")


class NoticeTable:
    """Notices, newest first, a few lines each; unread ones stand out."""

    def __init__(self, notices: Sequence[Notice], language: Language) -> None:
        self._notices, self._language = notices, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The notice, then its reason, then when it came."""
        if not self._notices:
            yield Text(self._language.gettext("There are no notices."))
        for notice in self._notices:
            mark, style = (" ", "") if notice.read else ("*", "bold")
            yield Text(f"{mark} {one_line(notice.text, 300)}", style)
            if notice.reason:
                yield Text(f"    {one_line(notice.reason, LONGEST_REASON)}")
            yield Text(f"    {numbers.moment(notice.at)} · #{notice.id}", "dim")


def _row_style(row: LeaderboardRow) -> str:
    return "bold" if row.mine else ("dim italic" if row.baseline else "")


def _count(number: int | None) -> str:
    return numbers.NOTHING if number is None else str(number)
