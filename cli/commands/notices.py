"""The command of notices: the events of one's work."""

from __future__ import annotations

import click

from cli.api.decoding import decode
from cli.api.records import Notices
from cli.commands.localized import command, option, pass_context
from cli.context import Context
from cli.language.translation import Sentence
from cli.language.translation import lazy_gettext as _
from cli.terminal.tables import NoticeTable


@command(help=_("Read what has happened to your work: results, decisions, moved dates. The newest first."))
@option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help=_("How many at most."))
@option("--before", type=click.IntRange(1), help=_("Older ones than the notice with this number."))
@option("--read", "mark", is_flag=True, help=_("Mark what is shown, and older ones, as read."))
@pass_context
def notices(context: Context, *, limit: int, before: int | None, mark: bool) -> None:
    """One page of notices, which --read marks as read after it was printed."""
    query = {"limit": str(limit)} | ({"cursor": str(before)} if before else {})
    answer = context.client.get("notices", query=query)
    page = decode(Notices, answer)
    context.screen.result(answer, NoticeTable(page.notices, context.language))
    if page.next is not None and not context.json_output:
        context.screen.hint(Sentence("hazi notices --before {id}", {"id": page.next}))
    if mark and page.notices:
        context.client.send("POST", "notices", "read", json={"up_to": page.notices[0].id})
