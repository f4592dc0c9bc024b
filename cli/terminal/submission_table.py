"""The list of one's submissions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from cli.api.records import Submission
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.cards import outcome
from cli.terminal.tables import plain_table

SHORT_ID = 8
"""Characters of an id that commands take for the whole one."""


class SubmissionTable:
    """Submissions, newest first, a row each."""

    def __init__(self, submissions: Sequence[Submission], language: Language) -> None:
        self._submissions, self._language = submissions, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Id, assignment, state, points, and when it was received."""
        gettext = self._language.gettext
        if not self._submissions:
            yield Text(gettext("You have not handed in anything yet."))
            return
        heads = (gettext("assignment"), gettext("state"), gettext("points"), gettext("received"))
        table = plain_table("id", *heads, right_aligned=(3,))
        for one in self._submissions:
            state = outcome(one, self._language)
            if one.trial:
                state.append(" · " + gettext("trial"))
            points = numbers.points(one.points, language=self._language)
            table.add_row(
                one.id[:SHORT_ID], one_line(one.assignment), state, points, numbers.moment(one.received_at)
            )
        yield table
