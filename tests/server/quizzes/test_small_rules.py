"""Near misses, the rotating word, standings, and how fast a thumb may be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.quizzes.codes.edit_distance import is_one_edit, near_misses
from server.quizzes.codes.join_code import WORDS, is_word, word_at
from server.quizzes.room.answer_rate_limit import BURST, PER_S, AnswerRateLimit
from server.quizzes.room.ranks import ranking
from tests.server.builders import NOON

CODES = st.text("ABC12", min_size=6, max_size=6)


@pytest.mark.parametrize("typed", ["ABC124", "ABC12", "ABC1234", "BAC123", "ABC132", "XABC123"])
def test_one_slip_is_a_near_miss(typed: str):
    assert near_misses(typed, ["ABC123", "QWE456"]) == ["ABC123"]


@pytest.mark.parametrize("typed", ["ABC123", "ABD124", "321CBA", "ABC", ""])
def test_more_or_less_than_one_slip_is_none(typed: str):
    assert near_misses(typed, ["ABC123"]) == []


@given(CODES, st.integers(0, 5), st.sampled_from("ABC12"))
def test_replacing_a_character_is_one_edit(code: str, at: int, by: str):
    other = code[:at] + by + code[at + 1 :]
    assert is_one_edit(code, other) is (code != other)


@given(CODES, CODES)
def test_edits_go_both_ways(one: str, other: str):
    assert is_one_edit(one, other) is is_one_edit(other, one)


def test_word_changes_and_the_last_one_is_still_good():
    word = word_at("seed", NOON)
    assert is_word("seed", word, NOON + timedelta(seconds=45))
    words = {word_at("seed", NOON + timedelta(seconds=30 * turn)) for turn in range(40)}
    assert len(words) > 10


def test_accents_and_capitals_of_the_word_do_not_count():
    moment = next(
        NOON + timedelta(seconds=30 * turn)
        for turn in range(5000)
        if word_at("seed", NOON + timedelta(seconds=30 * turn)) == "szék"
    )
    assert is_word("seed", " SZEK ", moment)


def test_words_can_be_told_apart_without_accents():
    assert len({word for word in WORDS if is_word("", word, NOON)}) <= 2


def test_no_other_rooms_word_is_good():
    others = [word_at(f"room {number}", NOON) for number in range(60)]
    assert sum(is_word("seed", word, NOON) for word in others) < 20


def test_equal_points_share_a_place():
    placed = ranking({1: 500, 2: 900, 3: 500, 4: 0})
    assert [(one.player_id, one.rank) for one in placed] == [(2, 1), (1, 2), (3, 2), (4, 4)]


@given(st.dictionaries(st.integers(1, 99), st.integers(0, 5), max_size=20))
def test_places_follow_points(points: dict[int, int]):
    for one in ranking(points):
        assert one.rank == 1 + sum(other > points[one.player_id] for other in points.values())


def test_thumb_may_be_quick_but_not_a_machine():
    thumbs = AnswerRateLimit()
    passed = [thumbs.wait_s("phone", 0.0) == 0 for _tap in range(BURST + 5)]
    assert passed == [True] * BURST + [False] * 5
    assert thumbs.wait_s("other phone", 0.0) == 0


def test_thumb_that_rested_may_go_on():
    thumbs = AnswerRateLimit()
    for _tap in range(BURST):
        thumbs.wait_s("phone", 0.0)
    wait = thumbs.wait_s("phone", 0.0)
    assert wait == 1
    assert [thumbs.wait_s("phone", float(wait)) for _tap in range(int(PER_S))] == [0] * int(PER_S)
