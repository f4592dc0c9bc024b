"""Forms of quizzes take what people type, and hold it to the bounds of the API."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from assignments.quiz import Counts, Game, Policy
from server.errors import BadInput
from server.quizzes.attendance import Rule
from server.quizzes.forms import DayForm, Form, ReplayForm, RoomForm, RuleForm, RulingForm, WeeksForm
from server.quizzes.room import api_schema as schema
from server.quizzes.room.rulings import RulingKind

ROOM = {"counts": "signed-in", "game": "flat", "csrf_token": "x"}
NUMBERS = st.floats(allow_nan=True, allow_infinity=True).map(str) | st.text(max_size=8)


def outcome(form: type[Form], fields: dict[str, str]) -> tuple[Any, str]:
    """The value of a form, or None and what is said."""
    try:
        return form.of(fields), ""
    except BadInput as refusal:
        return None, str(refusal.detail)


@pytest.mark.parametrize(
    ("typed", "share"), [("50", 0.5), (" 12,5 % ", 0.125), ("0", 0), ("100%", 1), ("", 0.5), ("  ", 0.5)]
)
def test_percent_is_typed_as_people_do(typed: str, share: float):
    assert ReplayForm.of({"replay_cap": typed}).cap() == share


@given(NUMBERS)
def test_a_share_is_a_share_or_refused(typed: str):
    form, refusal = outcome(ReplayForm, {"replay_cap": typed})
    assert "percent from 0 to 100" in refusal if form is None else 0 <= form.cap() <= 1


@given(NUMBERS, NUMBERS)
def test_a_rule_is_a_rule_or_refused(correct: str, share: str):
    form, refusal = outcome(RuleForm, {"least_correct": correct, "least_share": share})
    if form is None:
        assert "or leave them empty" in refusal
        return
    rule = form.rule()
    assert rule.least_correct is None or 0 <= rule.least_correct <= 1000
    assert rule.least_share is None or 0 <= rule.least_share <= 1


def test_an_empty_threshold_is_none_and_no_field_is_as_usual():
    assert RuleForm.of({"least_correct": "", "least_share": ""}).rule() == Rule(None, None)
    assert RuleForm.of({"least_correct": "2,9"}).rule() == Rule(2, None)
    assert RuleForm.of({"sort": "x"}).rule() == Rule()


def test_weeks_are_one_at_least():
    assert [WeeksForm.of({"keep": typed}).weeks() for typed in ("", "0", "3", "2.5")] == [None, 1, 3, 2]


def test_a_box_that_is_not_sent_is_not_ticked():
    assert RoomForm.of(ROOM | {"word": ""}).policy() == {
        "counts": Counts.SIGNED_IN,
        "game": Game.FLAT,
        "word": True,
        "change": False,
        "replay_until": None,
        "replay_cap": Policy().replay_cap,
    }


@pytest.mark.parametrize("wrong", [{"counts": "many"}, {"game": ""}, {"replay_cap": "101"}])
def test_what_the_api_refuses_a_form_refuses(wrong: dict[str, str]):
    with pytest.raises(BadInput):
        RoomForm.of(ROOM | wrong)
    assert issubclass(RoomForm, schema.NewRoom)


def test_moments_are_those_of_the_course(app: Flask):
    with app.test_request_context():
        until = ReplayForm.of({"replay_until": "2027-01-31T23:59"}).replay_until
        assert str(until) == "2027-01-31 22:59:00+00:00"
        assert str(DayForm.of({"played_on": "2027-07-01"}).played_on) == "2027-07-01 10:00:00+00:00"
        for typed in ("", "tomorrow", "9999-12-31"):
            with pytest.raises(BadInput, match="no date and time of the course"):
                DayForm.of({"played_on": typed})
        with pytest.raises(BadInput):
            DayForm.of({})


def test_a_long_reason_is_cut_as_its_field_would():
    ruling = RulingForm.of({"question": "q", "kind": "void", "reason": "x" * 400})
    assert (ruling.kind, len(ruling.reason), ruling.value) == (RulingKind.VOID, 300, "")
