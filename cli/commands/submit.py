"""Commands of handing in: submit, try."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from cli.api import tus
from cli.api.client import Json
from cli.api.decoding import decode
from cli.api.errors import note_when_stopped
from cli.api.records import Assignment, Receipt, Submission
from cli.api.tus import hand_in_resumable
from cli.api.uploads import HandInOptions, OnProgress, OpenedFile, hand_in, new_idempotency_key, open_files
from cli.commands.localized import command, option, pass_context
from cli.commands.submissions import watch_to_the_end
from cli.context import Context
from cli.language.translation import lazy_gettext as _
from cli.terminal import numbers
from cli.terminal.cards import ReceiptCard
from cli.terminal.screen import Screen

FILES = click.Path(path_type=Path)


@command(
    help=_(
        "Hand in files for an assignment.\n\n"
        "All files together are one submission. Folders are refused: name the files, or hand in a zip."
    )
)
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=FILES)
@option("--watch", "-w", is_flag=True, help=_("Stay until there is a score."))
@option("--key", help=_("Repeat a hand-in that was interrupted: with the key it had, it cannot count twice."))
@option("--keep", is_flag=True, help=_("Run what you have waiting, too: else this takes its place."))
@pass_context
def submit(
    context: Context, *, slug: str, files: tuple[Path, ...], watch: bool, key: str | None, keep: bool
) -> int:
    """Check the files, send them, print the receipt, and with --watch wait for the score."""
    assignment = decode(Assignment, context.client.get("assignments", slug))
    options = HandInOptions(key or new_idempotency_key(), keep=keep)
    answer = _send(context, assignment, files, options)
    receipt = ReceiptCard(decode(Receipt, answer.get("receipt")), context.language)
    submission = decode(Submission, answer)
    if submission.same_as:
        context.screen.note(
            _(
                "The content is the same as before: it is not run again and costs no try. "
                "Its run is that of {id}.",
                id=submission.same_as,
            )
        )
    if watch:
        if not context.json_output:
            context.screen.result(answer, receipt)
        return watch_to_the_end(context, assignment, submission)
    context.screen.result(answer, receipt)
    context.screen.hint(_("See how it goes: hazi watch {id}", id=submission.id))
    return 0


@command(
    "try",
    help=_(
        "Run files on the graders with public data alone, and watch.\n\n"
        "It never counts, is on no board and costs no try; it runs after all that was handed in."
    ),
)
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=FILES)
@pass_context
def try_out(context: Context, *, slug: str, files: tuple[Path, ...]) -> int:
    """Send the files as a trial, and wait for the result."""
    assignment = decode(Assignment, context.client.get("assignments", slug))
    answer = _send(context, assignment, files, HandInOptions(new_idempotency_key(), trial=True))
    return watch_to_the_end(context, assignment, decode(Submission, answer))


def _send(context: Context, assignment: Assignment, paths: Sequence[Path], options: HandInOptions) -> Json:
    """Send the files; when that is interrupted, the error has the command that repeats it as a note."""
    command = ["hazi", "submit", assignment.slug, *map(str, paths), "--key", options.key]
    command += ["--keep"] if options.keep else []
    note = context.language.gettext(
        "To be sure that it arrives, and only once, say the same again:\n  {command}",
        command=shlex.join(command),
    )
    with ExitStack() as stack:
        files = stack.enter_context(open_files(paths, assignment.limits))
        if not options.trial:  # a trial is simply sent again, as a new one
            stack.enter_context(note_when_stopped(note))
        on_progress = stack.enter_context(_progress(context.screen, files))
        send = hand_in_resumable if any(file.size > tus.RESUMABLE_FROM for file in files) else hand_in
        return send(context.client, assignment.slug, files, options, on_progress)


@contextmanager
def _progress(screen: Screen, files: Sequence[OpenedFile]) -> Iterator[OnProgress]:
    """Show how many bytes were sent; yields the function to be called with the bytes of each chunk."""
    total = sum(file.size for file in files)
    if not screen.stderr.is_terminal:
        screen.note(_("Sending {size} …", size=numbers.size(total, screen.language)))
        yield lambda _count: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen.stderr, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task(screen.language.gettext("Sending"), total=total)
        yield lambda count: progress.advance(task, count)
