"""The fair order, and when a run may be expected to end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.submissions.queue.fair_order import Running, Waiting, expected_finish, line_up, typical_runs

NOW = datetime(2026, 10, 1, 10, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=7)


def a_wait(number: int, owner: int | None = 1, *, due: datetime = DUE, at_s: int | None = None) -> Waiting:
    received = NOW + timedelta(seconds=number if at_s is None else at_s)
    return Waiting(number, owner, "digits", due, received)


def order(waiting: list[Waiting], in_flight: list[int | None] | None = None) -> list[int]:
    return [entry.grading_id for entry in line_up(waiting, in_flight or [])]


def test_first_come_first_served():
    assert order([a_wait(2, owner=2), a_wait(1, owner=1)]) == [1, 2]


def test_who_has_nothing_under_way_goes_first():
    assert order([a_wait(1, owner=1), a_wait(2, owner=2)], in_flight=[1]) == [2, 1]


def test_ten_hand_ins_do_not_hold_up_another_student():
    flood = [a_wait(number, owner=1) for number in range(10)]
    assert order([*flood, a_wait(99, owner=2)])[:3] == [0, 99, 1]


def test_nearer_deadline_goes_first():
    soon = NOW + timedelta(hours=1)
    assert order([a_wait(1, owner=1), a_wait(2, owner=2, due=soon)]) == [2, 1]


def test_baselines_wait_for_everybody():
    assert order([a_wait(1, owner=None), a_wait(2, owner=5), a_wait(3, owner=5)]) == [2, 3, 1]


waits = st.lists(
    st.builds(
        a_wait,
        st.integers(0, 1000),
        st.one_of(st.none(), st.integers(1, 4)),
        due=st.sampled_from([DUE, DUE + timedelta(days=1)]),
        at_s=st.integers(0, 50),
    ),
    max_size=15,
    unique_by=lambda entry: entry.grading_id,
)


@given(waits, st.randoms(use_true_random=False))
def test_order_of_input_never_matters(waiting: list[Waiting], random: Random):
    shuffled = list(waiting)
    random.shuffle(shuffled)
    assert line_up(shuffled, []) == line_up(waiting, [])


@given(waits, st.lists(st.one_of(st.none(), st.integers(1, 4)), max_size=6))
def test_nobody_is_forgotten(waiting: list[Waiting], in_flight: list[int | None]):
    assert sorted(order(waiting, in_flight)) == sorted(entry.grading_id for entry in waiting)


@given(waits)
def test_own_hand_ins_keep_their_order(waiting: list[Waiting]):
    """With one deadline, nobody is overtaken by oneself."""
    one_due = [Waiting(e.grading_id, e.owner, e.slug, DUE, e.received_at) for e in waiting]
    mine = [entry for entry in line_up(one_due, []) if entry.owner == 1]
    assert mine == sorted(mine, key=lambda entry: (entry.received_at, entry.grading_id))


MINUTE = timedelta(minutes=1)
TYPICAL = {"digits": MINUTE}


def test_one_slot_takes_one_after_the_other():
    assert expected_finish(["digits"] * 3, [], 1, TYPICAL, NOW) == NOW + 3 * MINUTE


def test_two_slots_take_two_at_once():
    assert expected_finish(["digits"] * 3, [], 2, TYPICAL, NOW) == NOW + 2 * MINUTE


def test_a_run_under_way_is_waited_for():
    running = [Running("digits", NOW - MINUTE / 2)]
    assert expected_finish(["digits"], running, 1, TYPICAL, NOW) == NOW + 1.5 * MINUTE


def test_a_run_that_gives_way_is_not_waited_for():
    running = [Running("digits", NOW - MINUTE / 2, yields=True)]
    assert expected_finish(["digits"], running, 1, TYPICAL, NOW) == NOW + MINUTE


def test_an_overdue_run_is_expected_to_end_now():
    running = [Running("digits", NOW - 5 * MINUTE)]
    assert expected_finish(["digits"], running, 1, TYPICAL, NOW) == NOW + MINUTE


def test_without_a_worker_nobody_knows():
    assert expected_finish(["digits"], [], 0, TYPICAL, NOW) is None


def test_typical_is_the_middle_of_recent_runs():
    runs = [timedelta(seconds=seconds) for seconds in (1, 2, 600)]
    assert typical_runs({"digits": runs, "new": []}) == {"digits": timedelta(seconds=2)}
