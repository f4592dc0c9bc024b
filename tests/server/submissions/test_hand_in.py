"""A hand-in is real when its transaction has ended, once for each key, within window and tries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.contract import BundleFile, Verdict
from server.errors import Closed, KeyReused, NotOpen, Refusal, TriesUsedUp, UnknownAssignment, Unpublished
from server.grading.in_force import current
from server.grading.models import Grading, PublishedAssignment, State, Submission
from server.person import Person
from server.submissions.admission.tries import HAND_INS, PERSON_BYTES, SIZES
from server.submissions.hand_in import HandIn, hand_in
from server.submissions.models import Outbox
from server.submissions.overviews import assignment_cards, submission_card
from server.submissions.queries import find_submission
from server.submissions.queue.releasing import seed_of
from server.submissions.reader import Reader
from server.submissions.refusals import DayUsedUp
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import (
    SLUG,
    ZONE,
    a_file,
    a_submission,
    an_assignment,
    grading_of,
)
from tests.server.submissions.conftest import Course

pytestmark = pytest.mark.dialects


def number_of(course: Course, table: type) -> int:
    with course.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_submission_grading_and_outbox_are_one(course: Course):
    with course.database.write() as session:
        a_submission(session, course.anna)
    assert [number_of(course, table) for table in (Submission, Grading, Outbox)] == [1, 1, 1]


def test_nothing_is_left_when_the_transaction_fails(course: Course):
    def fail() -> None:
        with course.database.write() as session:
            a_submission(session, course.anna)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert [number_of(course, table) for table in (Submission, Grading, Outbox)] == [0, 0, 0]


def test_new_submission_waits(course: Course):
    with course.database.write() as session:
        submission = a_submission(session, course.anna)
    with course.database.read() as session:
        found = find_submission(session, course.anna, submission.id)
        assert (current(found).state, current(found).attempt) == (State.WAITING, 0)
        assert [file.name for file in found.files] == ["submission.py"]
        assert found.received_at == NOON


@pytest.mark.parametrize(("days", "refusal"), [(-60, NotOpen), (0, None), (25, None), (28, Closed)], ids=str)
def test_window_is_kept(course: Course, days: int, refusal: type[Refusal] | None):
    moment = NOON + timedelta(days=days)
    with course.database.write() as session:
        if refusal is None:
            a_submission(session, course.anna, now=moment)
            return
        with pytest.raises(refusal):
            a_submission(session, course.anna, now=moment)


def test_nothing_is_taken_of_an_unpublished_assignment_and_what_was_stays(course: Course):
    with course.database.write() as session:
        kept = a_submission(session, course.anna).id
        session.get_one(PublishedAssignment, (COURSE, SLUG)).unpublished_at = NOON
    with course.database.write() as session, pytest.raises(Unpublished):
        a_submission(session, course.anna)
    with course.database.read() as session:
        assert find_submission(session, course.anna, kept).id == kept
        shown = {
            person.name: [one.state for one in assignment_cards(session, Reader(person, "en", ZONE, NOON))]
            for person in (course.anna, course.bela, course.lecturer)
        }
    unpublished = ["unpublished"]
    assert list(shown.values()) == [unpublished, [], unpublished]


def test_late_hand_in_is_marked_with_by_how_much(course: Course):
    with course.database.write() as session:
        late = a_submission(session, course.anna, now=NOON + timedelta(days=25))
    with course.database.read() as session:
        found = find_submission(session, course.anna, late.id)
        card = submission_card(session, found, Reader(course.anna, "en", ZONE, NOON))
    assert timedelta(hours=11) < card.late_by < timedelta(hours=14)


def test_unknown_assignment_is_refused(course: Course):
    for slug in ("no-such", "digits\0"):
        with pytest.raises(UnknownAssignment), course.database.write() as session:
            a_submission(session, course.anna, slug=slug)


def test_tries_of_a_day_run_out_and_come_back(course: Course):
    with course.database.write() as session:
        an_assignment(session, "few", per_day=2)
        for _ in range(2):
            a_submission(session, course.anna, slug="few")
        with pytest.raises(TriesUsedUp) as refusal:
            a_submission(session, course.anna, slug="few")
        assert refusal.value.extras == {"retry_after_s": 12 * 3600}
        a_submission(session, course.bela, slug="few")
        a_submission(session, course.anna, slug="few", now=NOON + timedelta(hours=12))


def test_our_fault_costs_no_try(course: Course):
    with course.database.write() as session:
        an_assignment(session, "one", per_day=1)
        submission = a_submission(session, course.anna, slug="one")
        grading = grading_of(session, submission)
        grading.state, grading.verdict, grading.charged = State.DONE, Verdict.GRADER_ERROR, False
        session.flush()
        a_submission(session, course.anna, slug="one")


def test_staff_may_try_an_assignment_at_any_time(course: Course):
    with course.database.write() as session:
        a_submission(session, course.lecturer, now=NOON - timedelta(days=60))


def test_seed_belongs_to_assignment_and_student(course: Course):
    """Neither a comment nor another packing draws another ticket."""
    with course.database.write() as session:
        an_assignment(session, "other")
        mine = [a_submission(session, course.anna, content=b"# %d" % number) for number in range(10)]
        others = [a_submission(session, course.bela), a_submission(session, course.anna, slug="other")]
        assert len({seed_of(one) for one in mine}) == 1
        assert len({seed_of(one) for one in (mine[0], *others)}) == 3


def test_digest_of_several_files_is_what_sha256sum_prints():
    files = (a_file(b"b", "b.py"), a_file(b"a", "a.py"))
    lines = f"{sha256(b'a').hexdigest()}  a.py\n{sha256(b'b').hexdigest()}  b.py\n"
    assert HandIn("digits", files).sha256 == sha256(lines.encode()).hexdigest()
    assert HandIn("digits", files[:1]).sha256 == files[0].sha256


def test_same_key_is_the_same_submission(course: Course):
    with course.database.write() as session:
        one = a_submission(session, course.anna, key="k1")
        again = a_submission(session, course.anna, key="k1", now=NOON + timedelta(days=60))
        assert again.id == one.id


def test_same_key_with_other_bytes_is_refused(course: Course):
    with course.database.write() as session:
        a_submission(session, course.anna, key="k1")
        with pytest.raises(KeyReused):
            a_submission(session, course.anna, key="k1", content=b"other")


def test_keys_of_others_do_not_meet(course: Course):
    with course.database.write() as session:
        one = a_submission(session, course.anna, key="k1")
        assert a_submission(session, course.bela, key="k1").id != one.id


def hand_in_at_once(
    course: Course, person: Person, keys: list[str | None], slug: str = "digits"
) -> list[str]:
    """What becomes of hand-ins that arrive in the same instant: an id, or the slug of the refusal."""
    barrier = Barrier(len(keys))

    def one(key: str | None) -> str:
        barrier.wait()
        try:
            with course.database.write() as session:
                return a_submission(session, person, key=key, slug=slug).id
        except Refusal as refusal:
            return refusal.slug

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(one, keys))


def test_same_key_at_once_is_one_submission(course: Course):
    found = hand_in_at_once(course, course.anna, ["k1"] * 8)
    assert len(set(found)) == 1
    assert number_of(course, Submission) == 1


def test_fifty_hand_ins_at_once_are_ten_where_ten_are_left(course: Course):
    with course.database.write() as session:
        an_assignment(session, "ten", per_day=10)
    found = hand_in_at_once(course, course.anna, [None] * 50, slug="ten")
    assert sorted(one == "tries-used-up" for one in found) == [False] * 10 + [True] * 40
    assert number_of(course, Submission) == 10


def test_last_try_is_given_once(course: Course):
    with course.database.write() as session:
        an_assignment(session, "one", per_day=1)
    found = hand_in_at_once(course, course.anna, [None] * 6, slug="one")
    assert sorted(one == "tries-used-up" for one in found) == [False] + [True] * 5


def refused_run(session: Session, course: Course, slug: str, **facts: Any) -> None:  # noqa: ANN401
    """A hand-in that cost no try."""
    grading = grading_of(session, a_submission(session, course.anna, slug=slug, **facts))
    grading.state, grading.verdict, grading.charged = State.DONE, Verdict.REJECTED, False
    session.flush()


def test_uncharged_hand_ins_run_out_and_come_back(course: Course):
    with course.database.write() as session:
        an_assignment(session, "few", per_day=2)
        for _ in range(2 * HAND_INS):
            refused_run(session, course, "few")
        with pytest.raises(DayUsedUp) as refusal:
            a_submission(session, course.anna, slug="few")
        assert refusal.value.extras == {"retry_after_s": 12 * 3600}
        a_submission(session, course.bela, slug="few")
        a_submission(session, course.anna)
        a_submission(session, course.anna, slug="few", now=NOON + timedelta(hours=12))


def test_last_uncharged_hand_in_is_given_once(course: Course):
    with course.database.write() as session:
        an_assignment(session, "two", per_day=2)
        for _ in range(2 * HAND_INS - 1):
            refused_run(session, course, "two")
    found = hand_in_at_once(course, course.anna, [None] * 6, slug="two")
    assert sorted(one == "day-used-up" for one in found) == [False] + [True] * 5


def test_bytes_of_a_day_run_out(course: Course):
    """Two files of half the size each time: all tries at full size, and as much again."""
    half = BundleFile("a.zip", "0" * 64, 1 << 19), BundleFile("b.zip", "1" * 64, 1 << 19)
    with course.database.write() as session:
        an_assignment(session, "few", per_day=2, upload_mib=1, trials=0)
        for _ in range(2 * SIZES):
            submission = hand_in(session, course.anna, HandIn("few", half), now=NOON, zone=ZONE)
            grading = grading_of(session, submission)
            grading.verdict, grading.charged = Verdict.REJECTED, False
            session.flush()
        with pytest.raises(DayUsedUp, match="4 MiB"):
            a_submission(session, course.anna, slug="few")


def test_bytes_of_all_assignments_run_out(course: Course):
    large = BundleFile("a.zip", "0" * 64, 1 << 30)
    with course.database.write() as session:
        for number in range(PERSON_BYTES >> 30):
            an_assignment(session, f"a{number}", upload_mib=1024, per_day=1)
            request = HandIn(f"a{number}", (large,))
            hand_in(session, course.anna, request, now=NOON, zone=ZONE)
        with pytest.raises(DayUsedUp, match="4096"):
            a_submission(session, course.anna)


def test_staff_are_counted_by_no_day(course: Course):
    with course.database.write() as session:
        an_assignment(session, "one", per_day=1)
        for _ in range(HAND_INS + 1):
            a_submission(session, course.lecturer, slug="one")
