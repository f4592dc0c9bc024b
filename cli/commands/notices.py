"""Notices: what has happened to one's work, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import click
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from cli.api.decoding import read
from cli.commands.localized import LocalizedCommand, LocalizedOption, pass_call
from cli.context import Call
from cli.language.sanitize import one_line
from cli.language.translation import Language, Sentence
from cli.language.translation import lazy_gettext as _
from cli.terminal import numbers

REASON_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that one is told."""

    id: int
    text: str
    at: datetime
    read: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """The newest ones, and how many are unread."""

    notices: tuple[Notice, ...]
    unread: int = 0
    next: int | None = None


@click.command(
    cls=LocalizedCommand,
    help=_("Read what has happened to your work: results, decisions, moved dates. The newest first."),
)
@click.option(
    "--limit",
    type=click.IntRange(1, 200),
    default=20,
    show_default=True,
    cls=LocalizedOption,
    help=_("How many at most."),
)
@click.option(
    "--before",
    type=click.IntRange(1),
    cls=LocalizedOption,
    help=_("Older ones than the notice with this number."),
)
@click.option(
    "--read",
    "mark",
    is_flag=True,
    cls=LocalizedOption,
    help=_("Mark what is shown, and older ones, as read."),
)
@pass_call
def notices(call: Call, *, limit: int, before: int | None, mark: bool) -> None:
    """One page; with `--read` it is marked after it was shown."""
    query = {"limit": str(limit)} | ({"cursor": str(before)} if before else {})
    answer = call.client.get("notices", query=query)
    found = read(Notices, answer)
    call.screen.result(answer, NoticeTable(found.notices, call.language))
    if found.next is not None and not call.json_asked:
        call.screen.hint(Sentence("hazi notices --before {id}", {"id": found.next}))
    if mark and found.notices:
        call.client.send("POST", "notices", "read", json={"up_to": found.notices[0].id})


class NoticeTable:
    """Notices, a few lines each."""

    def __init__(self, notices: Sequence[Notice], language: Language) -> None:
        self._notices, self._language = notices, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Those that are unread stand out."""
        if not self._notices:
            yield Text(self._language.gettext("There are no notices."))
        for one in self._notices:
            yield Text(f"{' ' if one.read else '*'} {one_line(one.text, 300)}", "" if one.read else "bold")
            if one.reason:
                yield Text(f"    {one_line(one.reason, REASON_LENGTH)}")
            yield Text(f"    {numbers.moment(one.at)} · #{one.id}", "dim")
