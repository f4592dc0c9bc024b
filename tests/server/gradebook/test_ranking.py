"""Places: the best of each student counts, equals share a place, baselines take none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.gradebook.ranking import Better, Entry, ranked

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def an_entry(name: str, owner: int | None, score: float, at_s: int = 0) -> Entry:
    return Entry(name, owner, score, NOW + timedelta(seconds=at_s))


def places(*entries: Entry, better: Better = Better.HIGHER) -> list[tuple[str, int | None]]:
    return [(ordered.entry.id, ordered.rank) for ordered in ranked(entries, better)]


def test_equal_scores_share_a_place_and_the_next_is_skipped():
    found = places(an_entry("a", 1, 0.9, 5), an_entry("b", 2, 0.9, 1), an_entry("c", 3, 0.8))
    assert found == [("b", 1), ("a", 1), ("c", 3)]


def test_only_the_best_of_a_student_counts():
    assert places(an_entry("a", 1, 0.5), an_entry("b", 1, 0.7), an_entry("c", 1, 0.6)) == [("b", 1)]


def test_the_earlier_of_two_equal_ones_counts():
    assert places(an_entry("later", 1, 0.7, 9), an_entry("earlier", 1, 0.7, 2)) == [("earlier", 1)]


def test_baselines_stand_between_without_a_place():
    found = places(an_entry("a", 1, 0.9), an_entry("reference", None, 0.8), an_entry("b", 2, 0.7))
    assert found == [("a", 1), ("reference", None), ("b", 2)]


def test_scores_that_look_equal_are_equal():
    found = places(an_entry("a", 1, 0.90001), an_entry("b", 2, 0.90004))
    assert [rank for _name, rank in found] == [1, 1]


def test_lower_is_better_for_losses():
    found = places(an_entry("a", 1, 0.9), an_entry("b", 2, 0.1), better=Better.LOWER)
    assert found == [("b", 1), ("a", 2)]


entries = st.lists(
    st.builds(
        an_entry,
        st.uuids().map(str),
        st.one_of(st.none(), st.integers(1, 6)),
        st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]),
        st.integers(0, 20),
    ),
    max_size=20,
    unique_by=lambda entry: entry.id,
)


@given(entries, st.randoms(use_true_random=False))
def test_order_of_input_never_matters(given_entries: list[Entry], random: Random):
    shuffled = list(given_entries)
    random.shuffle(shuffled)
    assert ranked(shuffled) == ranked(given_entries)


@given(entries)
def test_same_score_means_same_place(given_entries: list[Entry]):
    ordered = [one for one in ranked(given_entries) if one.rank is not None]
    by_score = {one.entry.score: one.rank for one in ordered}
    assert all(by_score[one.entry.score] == one.rank for one in ordered)


@given(entries)
def test_place_is_one_more_than_those_above(given_entries: list[Entry]):
    ordered = [one for one in ranked(given_entries) if one.rank is not None]
    for one in ordered:
        assert one.rank == 1 + sum(other.entry.score > one.entry.score for other in ordered)
