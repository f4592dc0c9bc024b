"""What is told to whom of what a transaction did. Of private shares nothing is told before the reveal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from grader.contract import Verdict
from server.grading.service import Grading, State, Submission, readable_spec
from server.inquiries.service import Inquiry, InquiryMessage
from server.notices.change_listener import Seen
from server.notices.date_changes import of_edits, of_extensions, of_own_dues
from server.notices.fact import Fact
from server.notices.kinds import NoticeKind
from server.standings.rules import DecisionKind
from server.standings.service import (
    Audience,
    Change,
    Decision,
    StandingCard,
    is_about_what_counts,
    standing_cards,
)

UTC_ZONE = ZoneInfo("UTC")  # points alone are read from these files
SHARES = {True: "points", False: "public_points"}  # by whether the private share is told
KINDS = {
    DecisionKind.OVERRIDE: NoticeKind.DECISION,
    DecisionKind.EXCUSE: NoticeKind.DECISION,
    DecisionKind.ZERO: NoticeKind.DECISION,
    DecisionKind.VOID: NoticeKind.DECISION,
    DecisionKind.RETURN_TRY: NoticeKind.DECISION,
    DecisionKind.COMMENT: NoticeKind.DECISION,
    DecisionKind.HAND_IN: NoticeKind.DECISION,
    DecisionKind.CHOOSE: NoticeKind.DECISION,
    DecisionKind.CANCEL: NoticeKind.RUN,
}
"""Decisions that are told. A kind that is not named here is not: above all no note for staff.

Extensions, dates and inquiries have rows of their own, which say more.
"""
UNTOLD = frozenset({"run_of", "content"})  # of a void hand-in: what it is known by
POINTED = frozenset({DecisionKind.OVERRIDE, DecisionKind.EXCUSE, DecisionKind.ZERO})


@dataclass(frozen=True, slots=True)
class StudentView:
    """What students of a course may read at this moment."""

    session: Session
    now: datetime

    def cards(self, course_id: int, slugs: Iterable[str]) -> dict[tuple[str, int], StandingCard]:
        """Standings as their students see them."""
        wanted = frozenset(slugs)
        return (
            standing_cards(self.session, course_id, Audience(is_staff=False, now=self.now), slugs=wanted)
            if wanted
            else {}
        )


def facts_of(session: Session, seen: Seen, changes: Sequence[Change], now: datetime) -> list[Fact]:
    """Everything that somebody has to hear of."""
    student_view = StudentView(session, now)
    facts = [
        *_of_hand_ins(seen.handed_in),
        *_of_runs(seen.runs),
        *_of_decisions(student_view, seen.decisions),
        *_of_inquiries(session, seen.messages),
        *_of_causes(student_view, _causes(seen, now), changes),
        *of_extensions(session, seen.granted, seen.ended),
        *of_edits(session, seen.edits, seen.published, now),
    ]
    known = {(one.user_id, one.slug) for one in facts if one.kind in {NoticeKind.MOVED, NoticeKind.EXTENDED}}
    moved = [one for one in changes if (one.user_id, one.slug) not in known]
    return facts + list(of_own_dues(session, moved, now))


def withdrawn_by(decisions: Iterable[Decision]) -> list[str]:
    """The facts of comments that were taken back: nobody shall read them any more."""
    return [
        f"decision:{one.new['withdraws']}"
        for one in decisions
        if one.kind == DecisionKind.COMMENT and "withdraws" in one.new
    ]


def _of_hand_ins(handed_in: Iterable[Submission]) -> Iterator[Fact]:
    for one in handed_in:
        if one.user_id is not None and not one.trial:
            params = {
                "submission": one.id,
                "at": one.received_at.isoformat(),
                "receipt": one.receipt is not None,
            }
            about = (one.course_id, one.user_id, NoticeKind.HANDED_IN, one.slug)
            yield Fact(*about, f"handed_in:{one.id}", params)


def _of_runs(runs: Iterable[Grading]) -> Iterator[Fact]:
    """Runs that count now. One of a regrade is told of when that is applied, and one that was lost once."""
    for run in runs:
        owner = run.submission
        if owner.user_id is None or owner.trial or run.regrade_id is not None:
            continue
        if run.state != State.DONE or not run.in_force:
            continue
        spec = readable_spec(run.version, UTC_ZONE)
        params = {
            "submission": owner.id,
            "verdict": str(run.verdict),
            "points": _printed(run.points),
            "most": None if spec is None else _printed(spec.score.points),
            "final": run.final,
        }
        word = "unable" if run.verdict == Verdict.GRADER_ERROR else "final" if run.final else "graded"
        about = (owner.course_id, owner.user_id, NoticeKind.GRADED, owner.slug)
        yield Fact(*about, f"{word}:{owner.id}", params)


def _of_decisions(student_view: StudentView, decisions: Sequence[Decision]) -> Iterator[Fact]:
    pointed = [one for one in decisions if one.kind in POINTED]
    cards = {
        course_id: student_view.cards(
            course_id, {one.slug or "" for one in pointed if one.course_id == course_id}
        )
        for course_id in {one.course_id for one in pointed}
    }
    for one in decisions:
        if one.kind not in KINDS or one.user_id is None or one.user_id == one.decided_by:
            continue
        if one.kind == DecisionKind.COMMENT and "withdraws" in one.new:
            continue
        if not is_about_what_counts(one):
            continue
        card = cards.get(one.course_id, {}).get((one.slug or "", one.user_id))
        is_revealed = card is not None and card.private is not None
        params = {
            "decision": one.kind,
            "new": {name: value for name, value in one.new.items() if name not in UNTOLD},
            "old": _old(one, is_revealed=is_revealed) if one.kind in POINTED else one.old,
            "reason": one.reason,
            "submission": one.submission_id,
        }
        about = (one.course_id, one.user_id, KINDS[DecisionKind(one.kind)], one.slug or "")
        yield Fact(*about, f"decision:{one.id}", params)


def _of_inquiries(session: Session, messages: Iterable[InquiryMessage]) -> Iterator[Fact]:
    """What somebody else wrote into a student's inquiry: an answer, or with what it was settled."""
    for message in messages:
        inquiry = session.get_one(Inquiry, message.inquiry_id)
        if message.author_id != inquiry.user_id:
            params = {"inquiry": inquiry.id, "state": inquiry.state, "reason": message.text}
            about = (inquiry.course_id, inquiry.user_id, NoticeKind.INQUIRY, inquiry.slug)
            yield Fact(*about, f"inquiry:{message.id}", params)


