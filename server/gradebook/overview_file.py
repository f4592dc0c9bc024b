"""The overview of an assignment as a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from server.gradebook.overview import Overview
from server.spreadsheets import Cell


def overview_rows(found: Overview, zone: ZoneInfo) -> Iterator[Sequence[Cell]]:
    """A row for each student; moments are local ones."""
    yield [
        *(_("Neptun code"), _("Name"), _("State"), _("Counts"), _("Public share"), _("Late by (s)")),
        *(_("Time tokens"), _("Due"), _("Hand-ins"), _("Failures"), _("Latest")),
    ]
    for row in found.rows:
        standing = row.standing
        if standing is None:
            yield [row.person.neptun, row.person.name, "missing", *[None] * 5, 0, 0, None]
            continue
        number, public = standing.number, standing.public
        yield [
            *(row.person.neptun, row.person.name, str(standing.state)),
            None if number.points is None else float(number.points),
            None if public.points is None else float(public.points),
            *(int(number.late_by.total_seconds()), number.tokens),
            standing.due.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
            *(standing.hand_ins, standing.failures),
            row.latest.received_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if row.latest else None,
        ]
