"""What a transaction changed of the facts that points follow from: noted there, settled before the commit.

Whoever changes such a fact calls `touch`. `Database.write` hands all that was touched to the function it was
given, in the same transaction: a standing is never older than what it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

KEY, STEPS = "touched", "before settling"


@dataclass(frozen=True, slots=True)
class Touched:
    """One student's work for one assignment; None stands for every assignment, or for every student."""

    course_id: int
    slug: str | None
    user_id: int | None


def touch(session: Session, course_id: int, slug: str | None, user_id: int | None) -> None:
    """Say that a fact of this transaction may change these standings."""
    session.info.setdefault(KEY, set()).add(Touched(course_id, slug, user_id))


def before_settling(session: Session, step: Callable[[Session], None]) -> None:
    """Do this when the block ends, before what was touched is settled: what locks rows is best done late."""
    session.info.setdefault(STEPS, []).append(step)


def take_steps(session: Session) -> Iterable[Callable[[Session], None]]:
    """What is to be done when the block ends, in the order in which it was asked for."""
    steps: Iterable[Callable[[Session], None]] = session.info.pop(STEPS, ())
    return steps


def take_touched(session: Session) -> frozenset[Touched]:
    """All that was touched since it was asked for last."""
    return frozenset(session.info.pop(KEY, ()))
