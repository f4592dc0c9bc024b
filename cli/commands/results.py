"""What became of a submission: its state, its log, its report card, its receipt."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli.api.credentials import write_whole
from cli.api.decoding import read
from cli.api.errors import WrongUse, going_on
from cli.api.follow import Follower
from cli.api.records import Assignment, Receipt, State, Submission
from cli.api.report_records import Report
from cli.commands.localized import LocalizedCommand, LocalizedOption, pass_call
from cli.commands.lookup import found_id
from cli.commands.verify import remember_keys
from cli.context import Call
from cli.language.sanitize import plain
from cli.language.translation import lazy_gettext as _
from cli.terminal.live import Scene, log_lines
from cli.terminal.live import watch as show_live
from cli.terminal.report_card import ReportCard
from cli.terminal.tables import ReceiptCard, SubmissionCard

UNSCORED = 1
"""Exit code when it is over and there is no score."""


@click.command(cls=LocalizedCommand, help=_("Say where a submission is; without an ID, your newest."))
@click.argument("id", required=False)
@pass_call
def status(call: Call, *, id: str | None) -> int:
    """Its state now."""
    answer = call.client.get("submissions", found_id(call, id))
    submission = read(Submission, answer)
    call.screen.result(answer, SubmissionCard(submission, call.outside.now(), call.language))
    return UNSCORED if submission.unscored else 0


@click.command(
    cls=LocalizedCommand, help=_("Watch a submission until it is done; without an ID, your newest.")
)
@click.argument("id", required=False)
@pass_call
def watch(call: Call, *, id: str | None) -> int:
    """Live, then the report card."""
    submission = read(Submission, call.client.get("submissions", found_id(call, id)))
    return watch_to_the_end(call, _assignment(call, submission), submission)


@click.command(
    cls=LocalizedCommand, help=_("Print what your code printed; without an ID, in your newest submission.")
)
@click.argument("id", required=False)
@click.option("--follow", "-f", is_flag=True, cls=LocalizedOption, help=_("Go on until the run ends."))
@pass_call
def log(call: Call, *, id: str | None, follow: bool) -> int:
    """The log so far, or line by line."""
    wanted = found_id(call, id)
    if follow:
        return _follow_log(call, wanted)
    text = plain(call.client.text("submissions", wanted, "log")).rstrip("\n")
    _print_log(call, wanted, text)
    return 0


@click.command(
    cls=LocalizedCommand, help=_("Show the report card of a submission; without an ID, of your newest.")
)
@click.argument("id", required=False)
@pass_call
def report(call: Call, *, id: str | None) -> int:
    """The report card."""
    submission = read(Submission, call.client.get("submissions", found_id(call, id)))
    answer = call.client.get("submissions", submission.id, "report")
    card = ReportCard(read(Report, answer), _assignment(call, submission), call.language)
    call.screen.result(answer, card)
    return UNSCORED if submission.unscored else 0


@click.command(
    cls=LocalizedCommand, help=_("Show the receipt of a submission; without an ID, of your newest.")
)
@click.argument("id", required=False)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    cls=LocalizedOption,
    help=_("Write it to this file, signed: check it with hazi verify."),
)
@pass_call
def receipt(call: Call, *, id: str | None, output: Path | None) -> None:
    """The receipt, on the screen and in a file."""
    answer = call.client.get("submissions", found_id(call, id), "receipt")
    card = ReceiptCard(read(Receipt, answer), call.language)
    if output:
        signed = call.client.get("submissions", str(answer.get("submission")), "signed-receipt")
        _write(output, json.dumps(signed, ensure_ascii=False, indent=2) + "\n")
        remember_keys(call)
    call.screen.result(answer, card)
    if output:
        call.screen.note(_("Written to {path}.", path=output))


def watch_to_the_end(call: Call, assignment: Assignment, submission: Submission) -> int:
    """Show a run until it is over, then its report card; the exit code."""
    if submission.over:
        return _show_end(call, assignment, submission)
    follower = Follower(call.client, submission.id, call.outside.sleep)
    scene = Scene(assignment.title, submission)
    with going_on(
        call.language.gettext("The run goes on. Come back with: hazi watch {id}", id=submission.id)
    ):
        ended = show_live(follower.told(), scene, call.screen, call.outside.now)
    return _show_end(call, assignment, ended)


def _show_end(call: Call, assignment: Assignment, ended: Submission) -> int:
    document = call.client.get("submissions", ended.id)
    if ended.state == State.CANCELLED:
        card = SubmissionCard(ended, call.outside.now(), call.language)
        call.screen.result({"submission": document, "report": None}, card)
        return UNSCORED
    answer = call.client.get("submissions", ended.id, "report")
    card_of_report = ReportCard(read(Report, answer), assignment, call.language)
    call.screen.result({"submission": document, "report": answer}, card_of_report)
    return UNSCORED if ended.unscored else 0


def _assignment(call: Call, submission: Submission) -> Assignment:
    return read(Assignment, call.client.get("assignments", submission.assignment))


def _follow_log(call: Call, submission_id: str) -> int:
    kept = list[str]()
    last: Submission | None = None
    follower = Follower(call.client, submission_id, call.outside.sleep)
    with going_on(
        call.language.gettext("The run goes on. Come back with: hazi log -f {id}", id=submission_id)
    ):
        for told in follower.told():
            if isinstance(told, Submission):
                last = told
            elif told.kind == "log":
                kept += log_lines(told)
                call.screen.lines("\n".join(log_lines(told)))
    if call.json_asked:
        _print_log(call, submission_id, "\n".join(kept))
    return UNSCORED if last and last.unscored else 0


def _print_log(call: Call, submission_id: str, text: str) -> None:
    call.screen.result({"submission": submission_id, "log": text})
    if call.json_asked:
        return
    if text:
        call.screen.lines(text)
    else:
        call.screen.note(_("Your code has printed nothing."))


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise WrongUse(_("{path} cannot be written: {why}", path=path, why=error.strerror)) from error
