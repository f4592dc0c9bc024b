"""Decisions as they are shown: to staff as they are, to a student what concerns them, without names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.service import people
from server.errors import Text
from server.person import Person
from server.standings.decisions.deciding import RULINGS, TEXTS, withdrawn
from server.standings.decisions.wording import described, kind_name, reason_of
from server.standings.models import Decision
from server.standings.queries import Audience, standing_cards
from server.standings.states import DecisionKind
from server.standings.voids import voided

# A kind that is not named here is not shown to students: above all no note.
STUDENT_VISIBLE = frozenset(
    {
        *RULINGS,
        DecisionKind.VOID,
        DecisionKind.RETURN_TRY,
        DecisionKind.CANCEL,
        DecisionKind.COMMENT,
        DecisionKind.HAND_IN,
        DecisionKind.CHOOSE,
        DecisionKind.EXTEND,
        DecisionKind.END_EXTENSION,
        DecisionKind.TOKENS,
        DecisionKind.APPLY_REGRADE,
        DecisionKind.INQUIRY,
    }
)


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """One decision, ready to print. `words` is half a sentence."""

    id: int
    kind: str
    name: Text  # of the kind
    slug: str | None
    user_id: int | None
    submission_id: str | None
    words: Text
    reason: str
    by: Text  # a name; to students "you" or "staff"
    at: datetime
    withdrawn: bool = False  # a comment or a note that was taken back
    takes_back: bool = False  # whether it only takes back another one

    @property
    def is_text(self) -> bool:
        """Whether it is a comment or a note that can be taken back."""
        return self.kind in TEXTS and not self.withdrawn and not self.takes_back


@dataclass(frozen=True, slots=True)
class Decided:
    """All that was decided about one student's work for one assignment, newest first."""

    cards: tuple[DecisionCard, ...] = ()
    newest: int = 0  # for a form to remember: see Author.seen
    ruling: str = ""  # the kind of the one that sets points or state now
    void: frozenset[str] = frozenset()  # hand-ins that do not count: see `is_void_by`
    returned: frozenset[str] = frozenset()  # hand-ins whose try was given back


def decided(
    session: Session, course_id: int, user_id: int, slugs: Collection[str] | None = None
) -> dict[str, Decided]:
    """What was decided about a student, by assignment, as staff see it."""
    rows = _rows(session, course_id, user_id, slugs)
    known = people(session, course_id, {one.decided_by for one in rows if one.decided_by is not None})
    gone = withdrawn(rows)
    return {
        slug: Decided(
            cards=tuple(staff_card(one, known, gone) for one in reversed(those)),
            newest=those[-1].id,
            ruling=_ruling(those),
            void=voided(those),
            returned=_returned(those),
        )
        for slug, those in _by_slug(rows).items()
    }


def decisions_for_student(
    session: Session, course_id: int, user_id: int, now: datetime, slugs: Collection[str] | None = None
) -> dict[str, tuple[DecisionCard, ...]]:
    """What a student reads at this moment of the decisions about their work, by assignment."""
    audience = Audience(is_staff=False, now=now)
    cards = standing_cards(session, course_id, audience, slugs=slugs, users=[user_id])
    revealed = {slug for (slug, _user), card in cards.items() if card.private is not None}
    return student_decisions(session, course_id, user_id, revealed, slugs)


def student_decisions(
    session: Session,
    course_id: int,
    user_id: int,
    revealed: Collection[str],
    slugs: Collection[str] | None = None,
) -> dict[str, tuple[DecisionCard, ...]]:
    """What was decided about a student, by assignment, newest first, as the student reads it.

    `revealed` are the assignments whose private share they are told.
    """
    rows = [one for one in _rows(session, course_id, user_id, slugs) if _is_visible(one, revealed)]
    gone = withdrawn(rows)
    return {
        slug: tuple(
            student_card(one, user_id, revealed=slug in revealed)
            for one in reversed(those)
            if one.id not in gone
        )
        for slug, those in _by_slug(rows).items()
    }


def _is_visible(one: Decision, revealed: Collection[str]) -> bool:
    """Whether a student reads it. That private points alone have moved would tell something of them."""
    if one.kind == DecisionKind.APPLY_REGRADE and one.slug not in revealed:
        return one.old.get("public_points") != one.new.get("public_points")
    return one.kind in STUDENT_VISIBLE and is_about_what_counts(one)


def is_about_what_counts(one: Decision) -> bool:
    """Not so of a run of a regrade that is not applied, which staff alone see."""
    return bool(one.new.get("in_force", True))


def staff_card(one: Decision, known: Mapping[int, Person], gone: Collection[int] = ()) -> DecisionCard:
    """A decision as staff see it."""
    who = known.get(one.decided_by) if one.decided_by is not None else None
    return _card(one, who.name if who else _("the server"), is_revealed=True, withdrawn=one.id in gone)


def student_card(one: Decision, user_id: int, *, revealed: bool) -> DecisionCard:
    """A decision as the student reads it. `revealed` says whether they are told the private share."""
    return _card(one, _("you") if one.decided_by == user_id else _("staff"), is_revealed=revealed)


def _card(one: Decision, by: Text, *, is_revealed: bool, withdrawn: bool = False) -> DecisionCard:
    return DecisionCard(
        id=one.id,
        kind=one.kind,
        name=kind_name(one.kind),
        slug=one.slug,
        user_id=one.user_id,
        submission_id=one.submission_id,
        words=described(one, is_revealed=is_revealed),
        reason=reason_of(one),
        by=by,
        at=one.decided_at,
        withdrawn=withdrawn,
        takes_back="withdraws" in one.new,
    )


def _rows(
    session: Session, course_id: int, user_id: int, slugs: Collection[str] | None
) -> Sequence[Decision]:
    rows = select(Decision).where(Decision.course_id == course_id, Decision.user_id == user_id)
    if slugs is not None:
        rows = rows.where(Decision.slug.in_(slugs))
    return session.scalars(rows.where(Decision.slug.is_not(None)).order_by(Decision.id)).all()


def _by_slug(rows: Iterable[Decision]) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = {}
    for one in rows:
        found.setdefault(one.slug or "", []).append(one)
    return found


def _ruling(those: Iterable[Decision]) -> str:
    rulings = [one for one in those if one.kind in RULINGS]
    return rulings[-1].kind if rulings and any(rulings[-1].new.values()) else ""


def _returned(those: Iterable[Decision]) -> frozenset[str]:
    """The hand-ins whose try was given back, and not taken back again."""
    found: set[str | None] = set()
    for one in those:
        if one.kind == DecisionKind.RETURN_TRY:
            (found.add if one.new.get("returned") else found.discard)(one.submission_id)
    return frozenset(one for one in found if one is not None)
