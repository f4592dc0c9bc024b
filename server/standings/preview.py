"""Who would move by how much, before something is done: standings computed, and nothing written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from server.courses.service import course_of
from server.standings.computation import Computed, Share, compute
from server.standings.facts import Terms, Wanted, terms_of, works

Standings = Mapping[tuple[str, int], Computed]


@dataclass(frozen=True, slots=True)
class Move:
    """What would change of one standing. Points are None where there are none."""

    slug: str
    user_id: int
    old: Decimal | None  # that count
    new: Decimal | None
    old_public: Decimal | None
    new_public: Decimal | None
    was_late: bool
    is_late: bool

    @property
    def by(self) -> Decimal:
        """How many points that count are won, or lost where it is less than nothing."""
        return (self.new or Decimal(0)) - (self.old or Decimal(0))


def computed(session: Session, wanted: Wanted, terms: Mapping[str, Terms] | None = None) -> Standings:
    """The standings as they follow from the rows; with other terms, as they would be."""
    course = course_of(session, wanted.course_id)
    those = dict(terms_of(session, course.id, course.time_zone) if terms is None else terms)
    found: dict[tuple[str, int], Computed] = {}
    for user_id, theirs in works(session, wanted, those).items():
        for slug, one in compute(theirs, course.tokens_per_term, course.token_length).items():
            found[slug, user_id] = one
    return found


def moves(old: Standings, new: Standings) -> list[Move]:
    """What differs, the greatest loss first."""
    found = [_move(key, old.get(key), new.get(key)) for key in sorted({*old, *new})]
    return sorted((one for one in found if _differs(one)), key=lambda one: (one.by, one.slug, one.user_id))


def moves_of_regrade(session: Session, course_id: int, regrade_id: int) -> list[Move]:
    """Who would move if a regrade were applied as far as it is."""
    old = computed(session, Wanted(course_id))
    return moves(old, computed(session, Wanted(course_id, regrade_id=regrade_id)))


def histogram(values: Sequence[Decimal], most: Decimal, bins: int = 20) -> tuple[int, ...]:
    """How many of these points, 0 to `most`, lie in each of the equal bins; the top in the last."""
    counts = [0] * bins
    for value in values:
        share = value / most if most else Decimal(0)
        counts[min(bins - 1, max(0, int(share * bins)))] += 1
    return tuple(counts)


def _move(key: tuple[str, int], old: Computed | None, new: Computed | None) -> Move:
    return Move(
        *key,
        old=old.points(Share.PRIVATE) if old else None,
        new=new.points(Share.PRIVATE) if new else None,
        old_public=old.points(Share.PUBLIC) if old else None,
        new_public=new.points(Share.PUBLIC) if new else None,
        was_late=_is_late(old),
        is_late=_is_late(new),
    )


def _is_late(one: Computed | None) -> bool:
    return one is not None and bool(one.sides[Share.PRIVATE].late_by)


def _differs(one: Move) -> bool:
    return (one.old, one.old_public, one.was_late) != (one.new, one.new_public, one.is_late)
