"""Cards: a submission, its receipt, its signed receipt, and the signed-in person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from cli.api.receipts import SignedReceipt
from cli.api.records import Person, Receipt, Submission
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.wording import ROLES, STYLES, SUBMISSION_STATES, VERDICTS, in_words

LABEL_WIDTH = 11


class SubmissionCard:
    """The state of a submission."""

    def __init__(self, submission: Submission, now: datetime, language: Language) -> None:
        self._submission, self._now, self._language = submission, now, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """State, message and queue, then labelled lines."""
        submission, gettext = self._submission, self._language.gettext
        yield Text.assemble(
            (one_line(submission.assignment), "bold"), " · ", outcome(submission, self._language)
        )
        if submission.message:
            yield Text(submission.message)
        if not submission.ended and (line := queue_line(submission, self._now, self._language)):
            yield Text(line)
        yield _labelled(gettext("Submission"), submission.id)
        yield _labelled(gettext("Received"), numbers.exact_moment(submission.received_at))
        yield from _lateness(submission.late_by_s, self._language)
        if submission.points is not None:
            yield _labelled(gettext("Points"), numbers.points(submission.points, language=self._language))


class ReceiptCard:
    """The receipt of a hand-in."""

    def __init__(self, receipt: Receipt, language: Language) -> None:
        self._receipt, self._language = receipt, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Labelled lines, and one for each file."""
        receipt, gettext = self._receipt, self._language.gettext
        title = gettext("Handed in: {assignment}", assignment=one_line(receipt.assignment))
        yield Text(title, style="bold green")
        if receipt.neptun:
            by = self._language.pgettext("receipt", "By")
            yield _labelled(by, f"{receipt.name} ({receipt.neptun})")
        yield _labelled(gettext("Received"), numbers.exact_moment(receipt.received_at))
        yield from _lateness(receipt.late_by_s, self._language)
        yield _labelled(gettext("Submission"), receipt.submission)
        for file in receipt.files:
            yield _labelled(
                gettext("File"), f"{one_line(file.name, 60)}  {numbers.size(file.size, self._language)}"
            )
        yield _labelled("sha256", receipt.sha256)


class SignedReceiptCard:
    """The content of a signed receipt that is valid."""

    def __init__(self, receipt: SignedReceipt, source: str, language: Language) -> None:
        """`source` is the URL or file of the key."""
        self._receipt, self._source, self._language = receipt, source, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Person, assignment, moments and files, a line each."""
        receipt, gettext = self._receipt, self._language.gettext
        received, due = receipt.received_at.isoformat(), receipt.due.isoformat()
        yield Text(gettext("The receipt is good."), style="bold green")
        yield Text(f"{receipt.name} ({receipt.neptun})")
        yield Text(f"{receipt.course}: {receipt.assignment}")
        yield Text(gettext("The last byte arrived at {moment}.", moment=received))
        if receipt.late_by_s:
            late = gettext("It was late by {seconds} s after {due}.", seconds=receipt.late_by_s, due=due)
            yield Text(late)
        else:
            yield Text(gettext("It was on time: due {due}.", due=due))
        for name, size, digest in receipt.files:
            yield Text(f"{digest}  {name}  {numbers.size(size, self._language)}")
        if self._source:
            yield Text(gettext("Checked with the keys of {source}.", source=self._source))
        yield Text(receipt.server, style="dim")


def outcome(submission: Submission, language: Language) -> Text:
    """The verdict, or the state of a submission without one."""
    code, words = submission.state, SUBMISSION_STATES
    if submission.verdict:
        code, words = submission.verdict, VERDICTS
    style = STYLES.get(code, "red" if submission.unscored else "")
    return Text(in_words(code, words, language), style=style)


def queue_line(submission: Submission, now: datetime, language: Language) -> str:
    """The position in the queue, and when the run is expected to be done."""
    parts = []
    if submission.position == 1:
        parts.append(language.gettext("next in the queue"))
    elif submission.position is not None:
        parts.append(language.gettext("number {position} in the queue", position=submission.position))
    if submission.expected_finish is not None and submission.expected_finish > now:
        left = numbers.span(submission.expected_finish - now, language)
        parts.append(language.gettext("done in about {span}", span=left))
    return ", ".join(parts)


def person_lines(person: Person, url: str, language: Language) -> Iterator[RenderableType]:
    """The signed-in person and the server."""
    yield Text.assemble((one_line(person.name), "bold"), f" ({one_line(person.neptun)})")
    if person.nickname:
        yield _labelled(language.gettext("Nickname"), person.nickname)
    if person.role:
        yield _labelled(language.gettext("Role"), in_words(person.role, ROLES, language))
    yield _labelled(language.gettext("Server"), url)


def _labelled(label: str, value: str) -> Table:
    """A value behind its label; a long value continues below itself."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(style="dim", min_width=LABEL_WIDTH)
    grid.add_column(overflow="fold")
    grid.add_row(label, one_line(value))
    return grid


def _lateness(late_by_s: float | None, language: Language) -> Iterator[Text]:
    if late_by_s:
        late = numbers.span(timedelta(seconds=late_by_s), language)
        yield Text(language.gettext("Late by {span}", span=late), style="yellow")
