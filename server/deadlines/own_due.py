"""A student's own due moment: what of the extensions granted to them is in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.deadlines.schedule import Rules


@dataclass(frozen=True, slots=True)
class Exemption:
    """An extension that applies to a student: their own, of a label or of a team."""

    id: int
    due: datetime
    granted_at: datetime
    replace: bool = False  # in place of all that were granted before it


@dataclass(frozen=True, slots=True)
class OwnDue:
    """When something is due for one student, and the extension that it is due to."""

    due: datetime
    because: int | None = None


def own_due(rules: Rules, exemptions: Iterable[Exemption]) -> OwnDue:
    """The latest of the common due moment and of the extensions in force; the wall bounds it.

    An extension never shortens. One with `replace` puts those out of force that were granted before it,
    but leaves nobody less time than everybody has. Of equal ones the first is the reason.
    """
    found = OwnDue(rules.due)
    for exemption in in_force(exemptions):
        due = bounded(rules, exemption.due)
        if due > found.due:
            found = OwnDue(due, exemption.id)
    return found


def bounded(rules: Rules, due: datetime) -> datetime:
    """A due moment that does not pass the wall."""
    return min(due, rules.late.closes) if rules.late.closes else due


def in_force(exemptions: Iterable[Exemption]) -> list[Exemption]:
    """Those that nothing has replaced, in the order in which they were granted."""
    ordered = sorted(exemptions, key=lambda one: (one.granted_at, one.id))
    last = max((at for at, one in enumerate(ordered) if one.replace), default=0)
    return ordered[last:]
