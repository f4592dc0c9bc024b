"""The rules and what they did in words, in both languages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given
from hypothesis import strategies as st

from assignments.late_policy import After, LatePolicy, MakeupFor, Offset
from assignments.spec import read_assignment
from server.deadlines.late_result import Step, StepKind, explain
from server.deadlines.schedule import DeadlinePhase, Rules
from server.deadlines.sentences import (
    PHASES,
    line_sentences,
    makeup_sentences,
    number,
    offset_words,
    own_due_sentence,
    step_sentence,
)
from tests.assignments.texts import ASSIGNMENT, changed
from tests.server.deadlines.clocks import (
    DAY,
    DUE,
    MINUTE,
    TEN,
    attempt,
    attempts,
    clocks,
    dec,
    makeup,
    policy,
    rules,
    step,
)

LANGUAGES = ("en", "hu")
APP = Flask("server")
Babel(APP, default_translation_directories="translations")


def spoken(text: object, language: str = "en") -> str:
    with APP.test_request_context(), force_locale(language):
        return str(text)


def line(language: str = "en", closes: str = "", **facts) -> list[str]:  # noqa: ANN003
    return [spoken(text, language) for text in line_sentences(policy(**facts), closes)]


def test_daily_shorthand_is_one_sentence():
    assert line() == ["Each late day takes 10 % of your points.", "After 3 days nothing is taken any more."]


def test_steps_are_a_sentence_each():
    steps = (step("36h", "keep", 0.9), step(2, "keep", 0.5), step(7, "minus", 0.525))
    assert line(steps=steps, after=After.PRACTICE) == [
        "Up to 36 hours late: 90 % of your points are kept.",
        "Up to 2 days late: 50 % of your points are kept.",
        "Up to 7 days late: 52.5 % of the maximum are taken off.",
        "After 7 days you may hand in for practice: it is graded, and worth no points.",
    ]


def test_floor_tokens_and_wall_are_a_sentence_each():
    assert line(floor=dec(0.3), tokens=2, closes="2 November")[2:] == [
        "Lateness takes no result below 30 % of the maximum.",
        "You may use up to 2 of your time tokens here.",
        "After 2 November nothing counts, not even with an extension.",
    ]


def test_grace_is_never_told():
    assert line(grace=timedelta(minutes=7)) == line(grace=timedelta())


def test_no_late_days_is_one_sentence():
    assert line(last_day=0) == ["After the due moment nothing is taken any more."]


def test_hungarian_has_its_own_words_and_decimal_sign():
    told = line("hu", steps=(step(1, "minus", 0.125),))
    assert "12,5" in told[0]
    assert told != line(steps=(step(1, "minus", 0.125),))


def test_make_up_says_who_when_and_how_much():
    assert [spoken(text) for text in makeup_sentences(makeup(fee=True), "Monday", "Sunday")] == [
        "The make-up is open from Monday to Sunday.",
        "It is for those who have less than 40 % of the maximum.",
        "At most 40 % of the maximum can be earned in it.",
        "It costs a fee, which you pay to the department.",
    ]
    open_to_all = makeup_sentences(makeup(cap=dec(1), who=MakeupFor.ALL), "Monday", "Sunday")
    assert len(open_to_all) == 1


def test_own_due_moment_has_its_reason():
    assert spoken(own_due_sentence("Sunday 23:59")) == "For you: due Sunday 23:59."
    said = "For you: due Sunday 23:59, because of the extension of 24 October."
    assert spoken(own_due_sentence("Sunday 23:59", "24 October")) == said


def test_explanation_reads_from_what_was_earned_to_what_counts():
    steps = explain(rules(), DUE, attempt(DUE + DAY, 8.5), TEN)
    assert [spoken(step_sentence(one)) for one in steps] == [
        "It earned 8.5 points.",
        "It came on late day 1: 90 % of the points are kept, 7.65.",
    ]


@pytest.mark.parametrize(
    ("value", "en", "hu"),
    [("7.650", "7.65", "7,65"), ("10", "10", "10"), ("1E+1", "10", "10"), ("0.0", "0", "0")],
)
def test_numbers_have_no_idle_zeros(value: str, en: str, hu: str):
    assert (spoken(number(Decimal(value))), spoken(number(Decimal(value)), "hu")) == (en, hu)


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (Offset(days=1), "one day"),
        (Offset(days=14), "14 days"),
        (Offset(elapsed=timedelta(hours=1)), "one hour"),
        (Offset(elapsed=timedelta(hours=36)), "36 hours"),
        (Offset(elapsed=timedelta(minutes=1)), "one minute"),
        (Offset(elapsed=timedelta(minutes=90)), "90 minutes"),
    ],
)
def test_offsets_are_told_in_their_own_unit(offset: Offset, words: str):
    assert spoken(offset_words(offset)) == words


@pytest.mark.parametrize("kind", StepKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_a_sentence(kind: StepKind, language: str):
    said = spoken(step_sentence(Step(kind, dec(1.25), dec(0.5), count=3)), language)
    assert said
    assert "%" not in said.replace("50 %", "").replace("50%", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phase_has_a_name(language: str):
    assert set(PHASES) == set(DeadlinePhase)
    assert len({spoken(name, language) for name in PHASES.values()}) == len(DeadlinePhase)


def written(late: LatePolicy) -> str:
    """The table [late] that says this."""
    steps = ", ".join(f'{{ until = "{one.until}", {one.verb} = {one.share} }}' for one in late.steps)
    return (
        f'grace = "{late.grace // MINUTE}m"\n'
        + (f"steps = [{steps}]\n" if steps else "")
        + f"floor = {late.floor}\ntokens = {late.tokens}\n"
        + (f"closes = {late.closes.isoformat()}\n" if late.closes else "")
        + f'after = "{late.after}"\n'
    )


@given(clocks(with_makeup=False), st.sampled_from(LANGUAGES))
def test_any_policy_that_can_be_read_can_be_told(clock: Rules, language: str):
    text = changed(ASSIGNMENT, 'grace = "5m"\nper_day = 0.1\nlast_day = 3\n', written(clock.late))
    text = changed(text, "2026-10-04T23:59:59", clock.due.isoformat())
    text = changed(text, "2026-09-14T08:00:00", clock.opens.isoformat())
    found = read_assignment(text, clock.zone).late
    assert found == clock.late
    assert all(spoken(one, language) for one in line_sentences(found, "Monday"))


@given(clocks().flatmap(lambda clock: st.tuples(st.just(clock), attempts(clock))), st.sampled_from(LANGUAGES))
def test_describing_any_clock_never_fails(case: tuple[Rules, list], language: str):
    clock, sent = case
    told = [*line_sentences(clock.late, "Monday")]
    if clock.makeup:
        told += makeup_sentences(clock.makeup, "Monday", "Sunday")
    told += [step_sentence(one) for each in sent for one in explain(clock, clock.due, each, TEN)]
    said = [spoken(text, language) for text in told]
    assert all(said)
    assert not any("%(" in text or "%%" in text for text in said)