def _old(one: Decision, *, is_revealed: bool) -> dict[str, Any]:
    """What counted before, in the numbers that the student may read."""
    return {"state": one.old.get("state"), "points": one.old.get(SHARES[is_revealed])}


@dataclass(frozen=True, slots=True)
class _Cause:
    """What has moved the points of many."""

    course_id: int
    key: str
    reason: str
    by: str  # "regrade" or "rules"


def _causes(seen: Seen, now: datetime) -> Iterator[_Cause]:
    for regrade in seen.regrades:
        yield _Cause(regrade.course_id, f"regraded:{regrade.id}", regrade.reason, "regrade")
    for one in seen.published:
        key = f"rules:{one.old}:{one.new}:{now.isoformat()}"
        yield _Cause(one.course_id, key, "", "rules")
    for edit in seen.edits:
        yield _Cause(edit.course_id, f"rules:{edit.id}", edit.reason, "rules")


def _of_causes(
    student_view: StudentView, causes: Iterable[_Cause], changes: Sequence[Change]
) -> Iterator[Fact]:
    """Whose points have moved, in the share that is told: also of another assignment, by time tokens."""
    for cause in causes:
        moved = [one for one in changes if one.course_id == cause.course_id and one.new is not None]
        cards = student_view.cards(cause.course_id, {one.slug for one in moved})
        for one in moved:
            card = cards.get((one.slug, one.user_id))
            if card is None or one.new is None:
                continue
            share = SHARES[card.private is not None]
            old, new = (one.old or {}).get(share), one.new[share]
            if old != new:
                params = {"old": _text(old), "new": _text(new), "reason": cause.reason, "by": cause.by}
                about = (one.course_id, one.user_id, NoticeKind.REGRADED, one.slug)
                yield Fact(*about, f"{cause.key}:{one.slug}", params)


def _printed(points: float | None) -> str:
    """Points of a report, in hundredths as everywhere."""
    return str(Decimal(repr(float(points or 0.0))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _text(points: Decimal | None) -> str | None:
    return None if points is None else str(points)
