"""Where a room is, as a time line, and what may follow what."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.quizzes.refusals import NotNow
from server.quizzes.room.phases import (
    GRACE,
    RoomPhase,
    RoomState,
    RoomStep,
    lobby,
    next_change,
    phase_at,
    step,
    still_s,
    takes_answers,
    version_at,
)
from tests.server.builders import NOON

QUESTIONS, SECONDS = 3, 20


def after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def moved(state: RoomState, to: RoomStep, at: float) -> RoomState:
    return step(state, to, NOON + after(at), questions=QUESTIONS, seconds=SECONDS)


def asked() -> RoomState:
    return moved(lobby(NOON), RoomStep.QUESTION, 0)


def phases(state: RoomState, *moments: float) -> list[RoomPhase]:
    return [phase_at(state, NOON + after(at)) for at in moments]


def test_question_opens_and_closes_by_the_clock():
    assert phases(asked(), 0, 1.49, 1.5, 21.49, 21.5) == [
        RoomPhase.READY,
        RoomPhase.READY,
        RoomPhase.QUESTION,
        RoomPhase.QUESTION,
        RoomPhase.CLOSED,
    ]


def test_closing_by_hand_ends_it_at_once():
    assert phases(moved(asked(), RoomStep.CLOSE, 5), 4.9, 5) == [RoomPhase.QUESTION, RoomPhase.CLOSED]


def test_answer_is_shown_only_when_the_last_one_has_landed():
    shown = moved(moved(asked(), RoomStep.CLOSE, 5), RoomStep.REVEAL, 5.2)
    assert phases(shown, 5.2, 6.4, 6.5) == [RoomPhase.CLOSED, RoomPhase.CLOSED, RoomPhase.REVEAL]


def test_late_reveal_is_shown_at_once():
    assert phases(moved(asked(), RoomStep.REVEAL, 60), 60) == [RoomPhase.REVEAL]


def test_answers_are_taken_until_the_grace_is_over():
    state = asked()
    taken = [takes_answers(state.opens_at, state.closes_at, NOON + after(at)) for at in (1.4, 1.5, 23, 23.01)]
    assert taken == [False, True, True, False]


def test_second_vote_asks_the_same_question_anew():
    again = moved(moved(asked(), RoomStep.CLOSE, 5), RoomStep.AGAIN, 60)
    assert (again.question, again.vote) == (0, 2)
    assert phases(again, 61, 61.5) == [RoomPhase.READY, RoomPhase.QUESTION]


@pytest.mark.parametrize(
    "to", [RoomStep.QUESTION, RoomStep.AGAIN, RoomStep.REVEAL, RoomStep.STANDINGS, RoomStep.END]
)
def test_open_question_is_closed_first(to: RoomStep):
    with pytest.raises(NotNow):
        moved(asked(), to, 3)


@pytest.mark.parametrize("to", [RoomStep.CLOSE, RoomStep.REVEAL, RoomStep.STANDINGS, RoomStep.AGAIN])
def test_lobby_leads_to_a_question_only(to: RoomStep):
    with pytest.raises(NotNow):
        moved(lobby(NOON), to, 1)


def test_answer_that_was_shown_is_not_asked_again():
    with pytest.raises(NotNow):
        moved(moved(asked(), RoomStep.REVEAL, 60), RoomStep.AGAIN, 61)


def test_last_question_has_no_next():
    state = lobby(NOON)
    for number in range(QUESTIONS):
        state = moved(state, RoomStep.QUESTION, 100 * number)
    with pytest.raises(NotNow):
        moved(state, RoomStep.QUESTION, 1000)


def test_quiz_that_is_over_stays_over():
    over = moved(lobby(NOON), RoomStep.END, 1)
    for to in RoomStep:
        with pytest.raises(NotNow):
            moved(over, to, 2)


def test_next_change_comes_from_the_clock():
    state = asked()
    moments = [next_change(state, NOON + after(at)) for at in (0, 2, 30)]
    assert moments == [state.opens_at, state.closes_at, None]


@given(st.lists(st.tuples(st.sampled_from(RoomStep), st.floats(0.01, 40)), max_size=12))
def test_versions_only_ever_grow(presses: list[tuple[RoomStep, float]]):
    """Whatever is pressed when: a phone that has seen a version never sees a lower one."""
    state, at, seen = lobby(NOON), 0.0, -1
    for to, pause in presses:
        for moment in (at + pause / 2, at + pause):
            version = version_at(state, NOON + after(moment))
            assert version >= seen
            seen = version
        at += pause
        try:
            state = moved(state, to, at)
        except NotNow:
            continue
        assert version_at(state, NOON + after(at)) > seen


@given(st.lists(st.tuples(st.sampled_from(RoomStep), st.floats(0.01, 40)), max_size=12))
def test_nothing_is_told_while_answers_are_taken(presses: list[tuple[RoomStep, float]]):
    state, at = lobby(NOON), 0.0
    for to, pause in presses:
        at += pause
        try:
            state = moved(state, to, at)
        except NotNow:
            continue
        told = phase_at(state, NOON + after(at)) in {RoomPhase.REVEAL, RoomPhase.STANDINGS, RoomPhase.PODIUM}
        asked_before = state.question >= 0
        assert not (told and asked_before and NOON + after(at) < state.closes_at + GRACE)


def test_screen_sleeps_until_the_next_moment_and_no_longer():
    state = asked()
    assert still_s(state, NOON, 60) == 1.5, "until it opens"
    assert still_s(state, NOON + after(1.5), 60) == SECONDS, "until it closes"
    assert still_s(state, NOON + after(100), 60) == 60, "nothing more comes by itself"


def test_answer_that_is_shown_later_wakes_the_screen():
    shown = moved(moved(asked(), RoomStep.CLOSE, 10), RoomStep.REVEAL, 10.5)
    assert still_s(shown, NOON + after(10.5), 60) == 1
    assert phase_at(shown, NOON + after(11.5)) is RoomPhase.REVEAL


@given(
    st.lists(st.tuples(st.sampled_from(RoomStep), st.integers(0, 40_000_000)), max_size=12),
    st.integers(0, 999_999),
)
def test_no_moment_of_a_room_is_finer_than_a_tenth_of_a_second(
    steps: list[tuple[RoomStep, int]], started: int
):
    now = NOON + timedelta(microseconds=started)
    state = lobby(now)
    for to, later in steps:
        now += timedelta(microseconds=later)
        with suppress(NotNow):
            state = step(state, to, now, questions=QUESTIONS, seconds=SECONDS)
        for moment in (state.opens_at, state.closes_at, state.since):
            assert moment.microsecond % 100_000 == 0
        assert phase_at(state, now) is not RoomPhase.READY or now < state.opens_at


def test_a_question_that_is_closed_is_closed_at_once():
    now = NOON + timedelta(seconds=5, microseconds=123_456)
    state = step(asked(), RoomStep.CLOSE, now, questions=QUESTIONS, seconds=SECONDS)
    assert phase_at(state, now) is RoomPhase.CLOSED
