"""Made-up decisions: what staff and students read of them, and what can be decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from server.grading.models import State
from server.standings.decisions.audit import AuditPage, AuditRow
from server.standings.decisions.records import Decided, DecisionCard, staff_card, student_card
from server.standings.models import Decision
from server.standings.states import DecisionKind
from server.submissions.staff_decisions import ChoiceCard, HandInDecisions, Option, RunCard
from tests.server.pages.made_up import LECTURER, NOW, STUDENT

HAND_IN = "0b9f7f0e-1e5d-4a3c-9d7e-2f6a5b1c8d90"
HOSTILE_REASON = '<script>alert("x")</script>\nA második sor: árvíztűrő tükörfúrógép.'


def _decision(number: int, kind: DecisionKind, reason: str, **facts: Any) -> Decision:  # noqa: ANN401
    usual = {"slug": "lenet-digits", "user_id": STUDENT.id, "decided_by": LECTURER.id, "old": {}, "new": {}}
    at = NOW - timedelta(days=9 - number % 9, hours=number)
    return Decision(id=number, course_id=1, kind=kind, reason=reason, decided_at=at, **(usual | facts))


DECISIONS = (
    _decision(
        *(1, DecisionKind.EXTEND, "beteg volt"),
        old={"due": "2026-10-24T21:59:59+00:00"},
        new={"due": "2026-10-26T22:59:59+00:00", "extension": 1},
    ),
    _decision(2, DecisionKind.NOTE, "A gyógyszer miatt nem tudott gépelni; igazolás az irodában."),
    _decision(3, DecisionKind.COMMENT, HOSTILE_REASON),
    _decision(
        *(4, DecisionKind.OVERRIDE, "A 3. ellenőrzés hibás volt."),
        old={"state": "scored", "points": "6.25", "public_points": "7.00"},
        new={"points": "7.50"},
    ),
    _decision(5, DecisionKind.RETURN_TRY, "elakadt", submission_id=HAND_IN, new={"returned": True}),
    _decision(
        *(6, DecisionKind.CANCEL, "Rossz fájl."),
        submission_id=HAND_IN,
        new={"cancelled": True, "run": 7},
        decided_by=None,
    ),
    _decision(
        *(7, DecisionKind.HAND_IN, "E-mailben érkezett, mert a feltöltés nem sikerült."),
        submission_id=HAND_IN,
        new={"arrived": "2026-10-24T21:40:00+00:00"},
    ),
    _decision(
        *(8, DecisionKind.CHOOSE, ""),
        decided_by=STUDENT.id,
        submission_id=HAND_IN,
        new={"submission": HAND_IN},
    ),
)
_KNOWN = {LECTURER.id: LECTURER, STUDENT.id: STUDENT}


def staff_cards() -> tuple[DecisionCard, ...]:
    """As staff read them, one of them taken back."""
    return tuple(staff_card(one, _KNOWN, {2}) for one in reversed(DECISIONS))


def told_cards() -> tuple[DecisionCard, ...]:
    """As the student reads them."""
    told = [one for one in DECISIONS if one.kind != DecisionKind.NOTE]
    return tuple(student_card(one, STUDENT.id, revealed=False) for one in reversed(told))


def decided() -> Decided:
    """What was decided about the student's work."""
    return Decided(staff_cards(), newest=8, ruling="override")


def on_hand_in(**changes: Any) -> HandInDecisions:  # noqa: ANN401
    """What staff decide about a hand-in."""
    cards = tuple(card for card in staff_cards() if card.submission_id == HAND_IN)
    runs = (RunCard(7, State.RUNNING, True, False, False), RunCard(8, State.WAITING, False, True, False))
    over = (RunCard(9, State.CANCELLED, False, False, True),)
    usual: dict[str, Any] = {"cards": cards, "newest": 8, "is_void": True, "runs": runs, "cancelled": over}
    return HandInDecisions(**(usual | {"may_choose": True} | changes))


def on_own_hand_in(**changes: Any) -> HandInDecisions:  # noqa: ANN401
    """What a student reads of it."""
    cards = tuple(card for card in told_cards() if card.submission_id == HAND_IN)
    return HandInDecisions(**({"cards": cards} | changes))


def choice(**changes: Any) -> ChoiceCard:  # noqa: ANN401
    """Two hand-ins to choose between."""
    options = (
        Option(HAND_IN, NOW - timedelta(hours=2), 9.43),
        Option("other", NOW - timedelta(days=2), None),
    )
    return ChoiceCard(**({"chosen": HAND_IN, "is_open": True, "options": options} | changes))


def audit(older: int | None = 1) -> AuditPage:
    """A page of all of them."""
    rows = tuple(AuditRow(card, STUDENT, LECTURER) for card in staff_cards())
    return AuditPage(rows, older)
