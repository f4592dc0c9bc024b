"""Explanations read from the database: what somebody would get at this moment, and why, for one reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from assignments.late_policy import Counts
from assignments.spec import Assignment
from server.courses.service import Course, course_of
from server.deadlines.rules import Stretch, reason_words, timeline
from server.deadlines.service import Extension, TokenLimit
from server.standings.computation import Computed, Share, compute
from server.standings.explanation import Background, Because, Explanation, Tell, explanation
from server.standings.facts import Wanted, exact, reservations, terms_of, works
from server.standings.models import Decision
from server.standings.queries import Audience
from server.standings.reveal_dates import private_is_revealed
from server.standings.states import StandingState
from server.standings.windows import OwnWindow, nothing_yet, own_windows


@dataclass(frozen=True, slots=True)
class Tokens:
    """A student's time tokens, as one assignment has them; counted as the student sees the numbers."""

    per_term: int
    used: int  # in all assignments
    used_here: int
    allowed_here: int  # by the assignment
    most: int | None  # as the student has said; None: as many as help

    @property
    def left(self) -> int:
        """Of the term's."""
        return self.per_term - self.used


@dataclass(frozen=True, slots=True)
class Explained:
    """All that there is to say of one student's points for one assignment."""

    slug: str
    user_id: int
    at: datetime
    most: Decimal
    state: StandingState
    window: OwnWindow
    extension: Because | None  # that the own due moment follows from
    sides: tuple[Explanation, ...]  # what counts comes first; the private one only where it is told
    line: tuple[Stretch, ...]
    tokens: Tokens
    decided: bool  # whether staff have set points or state
    counts: Counts = Counts.BEST


def explained(
    session: Session, course_id: int, spec: Assignment, user_id: int, audience: Audience, *, tell: Tell
) -> Explained:
    """What somebody would get at this moment, and why. Staff see both shares, students what is told them."""
    course = course_of(session, course_id)
    window = own_windows(session, course_id, user_id, [spec])[spec.slug]
    most = exact(spec.score.points)
    everything = _computed(session, course, spec, user_id, window)
    found = everything[spec.slug]
    is_revealed = audience.is_staff or private_is_revealed(
        session, course_id, spec.slug, user_id, audience.now
    )
    extension = _extension(session, window.own.because)
    background = Background(tell, course.token_length, extension, _ruling(session, found))
    shares = (Share.PRIVATE, Share.PUBLIC) if is_revealed else (Share.PUBLIC,)
    # What others have used of them must not tell of private shares that are not told yet.
    tokens_of = Share.PRIVATE if audience.is_staff else Share.PUBLIC
    return Explained(
        slug=spec.slug,
        user_id=user_id,
        at=audience.now,
        most=most,
        state=found.state,
        window=window,
        extension=extension,
        sides=tuple(explanation(found, share, background) for share in shares),
        line=timeline(window.rules, window.own.due, most, window.tokens, window.day),
        tokens=_tokens(session, course, (spec.slug, user_id), everything, tokens_of),
        decided=found.work.ruling is not None,
        counts=spec.counts,
    )


def _computed(
    session: Session, course: Course, spec: Assignment, user_id: int, window: OwnWindow
) -> dict[str, Computed]:
    """All of a student's standings, for tokens are shared; of this assignment one in any case."""
    terms = terms_of(session, course.id, course.time_zone)
    wanted = Wanted(course.id, None, frozenset({user_id}))
    theirs = works(session, wanted, terms).get(user_id, [])
    if all(one.slug != spec.slug for one in theirs):
        reserved = reservations(session, wanted).get((spec.slug, user_id))
        theirs = [*theirs, nothing_yet(spec, window, reserved)]
    return compute(theirs, course.tokens_per_term, course.token_length)


def _tokens(
    session: Session, course: Course, key: tuple[str, int], everything: Mapping[str, Computed], share: Share
) -> Tokens:
    slug, user_id = key
    limit = session.get(TokenLimit, (course.id, slug, user_id))
    found = everything[slug]
    return Tokens(
        per_term=course.tokens_per_term,
        used=sum(one.sides[share].tokens for one in everything.values()),
        used_here=found.sides[share].tokens,
        allowed_here=min(found.work.rules.late.tokens, course.tokens_per_term),
        most=limit.most if limit else None,
    )


def _extension(session: Session, number: int | None) -> Because | None:
    row = session.get(Extension, number) if number is not None else None
    return Because(row.granted_at, reason_words(row.reason)) if row else None


def _ruling(session: Session, found: Computed) -> Because | None:
    row = session.get(Decision, found.work.ruling.id) if found.work.ruling else None
    return Because(row.decided_at, row.reason) if row else None
