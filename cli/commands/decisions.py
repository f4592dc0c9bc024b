"""Commands of decisions: decide, decisions, cancel, choose."""

from __future__ import annotations

import click

from cli.api.decoding import decode
from cli.api.errors import WrongUse
from cli.api.records import Decision, Decisions, StaffDecisions, Submission
from cli.api.retry import QUICK
from cli.commands.localized import command, option, pass_context
from cli.commands.lookup import resolve_id
from cli.context import Context
from cli.language.translation import lazy_gettext as _
from cli.terminal.cards import SubmissionCard
from cli.terminal.tables import DecisionTable

KINDS = ("override", "excuse", "zero", "void", "return-try", "comment", "note", "choose")


@command(
    help=_(
        "Decide about a student's work, for staff: KIND is override, excuse, zero, void, return-try, choose, "
        "comment or note.\n\nThe student reads the reason; a note is read by staff alone."
    )
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("slug")
@click.argument("neptun")
@option("--reason", help=_("Why; of a comment or a note the text itself."))
@option("--points", help=_("How many points count from now on, with override."))
@option("--submission", help=_("Which one, with void, return-try and choose."))
@option("--back", is_flag=True, help=_("Take back what was decided of this kind."))
@option("--withdraw", type=int, help=_("The number of a comment or note to take back."))
@pass_context
def decide(
    context: Context, /, *, kind: str, slug: str, neptun: str, **options: str | int | bool | None
) -> None:
    """Send the decision with the id of the newest one, so that a request that is repeated decides once."""
    path = ("assignments", slug, "students", neptun, "decisions")
    request = {
        "kind": kind,
        "reason": options["reason"] or "",
        "points": options["points"],
        "submission": options["submission"],
        "back": options["back"],
        "withdraws": options["withdraw"],
        "seen": decode(StaffDecisions, context.client.get(*path)).newest,
    }
    answer = context.client.post(*path, policy=QUICK, json=request)
    context.screen.result(answer, DecisionTable([decode(Decision, answer)], context.language))


@command(help=_("List what was decided about your work for an assignment; staff name a student."))
@click.argument("slug")
@click.argument("neptun", required=False)
@pass_context
def decisions(context: Context, *, slug: str, neptun: str | None) -> None:
    """Decisions about the student, newest first."""
    student = ("students", neptun) if neptun else ()
    answer = context.client.get("assignments", slug, *student, "decisions")
    context.screen.result(answer, DecisionTable(decode(Decisions, answer).decisions, context.language))


@command(
    help=_(
        "Cancel a run: your own while it waits, as staff any. It costs no try. Without an ID, your newest."
    )
)
@click.argument("id", required=False)
@option("--reason", default="", help=_("Why; staff have to say it."))
@option("--back", is_flag=True, help=_("Let a cancelled run go on, for staff."))
@pass_context
def cancel(context: Context, *, id: str | None, reason: str, back: bool) -> None:
    """End the run; a result that a grader still sends does not count."""
    request = {"reason": reason, "back": back}
    answer = context.client.post("submissions", resolve_id(context, id), "cancel", policy=QUICK, json=request)
    card = SubmissionCard(decode(Submission, answer), context.environment.now(), context.language)
    context.screen.result(answer, card)


@command(help=_("Say which of your submissions counts, where the assignment leaves it to you."))
@click.argument("slug")
@click.argument("id", required=False)
@option("--rule", is_flag=True, help=_("Leave it to the rule again."))
@pass_context
def choose(context: Context, *, slug: str, id: str | None, rule: bool) -> None:
    """Choose one of the student's own submissions, until their deadline."""
    if rule == (id is not None):
        raise WrongUse(_("Name the submission that is to count, or say --rule."))
    chosen = None if rule else resolve_id(context, id)
    context.client.send("PUT", "assignments", slug, "choice", json={"submission": chosen})
    context.screen.result({"assignment": slug, "submission": chosen})
    if not context.json_output:
        context.screen.note(_("It is kept which submission counts."))
