"""The course: its assignments, its leaderboards, its pages."""

from __future__ import annotations

import click
from rich.text import Text

from cli.api.client import Json
from cli.api.decoding import read
from cli.api.records import Assignment, Assignments, Leaderboard, Submission
from cli.commands.localized import LocalizedCommand, pass_call
from cli.commands.lookup import found_id
from cli.context import Call
from cli.language.translation import lazy_gettext as _
from cli.terminal.tables import AssignmentCard, AssignmentList, LeaderboardTable

BOARD_ROWS = 1000  # asked for at once


@click.command(
    cls=LocalizedCommand,
    help=_(
        "List the assignments: what is due when, tries left, your best points. "
        "Name one to read what it costs to be late."
    ),
)
@click.argument("slug", required=False)
@pass_call
def assignments(call: Call, *, slug: str | None) -> None:
    """All of them, or one with its rules."""
    if slug is not None:
        answer = call.client.get("assignments", slug)
        one = read(Assignment, answer)
        call.screen.result(answer, AssignmentCard(one, call.outside.now(), call.language))
        return
    answer = call.client.get("assignments")
    found = read(Assignments, answer).assignments
    call.screen.result(answer, AssignmentList(found, call.outside.now(), call.language))


@click.command(cls=LocalizedCommand, help=_("Show the leaderboard of an assignment."))
@click.argument("slug")
@pass_call
def leaderboard(call: Call, *, slug: str) -> None:
    """Who is where."""
    answer = _whole_board(call, slug)
    call.screen.result(answer, LeaderboardTable(read(Leaderboard, answer), call.language))


def _whole_board(call: Call, slug: str) -> Json:
    """All pages of a board as one."""
    parts, query = ("assignments", slug, "leaderboard"), {"limit": str(BOARD_ROWS)}
    whole = call.client.get(*parts, query=query)
    rows, following = list(whole.get("rows", ())), read(Leaderboard, whole).next
    while following is not None and following == len(rows):  # a server that turns in circles ends here
        page = call.client.get(*parts, query=query | {"cursor": str(following)})
        following = read(Leaderboard, page).next
        rows += page["rows"]
    return {**whole, "rows": rows, "next": None}


@click.command(
    "open",
    cls=LocalizedCommand,
    help=_("Open a page in the browser: an assignment, a submission, or the list of assignments."),
)
@click.argument("what", metavar="[SLUG|ID]", required=False)
@pass_call
def open_page(call: Call, *, what: str | None) -> None:
    """Open it, and say its address in any case: there may be no browser here."""
    url = call.client.address.page(_page(call, what))
    opened = call.outside.browse(url)
    call.screen.result({"url": url, "opened": opened}, Text(url, no_wrap=True, overflow="ignore"))
    if not opened:
        call.screen.note(_("No browser could be opened here: open the address yourself."))


def _page(call: Call, what: str | None) -> str:
    """Where the page is, as the server says."""
    if what is None:
        return "assignments"
    for assignment in read(Assignments, call.client.get("assignments")).assignments:
        if assignment.slug == what:
            return assignment.links.html
    return read(Submission, call.client.get("submissions", found_id(call, what))).links.html
