"""When private shares are told: not before what counts is settled, and not before what it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from assignments.late_policy import Offset
from server.courses.models import Course
from server.database import Database
from server.deadlines.reveal import Dates, is_revealed, not_before_earlier, reveal_moment, reveal_of
from server.grading.published import in_force
from server.standings.reveal_dates import reveal_in_force
from tests.server.builders import COURSE
from tests.server.deadlines.clocks import DAY, DUE, DUES, SECOND, local, makeup, policy, rules
from tests.server.submissions.builders import ZONE, an_assignment

TOKEN = Offset(days=1)
GRACE = policy().grace
SPANS = st.dictionaries(st.text("abc", min_size=1), st.tuples(DUES, DUES), max_size=5)


def test_moment_that_is_set_is_the_moment():
    assert reveal_moment(Dates(rules(), DUE + 9 * DAY), [DUE + 30 * DAY], 3, TOKEN) == DUE + 9 * DAY


def test_left_out_it_is_the_end_of_the_last_line():
    late = policy(last_day=2)
    assert reveal_moment(Dates(rules(late=late), None), [], 0, TOKEN) == DUE + 2 * DAY + GRACE
    assert reveal_moment(Dates(rules(late=late), None), [DUE + 3 * DAY], 1, TOKEN) == DUE + 6 * DAY + GRACE


@pytest.mark.parametrize("last", [DUE, DUE + GRACE])
def test_nothing_is_told_in_the_last_second_of_hand_ins(last: datetime):
    within, after = last + timedelta(milliseconds=999), last + timedelta(seconds=1)
    assert [is_revealed(last, now) for now in (within, after)] == [False, True]


def test_who_makes_up_is_told_when_the_makeup_is_over_with_its_grace():
    again = makeup()
    reveal = reveal_of(Dates(rules(makeup=again), DUE), [], 0, TOKEN)
    assert reveal.own(DUE, [again.opens]) == again.due + GRACE
    assert reveal.own(DUE, []) == DUE, "who makes nothing up waits for nobody"


def test_board_is_not_told_while_make_ups_are_taken():
    again = makeup()
    reveal = reveal_of(Dates(rules(makeup=again), DUE), [], 0, TOKEN)
    last = again.due + GRACE
    moments = [again.opens - SECOND, again.opens, last + timedelta(milliseconds=999), last + SECOND]
    assert [reveal.board_is_revealed(now) for now in moments] == [True, False, False, True]


def test_extended_student_is_told_when_their_own_line_is_over():
    late = policy(last_day=2)
    reveal = reveal_of(Dates(rules(late=late), DUE + 4 * DAY), [DUE + 7 * DAY], 1, TOKEN)
    own = DUE + 7 * DAY + DAY + 2 * DAY + GRACE
    assert reveal.own(DUE + 7 * DAY, []) == own
    assert reveal.own(DUE, []) == DUE + 4 * DAY, "others do not wait for them"
    assert reveal.latest == own, "the board does"


def test_due_moment_that_is_moved_past_the_reveal_moves_it_along():
    assert reveal_moment(Dates(rules(DUE + 9 * DAY), DUE), [], 0, TOKEN) == DUE + 9 * DAY


@given(SPANS)
def test_none_is_told_before_those_that_are_due_earlier(moments: Mapping[str, tuple[datetime, datetime]]):
    reveals = {
        slug: reveal_of(Dates(rules(due), reveal), [], 1, TOKEN) for slug, (due, reveal) in moments.items()
    }
    told = not_before_earlier(reveals)
    in_order = [told[slug] for slug in sorted(reveals, key=lambda slug: (moments[slug][0], slug))]
    assert all(one.common >= earlier.latest for earlier, one in pairwise(in_order))
    assert all(told[slug].common >= one.common for slug, one in reveals.items())


def test_assignment_waits_for_an_earlier_one_whose_tokens_change_it(database: Database):
    """What "first" took of the tokens follows from its private result, and shows in "second"."""
    with database.write() as session:
        late = "per_day = 0.10\nlast_day = 3\ntokens = 1"
        an_assignment(session, "first", late=late, due="2026-10-25T23:59:59\nreveal = 2026-12-24T12:00:00")
        an_assignment(session, "second", late=late, due="2026-11-25T23:59:59")
    assert _told(database, "second") < local("2026-12-01T00:00:00")
    with database.write() as session:
        session.execute(update(Course).values(tokens_per_term=2))
    assert _told(database, "second") == local("2026-12-24T12:00:00")


def _told(database: Database, slug: str) -> datetime:
    with database.read() as session:
        return reveal_in_force(session, COURSE, in_force(session, COURSE, slug, ZONE).spec).common
