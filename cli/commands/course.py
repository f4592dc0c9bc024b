"""Commands of the course: assignments, leaderboard, open."""

from __future__ import annotations

import click
from rich.text import Text

from cli.api.client import Json
from cli.api.decoding import decode
from cli.api.records import AssignmentDetail, Assignments, Leaderboard, Submission
from cli.commands.localized import command, pass_context
from cli.commands.lookup import resolve_id
from cli.context import Context
from cli.language.translation import lazy_gettext as _
from cli.terminal.tables import AssignmentCard, AssignmentList, LeaderboardTable

PAGE_ROWS = 1000  # of a leaderboard


@command(
    help=_(
        "List the assignments: what is due when, tries left, your best points. "
        "Name one to read what it costs to be late."
    )
)
@click.argument("slug", required=False)
@pass_context
def assignments(context: Context, *, slug: str | None) -> None:
    """All assignments, or one with its rules."""
    if slug is not None:
        answer = context.client.get("assignments", slug)
        card = AssignmentCard(decode(AssignmentDetail, answer), context.environment.now(), context.language)
        context.screen.result(answer, card)
        return
    answer = context.client.get("assignments")
    listed = decode(Assignments, answer).assignments
    context.screen.result(answer, AssignmentList(listed, context.environment.now(), context.language))


@command(help=_("Show the leaderboard of an assignment."))
@click.argument("slug")
@pass_context
def leaderboard(context: Context, *, slug: str) -> None:
    """All pages of the leaderboard."""
    answer = _whole_board(context, slug)
    context.screen.result(answer, LeaderboardTable(decode(Leaderboard, answer), context.language))


def _whole_board(context: Context, slug: str) -> Json:
    """All pages of a leaderboard as one document."""
    parts, query = ("assignments", slug, "leaderboard"), {"limit": str(PAGE_ROWS)}
    whole = context.client.get(*parts, query=query)
    rows, following = list(whole.get("rows", ())), decode(Leaderboard, whole).next
    while following is not None and following == len(rows):  # else the server repeats itself
        page = context.client.get(*parts, query=query | {"cursor": str(following)})
        following = decode(Leaderboard, page).next
        rows += page["rows"]
    return {**whole, "rows": rows, "next": None}


@command(
    "open", help=_("Open a page in the browser: an assignment, a submission, or the list of assignments.")
)
@click.argument("what", metavar="[SLUG|ID]", required=False)
@pass_context
def open_page(context: Context, *, what: str | None) -> None:
    """Open the page, and print its address: this machine may have no browser."""
    url = context.client.address.absolute_url(_page(context, what))
    opened = context.environment.browse(url)
    context.screen.result({"url": url, "opened": opened}, Text(url, no_wrap=True, overflow="ignore"))
    if not opened:
        context.screen.note(_("No browser could be opened here: open the address yourself."))


def _page(context: Context, what: str | None) -> str:
    """The link of the page, as the server gives it."""
    if what is None:
        return "assignments"
    for assignment in decode(Assignments, context.client.get("assignments")).assignments:
        if assignment.slug == what:
            return assignment.links.html
    return decode(Submission, context.client.get("submissions", resolve_id(context, what))).links.html
