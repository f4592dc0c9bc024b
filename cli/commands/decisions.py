"""Decisions: what staff decide about a student's work, cancelled runs, and which hand-in counts."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from cli.api.decoding import read
from cli.api.errors import WrongUse
from cli.api.records import Decision, Decisions, Submission
from cli.api.retry import BRISK
from cli.commands.localized import LocalizedCommand, LocalizedOption, pass_call
from cli.commands.lookup import found_id
from cli.context import Call
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.language.translation import lazy_gettext as _
from cli.terminal import numbers
from cli.terminal.tables import SubmissionCard

KINDS = ("override", "excuse", "zero", "void", "return-try", "comment", "note", "choose")
REASON_LENGTH = 2000


@click.command(
    cls=LocalizedCommand,
    help=_(
        "Decide about a student's work, for staff: KIND is override, excuse, zero, void, return-try, choose, "
        "comment or note.\n\nThe student reads the reason; a note is read by staff alone."
    ),
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("slug")
@click.argument("neptun")
@click.option("--reason", cls=LocalizedOption, help=_("Why; of a comment or a note the text itself."))
@click.option("--points", cls=LocalizedOption, help=_("How many points count from now on, with override."))
@click.option("--submission", cls=LocalizedOption, help=_("Which one, with void, return-try and choose."))
@click.option("--back", is_flag=True, cls=LocalizedOption, help=_("Take back what was decided of this kind."))
@click.option(
    "--withdraw", type=int, cls=LocalizedOption, help=_("The number of a comment or note to take back.")
)
@pass_call
def decide(call: Call, /, *, kind: str, slug: str, neptun: str, **said: str | int | bool | None) -> None:
    """Decide, unless somebody has decided since a moment ago; so a request sent again decides once."""
    place = ("assignments", slug, "students", neptun, "decisions")
    wish = {
        "kind": kind,
        "reason": said["reason"] or "",
        "points": said["points"],
        "submission": said["submission"],
        "back": said["back"],
        "withdraws": said["withdraw"],
        "seen": read(Decisions, call.client.get(*place)).newest,
    }
    answer = call.client.post(*place, patience=BRISK, json=wish)
    call.screen.result(answer, DecisionTable([read(Decision, answer)], call.language))


@click.command(
    cls=LocalizedCommand,
    help=_("List what was decided about your work for an assignment; staff name a student."),
)
@click.argument("slug")
@click.argument("neptun", required=False)
@pass_call
def decisions(call: Call, *, slug: str, neptun: str | None) -> None:
    """The newest first."""
    of_student = ("students", neptun) if neptun else ()
    answer = call.client.get("assignments", slug, *of_student, "decisions")
    call.screen.result(answer, DecisionTable(read(Decisions, answer).decisions, call.language))


@click.command(
    cls=LocalizedCommand,
    help=_(
        "Cancel a run: your own while it waits, as staff any. It costs no try. Without an ID, your newest."
    ),
)
@click.argument("id", required=False)
@click.option("--reason", default="", cls=LocalizedOption, help=_("Why; staff have to say it."))
@click.option("--back", is_flag=True, cls=LocalizedOption, help=_("Let a cancelled run go on, for staff."))
@pass_call
def cancel(call: Call, *, id: str | None, reason: str, back: bool) -> None:
    """End it; what a grader still tells of it counts no more."""
    wish = {"reason": reason, "back": back}
    answer = call.client.post("submissions", found_id(call, id), "cancel", patience=BRISK, json=wish)
    card = SubmissionCard(read(Submission, answer), call.outside.now(), call.language)
    call.screen.result(answer, card)


@click.command(
    cls=LocalizedCommand,
    help=_("Say which of your submissions counts, where the assignment leaves it to you."),
)
@click.argument("slug")
@click.argument("id", required=False)
@click.option("--rule", is_flag=True, cls=LocalizedOption, help=_("Leave it to the rule again."))
@pass_call
def choose(call: Call, *, slug: str, id: str | None, rule: bool) -> None:
    """One of one's own, until one's own deadline."""
    if rule == (id is not None):
        raise WrongUse(_("Name the submission that is to count, or say --rule."))
    wanted = None if rule else found_id(call, id)
    call.client.send("PUT", "assignments", slug, "choice", json={"submission": wanted})
    call.screen.result({"assignment": slug, "submission": wanted})
    if not call.json_asked:
        call.screen.note(_("It is kept which submission counts."))


class DecisionTable:
    """Decisions, a few lines each."""

    def __init__(self, decided: Sequence[Decision], language: Language) -> None:
        self._decided, self._language = decided, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The newest first."""
        if not self._decided:
            yield Text(self._language.gettext("Nothing was decided."))
        for one in self._decided:
            head = f"{numbers.moment(one.at)} · {one_line(one.by, 60)} · #{one.id}"
            yield Text(one_line(f"{one.kind}: {one.words}", 200), "bold")
            yield Text(f"  {head}")
            if one.reason:
                yield Text(f"  {one_line(one.reason, REASON_LENGTH)}")
