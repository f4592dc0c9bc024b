"""Made-up inquiries: a list of them, and one with its messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from server.inquiries.queries import InquiryCard, InquiryPage, MessageCard, Thread
from server.inquiries.states import InquiryState, Window
from tests.server.pages.made_up import LECTURER, NOW, OTHER, STUDENT, assignment

ASKED = "Szerintem a 3. ellenőrzés hibás: a bemenet alakja (N, 1, 8, 8) volt.\n<script>alert(1)</script>"
ANSWER = "Köszönöm, igaz: a teszt az átlagot várta.\nÚjraértékeljük."


def card(state: InquiryState = InquiryState.OPEN, **changes: Any) -> InquiryCard:  # noqa: ANN401
    """An inquiry of STUDENT."""
    moments = {"opened_at": NOW - timedelta(days=2), "changed_at": NOW - timedelta(hours=3)}
    usual = InquiryCard(7, "lenet-digits", STUDENT, state, **moments, first=ASKED)
    return replace(usual, **changes)


def page() -> InquiryPage:
    """One in each state."""
    people = (STUDENT, OTHER, STUDENT, OTHER)
    cards = (card(state, person=who) for state, who in zip(InquiryState, people, strict=True))
    return InquiryPage(tuple(cards), "0-3")


def thread(state: InquiryState = InquiryState.ANSWERED, *, for_staff: bool) -> Thread:
    """A question and an answer."""
    at = NOW - timedelta(days=2)
    question = MessageCard(ASKED, STUDENT.name if for_staff else "te", by_student=True, at=at)
    answer = MessageCard(ANSWER, LECTURER.name if for_staff else "oktató", by_student=False, at=NOW)
    return Thread(card(state), (question, answer), newest=8 if for_staff else 0)


def asking(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the page on which a student asks gets."""
    window = Window(NOW - timedelta(days=1), NOW + timedelta(days=7))
    usual = {"assignment": assignment(), "cards": (card(InquiryState.DECLINED),), "window": window}
    return usual | {"may_ask": True, "text": "", "most": 2000, "refusal": None, "now": NOW} | changes
