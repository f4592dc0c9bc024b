"""Lists and small cards: assignments, submissions, leaderboards, receipts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from cli.api.records import Assignment, Leaderboard, Person, Receipt, Row, Submission
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers as figures
from cli.terminal.wording import ASSIGNMENT_STATES, STYLES, SUBMISSION_STATES, VERDICTS, in_words

WIDE = 72
LABEL_WIDTH = 11
LONGEST_RULE = 300


def plain_table(*heads: str, numbers: Iterable[int] = (), heads_shown: bool = True) -> Table:
    """A table without frames, its numbers to the right."""
    table = Table(box=box.SIMPLE_HEAD, show_header=heads_shown, padding=(0, 1, 0, 0), show_edge=False)
    right = set(numbers)
    for at, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if at in right else "left", no_wrap=at in right)
    return table


class AssignmentList:
    """All assignments: a table where there is room for one, else a few lines each."""

    def __init__(self, assignments: Sequence[Assignment], now: datetime, language: Language) -> None:
        self._assignments, self._now, self._language = assignments, now, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As the width allows."""
        if not self._assignments:
            yield Text(self._language.gettext("There is no assignment yet."))
        elif options.max_width >= WIDE:
            yield self._table()
        else:
            for assignment in self._assignments:
                yield from self.lines(assignment)

    def _table(self) -> Table:
        gettext = self._language.gettext
        table = plain_table(
            "",
            gettext("title"),
            gettext("state"),
            self._language.pgettext("date", "due"),
            gettext("tries"),
            gettext("points"),
            numbers=(4, 5),
        )
        for it in self._assignments:
            table.add_row(
                Text(one_line(it.slug), "bold"),
                one_line(it.title),
                self._state(it),
                Text(f"{figures.deadline(it.due)}\n{self._left(it)}"),
                _count(it.tries_left_today),
                figures.points(it.best_points, it.points),
            )
        return table

    def lines(self, it: Assignment) -> Iterator[Text]:
        """One assignment in a few lines."""
        gettext = self._language.gettext
        yield Text(one_line(it.slug), style="bold")
        yield Text(f"  {one_line(it.title)}")
        yield Text.assemble("  ", self._state(it), f" · {figures.deadline(it.due)}")
        if left := self._left(it):
            yield Text(f"  {left}")
        best = figures.points(it.best_points, it.points)
        points, tries = gettext("points"), gettext("tries")
        yield Text(f"  {points}: {best} · {tries}: {_count(it.tries_left_today)}")

    def _state(self, it: Assignment) -> Text:
        return Text(in_words(it.state, ASSIGNMENT_STATES, self._language), style=STYLES.get(it.state, ""))

    def _left(self, it: Assignment) -> str:
        """How long it is still open, when it is."""
        end = it.closes if it.state == "late" else it.due
        if it.state not in {"open", "late"} or end is None or end <= self._now:
            return ""
        return self._language.gettext("{span} left", span=figures.span(end - self._now, self._language))


class AssignmentCard:
    """One assignment: where it stands, and its rules of the clock as the server words them."""

    def __init__(self, assignment: Assignment, now: datetime, language: Language) -> None:
        self._assignment, self._now, self._language = assignment, now, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As in the narrow list, then a line for each rule."""
        yield from AssignmentList([self._assignment], self._now, self._language).lines(self._assignment)
        for sentence in self._assignment.late.words if self._assignment.late else ():
            yield Text(f"  {one_line(sentence, LONGEST_RULE)}")


class SubmissionCard:
    """Where a submission is."""

    def __init__(self, submission: Submission, now: datetime, language: Language) -> None:
        self._submission, self._now, self._language = submission, now, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """A few labelled lines."""
        it, gettext = self._submission, self._language.gettext
        yield Text.assemble((one_line(it.assignment), "bold"), " · ", outcome(it, self._language))
        if it.message:
            yield Text(it.message)
        if not it.over:
            yield from (Text(line) for line in [queue_line(it, self._now, self._language)] if line)
        yield labelled(gettext("Submission"), it.id)
        yield labelled(gettext("Received"), figures.exact_moment(it.received_at))
        yield from _lateness(it.late_by_s, self._language)
        if it.points is not None:
            yield labelled(gettext("Points"), figures.points(it.points))


class ReceiptCard:
    """Proof of a hand-in, for eyes."""

    def __init__(self, receipt: Receipt, language: Language) -> None:
        self._receipt, self._language = receipt, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Labelled lines, and one for each file."""
        it, gettext = self._receipt, self._language.gettext
        yield Text(gettext("Handed in: {assignment}", assignment=one_line(it.assignment)), style="bold green")
        if it.neptun:
            yield labelled(self._language.pgettext("receipt", "By"), f"{it.name} ({it.neptun})")
        yield labelled(gettext("Received"), figures.exact_moment(it.received_at))
        yield from _lateness(it.late_by_s, self._language)
        yield labelled(gettext("Submission"), it.submission)
        for file in it.files:
            yield labelled(gettext("File"), f"{one_line(file.name, 60)}  {figures.size(file.size)}")
        yield labelled("sha256", it.sha256)


