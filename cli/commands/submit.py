"""Handing in from the terminal."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from cli.api import tus
from cli.api.client import Json
from cli.api.decoding import read
from cli.api.errors import going_on
from cli.api.records import Assignment, Receipt, Submission
from cli.api.tus import hand_in_pieces
from cli.api.uploads import Parcel, Way, hand_in, new_key, opened
from cli.commands.localized import LocalizedCommand, LocalizedOption, pass_call
from cli.commands.results import watch_to_the_end
from cli.context import Call
from cli.language.translation import lazy_gettext as _
from cli.terminal import numbers
from cli.terminal.screen import Screen
from cli.terminal.tables import ReceiptCard

FILES = click.Path(path_type=Path)


@click.command(
    cls=LocalizedCommand,
    help=_(
        "Hand in files for an assignment.\n\n"
        "All files together are one submission. Folders are refused: name the files, or hand in a zip."
    ),
)
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--watch", "-w", is_flag=True, cls=LocalizedOption, help=_("Stay until there is a score."))
@click.option(
    "--key",
    cls=LocalizedOption,
    help=_("Repeat a hand-in that was interrupted: with the key it had, it cannot count twice."),
)
@click.option(
    "--keep",
    is_flag=True,
    cls=LocalizedOption,
    help=_("Run what you have waiting, too: else this takes its place."),
)
@pass_call
def submit(
    call: Call, *, slug: str, files: tuple[Path, ...], watch: bool, key: str | None, keep: bool
) -> int:
    """Look at the files, send them, show the receipt, and stay if asked to."""
    assignment = read(Assignment, call.client.get("assignments", slug))
    with opened(files, assignment.limits) as parcels:
        answer = _send(call, slug, parcels, files, Way(key or new_key(), keep=keep))
    receipt = ReceiptCard(read(Receipt, answer.get("receipt")), call.language)
    submission = read(Submission, answer)
    if submission.same_as:
        call.screen.note(
            _(
                "The content is the same as before: it is not run again and costs no try. "
                "Its run is that of {id}.",
                id=submission.same_as,
            )
        )
    if watch:
        if not call.json_asked:
            call.screen.result(answer, receipt)
        return watch_to_the_end(call, assignment, submission)
    call.screen.result(answer, receipt)
    call.screen.hint(_("See how it goes: hazi watch {id}", id=submission.id))
    return 0


@click.command(
    "try",
    cls=LocalizedCommand,
    help=_(
        "Run files on the graders with public data alone, and watch.\n\n"
        "It never counts, is on no board and costs no try; it runs after all that was handed in."
    ),
)
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=FILES)
@pass_call
def try_out(call: Call, *, slug: str, files: tuple[Path, ...]) -> int:
    """Send them as a trial, and stay."""
    assignment = read(Assignment, call.client.get("assignments", slug))
    with opened(files, assignment.limits) as parcels:
        answer = _send(call, slug, parcels, files, Way(new_key(), trial=True))
    return watch_to_the_end(call, assignment, read(Submission, answer))


def _send(call: Call, slug: str, parcels: Sequence[Parcel], files: Sequence[Path], way: Way) -> Json:
    words = ["hazi", "submit", slug, *(str(path) for path in files), "--key", way.key]
    words += ["--keep"] if way.keep else []
    note = call.language.gettext(
        "To be sure that it arrives, and only once, say the same again:\n  {command}",
        command=shlex.join(words),
    )
    send = hand_in_pieces if any(parcel.size > tus.LARGE for parcel in parcels) else hand_in
    with ExitStack() as stack:
        if not way.trial:  # which is sent again as a new one
            stack.enter_context(going_on(note))
        tell = stack.enter_context(_progress(call.screen, parcels))
        return send(call.client, slug, parcels, way, tell)


@contextmanager
def _progress(screen: Screen, parcels: Sequence[Parcel]) -> Iterator[Callable[[int], None]]:
    """Shows how many bytes have left; yields what is to be called with each number of bytes."""
    whole = sum(parcel.size for parcel in parcels)
    if not screen.notes.is_terminal:
        screen.note(_("Sending {size} …", size=numbers.size(whole)))
        yield lambda _count: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen.notes, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task(screen.language.gettext("Sending"), total=whole)
        yield lambda count: progress.advance(task, count)
