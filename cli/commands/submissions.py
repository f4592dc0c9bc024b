"""Commands of a submission: status, watch, log, report, receipt."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import click

from cli.api.credentials import write_atomically
from cli.api.decoding import decode
from cli.api.errors import WrongUse, note_when_stopped
from cli.api.records import Assignment, FinalState, Receipt, Submission
from cli.api.report_records import Report
from cli.api.updates import SubmissionUpdates
from cli.commands.localized import command, option, pass_context
from cli.commands.lookup import own_submissions, resolve_id
from cli.commands.verify import save_keys
from cli.context import Context
from cli.language.sanitize import plain
from cli.language.translation import lazy_gettext as _
from cli.terminal.cards import ReceiptCard, SubmissionCard
from cli.terminal.live import RunState, log_lines, show_live
from cli.terminal.report_card import ReportCard
from cli.terminal.submission_table import SubmissionTable

UNSCORED = 1
"""The exit code of a submission that has ended without a score."""


@command(help=_("List your submissions, or those for one assignment: newest first."))
@click.argument("slug", required=False)
@option("--limit", type=click.IntRange(1), default=50, show_default=True, help=_("List at most so many."))
@pass_context
def submissions(context: Context, *, slug: str | None, limit: int) -> None:
    """A line for each submission."""
    found = list(islice(own_submissions(context, slug), limit))
    listed = [asdict(one) | {"received_at": one.received_at.isoformat()} for one in found]
    kept = ("id", "assignment", "state", "verdict", "points", "received_at", "trial")
    document = {"submissions": [{name: one[name] for name in kept} for one in listed]}
    context.screen.result(document, SubmissionTable(found, context.language))


@command(help=_("Say where a submission is; without an ID, your newest."))
@click.argument("id", required=False)
@pass_context
def status(context: Context, *, id: str | None) -> int:
    """The state of the submission."""
    answer = context.client.get("submissions", resolve_id(context, id))
    submission = decode(Submission, answer)
    context.screen.result(answer, SubmissionCard(submission, context.environment.now(), context.language))
    return UNSCORED if submission.unscored else 0


@command(help=_("Watch a submission until it is done; without an ID, your newest."))
@click.argument("id", required=False)
@pass_context
def watch(context: Context, *, id: str | None) -> int:
    """The live view, then the report card."""
    submission = decode(Submission, context.client.get("submissions", resolve_id(context, id)))
    return watch_to_the_end(context, _assignment(context, submission), submission)


@command(help=_("Print what your code printed; without an ID, in your newest submission."))
@click.argument("id", required=False)
@option("--follow", "-f", is_flag=True, help=_("Go on until the run ends."))
@pass_context
def log(context: Context, *, id: str | None, follow: bool) -> int:
    """The log so far, or line by line until the run ends."""
    submission_id = resolve_id(context, id)
    if follow:
        return _follow_log(context, submission_id)
    text = plain(context.client.text("submissions", submission_id, "log")).rstrip("\n")
    _print_log(context, submission_id, text)
    return 0


@command(help=_("Show the report card of a submission; without an ID, of your newest."))
@click.argument("id", required=False)
@pass_context
def report(context: Context, *, id: str | None) -> int:
    """The report card."""
    submission = decode(Submission, context.client.get("submissions", resolve_id(context, id)))
    answer = context.client.get("submissions", submission.id, "report")
    card = ReportCard(decode(Report, answer), _assignment(context, submission), context.language)
    context.screen.result(answer, card)
    return UNSCORED if submission.unscored else 0


@command(help=_("Show the receipt of a submission; without an ID, of your newest."))
@click.argument("id", required=False)
@option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("Write it to this file, signed: check it with hazi verify."),
)
@pass_context
def receipt(context: Context, *, id: str | None, output: Path | None) -> None:
    """The receipt on the terminal, and the signed one in a file."""
    answer = context.client.get("submissions", resolve_id(context, id), "receipt")
    card = ReceiptCard(decode(Receipt, answer), context.language)
    if output:
        signed = context.client.get("submissions", str(answer.get("submission")), "signed-receipt")
        _write(output, json.dumps(signed, ensure_ascii=False, indent=2) + "\n")
        save_keys(context)
    context.screen.result(answer, card)
    if output:
        context.screen.note(_("Written to {path}.", path=output))


def watch_to_the_end(context: Context, assignment: Assignment, submission: Submission) -> int:
    """Show a run until it has ended, then its report card; the exit code."""
    if submission.ended:
        return _show_end(context, assignment, submission)
    updates = SubmissionUpdates(context.client, submission.id, context.environment.sleep)
    run = RunState(assignment.title, submission)
    with note_when_stopped(
        context.language.gettext("The run goes on. Come back with: hazi watch {id}", id=submission.id)
    ):
        ended = show_live(updates, run, context.screen, context.environment.now)
    return _show_end(context, assignment, ended)


def _show_end(context: Context, assignment: Assignment, ended: Submission) -> int:
    document = context.client.get("submissions", ended.id)
    if ended.state == FinalState.CANCELLED:
        card = SubmissionCard(ended, context.environment.now(), context.language)
        context.screen.result({"submission": document, "report": None}, card)
        return UNSCORED
    answer = context.client.get("submissions", ended.id, "report")
    report_card = ReportCard(decode(Report, answer), assignment, context.language)
    context.screen.result({"submission": document, "report": answer}, report_card)
    return UNSCORED if ended.unscored else 0


def _assignment(context: Context, submission: Submission) -> Assignment:
    return decode(Assignment, context.client.get("assignments", submission.assignment))


def _follow_log(context: Context, submission_id: str) -> int:
    lines = list[str]()
    last: Submission | None = None
    updates = SubmissionUpdates(context.client, submission_id, context.environment.sleep)
    with note_when_stopped(
        context.language.gettext("The run goes on. Come back with: hazi log -f {id}", id=submission_id)
    ):
        for update in updates:
            if isinstance(update, Submission):
                last = update
            elif update.kind == "log":
                lines += log_lines(update)
                context.screen.print_lines("\n".join(log_lines(update)))
    if context.json_output:
        _print_log(context, submission_id, "\n".join(lines))
    return UNSCORED if last and last.unscored else 0


def _print_log(context: Context, submission_id: str, text: str) -> None:
    context.screen.result({"submission": submission_id, "log": text})
    if context.json_output:
        return
    if text:
        context.screen.print_lines(text)
    else:
        context.screen.note(_("Your code has printed nothing."))


def _write(path: Path, text: str) -> None:
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise WrongUse.cannot_write(path, error) from error