class LeaderboardTable:
    """Who is where; one's own row stands out, baselines have no place."""

    def __init__(self, board: Leaderboard, language: Language) -> None:
        self._board, self._language = board, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Fewer columns where the terminal is narrow."""
        gettext, wide = self._language.gettext, options.max_width >= WIDE
        yield Text(one_line(self._board.title), style="bold")
        if not self._board.rows:
            yield Text(gettext("Nobody has a score yet."))
            return
        metric = one_line(self._board.metric, 12) or gettext("score")
        more = (gettext("points"), gettext("tries"), gettext("received")) if wide else ()
        table = plain_table(gettext("place"), gettext("who"), metric, *more, numbers=(0, 2, 3, 4))
        for row in self._board.rows:
            table.add_row(*self._cells(row, wide=wide), style=_row_style(row))
        yield table

    def _cells(self, row: Row, *, wide: bool) -> list[str]:
        cells = [_count(row.place), self._who(row), figures.share(row.score)]
        more = [figures.points(row.points), _count(row.tries), figures.moment(row.received_at)]
        return cells + (more if wide else [])

    def _who(self, row: Row) -> str:
        if row.baseline:
            return self._language.gettext("baseline: {name}", name=one_line(row.baseline, 20))
        named = " ".join(part for part in (row.name, row.neptun and f"({row.neptun})") if part)
        who = " · ".join(part for part in (row.nickname, named) if part) or figures.NOTHING
        return f"{'▶ ' if row.mine else ''}{one_line(who, 60)}"


def person_lines(person: Person, url: str, language: Language) -> Iterator[RenderableType]:
    """Who is signed in where."""
    yield Text.assemble((one_line(person.name), "bold"), f" ({one_line(person.neptun)})")
    if person.nickname:
        yield labelled(language.gettext("Nickname"), person.nickname)
    if person.role:
        yield labelled(language.gettext("Role"), person.role)
    yield labelled(language.gettext("Server"), url)


def labelled(label: str, value: str) -> Table:
    """A value behind its label; a long one goes on below itself."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(style="dim", min_width=LABEL_WIDTH)
    grid.add_column(overflow="fold")
    grid.add_row(label, one_line(value))
    return grid


def outcome(it: Submission, language: Language) -> Text:
    """The verdict, or how far it got."""
    code, words = (it.verdict, VERDICTS) if it.verdict else (it.state, SUBMISSION_STATES)
    return Text(in_words(code, words, language), style=STYLES.get(code, "red" if it.unscored else ""))


def queue_line(it: Submission, now: datetime, language: Language) -> str:
    """How many are ahead, and when it should be done."""
    parts = []
    if it.position == 1:
        parts.append(language.gettext("next in the queue"))
    elif it.position is not None:
        parts.append(language.gettext("number {position} in the queue", position=it.position))
    if it.expected_finish is not None and it.expected_finish > now:
        left = figures.span(it.expected_finish - now, language)
        parts.append(language.gettext("done in about {span}", span=left))
    return ", ".join(parts)


def _row_style(row: Row) -> str:
    return "bold" if row.mine else ("dim italic" if row.baseline else "")


def _count(number: int | None) -> str:
    return figures.NOTHING if number is None else str(number)


def _lateness(late_by_s: float | None, language: Language) -> Iterator[Text]:
    if late_by_s:
        late = figures.span(timedelta(seconds=late_by_s), language)
        yield Text(language.gettext("Late by {span}", span=late), style="yellow")
