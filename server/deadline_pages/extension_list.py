"""Extensions as they are shown: who has which, why, granted by whom and when, and whether it holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.service import people
from server.deadlines.rules import Exemption, Rules, bounded, in_force
from server.deadlines.service import Extension, exemptions
from server.person import Person


class ExtensionState(StrEnum):
    """What an extension does now."""

    IN_FORCE = "in_force"
    OUTDONE = "outdone"  # somebody has a later one
    REPLACED = "replaced"  # a newer one took its place
    ENDED = "ended"  # it was taken back


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """One extension."""

    id: int
    slug: str
    person: Person | None  # None: for a label
    label: str | None
    due: datetime
    replaces: bool
    reason: str
    granted_by: Person | None  # None: by a command of the server
    granted_at: datetime
    state: ExtensionState
    ended_by: Person | None
    ended_at: datetime | None
    ended_because: str | None


def extension_rows(session: Session, course_id: int, rules: Mapping[str, Rules]) -> list[ExtensionRow]:
    """All extensions of these assignments, newest first; those that ended too."""
    rows = select(Extension).where(Extension.course_id == course_id, Extension.slug.in_(list(rules)))
    found = session.scalars(rows.order_by(Extension.id.desc())).all()
    theirs = exemptions(session, course_id, list(rules))
    named = {one.user_id for one in found} | {one.granted_by for one in found}
    named |= {one.ended_by for one in found}
    known = people(session, course_id, {one for one in named if one is not None}) if found else {}
    return [_row(one, known, _state(one, rules[one.slug], theirs)) for one in found]


def _row(one: Extension, known: Mapping[int, Person], state: ExtensionState) -> ExtensionRow:
    return ExtensionRow(
        id=one.id,
        slug=one.slug,
        person=known.get(one.user_id) if one.user_id is not None else None,
        label=one.label,
        due=one.due,
        replaces=one.replaces,
        reason=one.reason,
        granted_by=known.get(one.granted_by) if one.granted_by is not None else None,
        granted_at=one.granted_at,
        state=state,
        ended_by=known.get(one.ended_by) if one.ended_by is not None else None,
        ended_at=one.ended_at,
        ended_because=one.ended_because,
    )


def _state(
    one: Extension, rules: Rules, theirs: Mapping[tuple[str, int], Collection[Exemption]]
) -> ExtensionState:
    if one.ended_at is not None:
        return ExtensionState.ENDED
    having = [found for (slug, _id), found in theirs.items() if slug == one.slug and _has(found, one.id)]
    living = [[*in_force(found)] for found in having]
    standing = [found for found in living if _has(found, one.id)]
    if having and not standing:
        return ExtensionState.REPLACED
    outdone = [found for found in standing if any(_later(other, one, rules) for other in found)]
    return ExtensionState.OUTDONE if standing and len(outdone) == len(standing) else ExtensionState.IN_FORCE


def _has(found: Iterable[Exemption], number: int) -> bool:
    return any(one.id == number for one in found)


def _later(other: Exemption, one: Extension, rules: Rules) -> bool:
    """Whether another one is the reason for a due moment instead."""
    theirs, ours = bounded(rules, other.due), bounded(rules, one.due)
    return other.id != one.id and (theirs > ours or (theirs == ours and other.id < one.id))
