"""Final scores on fresh data: drawn once after the deadline; until they are there, the old numbers stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from grader.contract import JobReturn, ReturnCause, Verdict
from server.errors import BadInput
from server.gradebook.leaderboard import leaderboard_of
from server.gradebook.overview import OverviewFilter, overview_of
from server.grading.held_out import held_out_keys
from server.grading.in_force import current
from server.grading.models import FinalDraw, Grading, Regrade, State, Submission
from server.grading.published import in_force
from server.person import Person
from server.standings.models import Standing
from server.submissions.hand_in import add_baseline
from server.submissions.overviews import Reader
from server.submissions.queries import finished
from server.submissions.queue.cancellation import cancel, resume
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.losses import LONGEST_PAUSE, MOST_LOSSES
from server.submissions.queue.recording import record_report, record_return
from server.submissions.queue.releasing import Release, mark_sent, release
from server.submissions.report.building import report_card
from server.submissions.reruns.final_draw import Final, draw_final
from server.submissions.reruns.regrades import RegradeAuthor as Regrader
from server.submissions.reruns.regrades import apply_regrade, start_regrade
from tests.server.builders import COURSE, NOON
from tests.server.standings.cases import by, done_to
from tests.server.submissions.builders import (
    HELD_OUT,
    SLUG,
    ZONE,
    a_file,
    a_graded_submission,
    a_hello,
    a_report,
    a_share,
    a_submission,
    an_assignment,
)
from tests.server.submissions.conftest import Course

FRESH = HELD_OUT.replace('load = "data.py:load"', 'load = "data.py:load"\nfinal = "fresh"')
OVER = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # the window closed on 28 October


@pytest.fixture
def fresh(course: Course) -> Course:
    """The course, its assignment with final data."""
    with course.database.write() as session:
        an_assignment(session, tables=FRESH)
    return course


def scored(course: Course, person: Person, score: float, minutes: int = 0) -> str:
    with course.database.write() as session:
        now = NOON + timedelta(minutes=minutes)
        share = a_share(score)
        told = {"public": share, "private": share}
        return a_graded_submission(session, person, now=now, score=score, content=b"%f" % score, told=told).id


def draw(course: Course, now: datetime = OVER) -> Final:
    with course.database.write() as session:
        return draw_final(session, COURSE, SLUG, ZONE, now)


def released(course: Course, now: datetime = OVER) -> list[Release]:
    with course.database.write() as session:
        record_worker(session, a_hello(slots=1000), now)
        session.flush()
        jobs = release(session, ZONE, now)
        for job in jobs:
            mark_sent(session, job, now)
        return jobs


def run_finals(course: Course, score: float, verdict: Verdict = Verdict.SCORED) -> None:
    for one in released(course):
        with course.database.write() as session:
            record_report(session, a_report(one.job.attempt_id, score=score, verdict=verdict), OVER)


def lose_finals(course: Course, now: datetime) -> None:
    """Each run takes its box with it."""
    for one in released(course, now):
        with course.database.write() as session:
            record_return(session, JobReturn(one.job.attempt_id, "grader-1", ReturnCause.LOST, ""), now)


def best(course: Course) -> dict[tuple[str, int], float]:
    with course.database.read() as session:
        rows = select(Standing).where(Standing.course_id == COURSE)
        return {(one.slug, one.user_id): float(one.public_points or 0) for one in session.scalars(rows)}


def counting(course: Course, submission_id: str) -> tuple[float | None, bool]:
    with course.database.read() as session:
        grading = current(session.get_one(Submission, submission_id))
        return grading.points, grading.final


def test_nothing_is_drawn_while_hand_ins_are_taken(fresh: Course):
    scored(fresh, fresh.anna, 0.5)
    with pytest.raises(BadInput, match="Hand-ins are taken until"):
        draw(fresh, NOON)


def test_nothing_is_drawn_within_the_last_second(fresh: Course):
    """The window closes with the grace of the last late day, and lasts to the end of that second."""
    scored(fresh, fresh.anna, 0.5)
    closes = datetime(2026, 10, 28, 23, 4, 59, tzinfo=UTC)
    with pytest.raises(BadInput, match="Hand-ins are taken until"):
        draw(fresh, closes + timedelta(milliseconds=999))
    assert draw(fresh, closes + timedelta(seconds=1)).added == 1


def test_nothing_is_drawn_where_no_final_data_are_asked_for(course: Course):
    with pytest.raises(BadInput, match="No final data are asked for"):
        draw(course)


def test_nothing_is_drawn_while_a_run_may_change_the_best(fresh: Course):
    with fresh.database.write() as session:
        a_submission(session, fresh.anna)
    with pytest.raises(BadInput, match="1 runs have not ended"):
        draw(fresh)


def test_best_of_each_student_is_run_once_more(fresh: Course):
    scored(fresh, fresh.anna, 0.4)
    good = scored(fresh, fresh.anna, 0.8, 1)
    scored(fresh, fresh.anna, 0.6, 2)
    only = scored(fresh, fresh.bela, 0.3, 3)
    assert draw(fresh).added == 2
    assert {one.submission_id for one in released(fresh)} == {good, only}


def test_of_equal_ones_the_first_counts_and_is_run(fresh: Course):
    first = scored(fresh, fresh.anna, 0.5)
    scored(fresh, fresh.anna, 0.5, 5)
    draw(fresh)
    assert [one.submission_id for one in released(fresh)] == [first]


def test_baselines_are_run_too(fresh: Course):
    with fresh.database.write() as session:
        add_baseline(session, in_force(session, COURSE, SLUG, ZONE), "reference", (a_file(),), NOON)
    scored(fresh, fresh.anna, 0.5)
    assert draw(fresh).added == 2


def test_second_call_draws_nothing_and_adds_nothing(fresh: Course):
    scored(fresh, fresh.anna, 0.5)
    first, again = draw(fresh), draw(fresh, OVER + timedelta(days=1))
    assert (first.added, again.added, again.under_way) == (1, 0, 1)
    assert first.drawn_at == again.drawn_at == OVER
    with fresh.database.read() as session:
        assert len(session.scalars(select(FinalDraw)).all()) == 1


def test_final_runs_have_a_key_of_their_own(fresh: Course):
    scored(fresh, fresh.anna, 0.5)
    draw(fresh)
    [one] = released(fresh)
    with fresh.database.read() as session:
        keys = held_out_keys(session, COURSE, OVER)
    assert one.job.held_out_key == keys.of(SLUG, final=True)
    assert one.job.held_out_key != keys.of(SLUG)


def test_old_numbers_stay_until_the_final_run_has_ended(fresh: Course):
    submission_id = scored(fresh, fresh.anna, 0.5)
    draw(fresh)
    assert counting(fresh, submission_id) == (5.0, False)
    released(fresh)
    assert counting(fresh, submission_id) == (5.0, False)
    assert best(fresh) == {(SLUG, fresh.anna.id): 5.0}
    with fresh.database.read() as session:
        assert finished(session.get_one(Submission, submission_id)).score == 0.5


def test_final_run_alone_counts_once_it_has_ended(fresh: Course):
    scored(fresh, fresh.anna, 0.7)
    submission_id = scored(fresh, fresh.anna, 0.8, 1)
    draw(fresh)
    run_finals(fresh, 0.6)
    assert counting(fresh, submission_id) == (6.0, True)
    assert best(fresh) == {(SLUG, fresh.anna.id): 6.0}  # and not the 7.0 of the other hand-in
    with fresh.database.read() as session:
        reader = Reader(fresh.lecturer, "en", ZONE, NOON)
        [row] = leaderboard_of(session, SLUG, reader).rows
        assert (row.submission_id, row.score, row.tries) == (submission_id, 0.6, 2)
        points = {
            row.person.id: row.standing for row in overview_of(session, SLUG, reader, OverviewFilter()).rows
        }
    assert points[fresh.anna.id].public.points == 6


def test_fault_of_ours_leaves_the_old_numbers_and_can_be_run_again(fresh: Course):
    submission_id = scored(fresh, fresh.anna, 0.5)
    draw(fresh)
    for number in range(MOST_LOSSES):
        lose_finals(fresh, OVER + number * LONGEST_PAUSE)
    assert counting(fresh, submission_id) == (5.0, False)
    assert draw(fresh).added == 1
    run_finals(fresh, 0.6)
    assert counting(fresh, submission_id) == (6.0, True)


def test_code_that_fails_on_fresh_data_has_no_points(fresh: Course):
    """Otherwise a table of the old data that gives up on others would keep its score."""
    submission_id = scored(fresh, fresh.anna, 1.0)
    draw(fresh)
    run_finals(fresh, 0.0, Verdict.FAILED)
    assert counting(fresh, submission_id) == (None, True)
    assert best(fresh) == {(SLUG, fresh.anna.id): 0.0}
    final = draw(fresh)
    assert (final.added, final.without_score) == (0, (submission_id,))


def test_report_says_that_it_is_final(fresh: Course):
    submission_id = scored(fresh, fresh.anna, 0.5)
    cards = []
    draw(fresh)
    for _ in range(2):
        with fresh.database.read() as session:
            submission = session.get_one(Submission, submission_id)
            cards.append(report_card(session, submission, Reader(fresh.anna, "en", ZONE, OVER)))
        run_finals(fresh, 0.6)
    assert [card.final for card in cards] == [False, True]


def test_student_without_a_final_run_keeps_what_there_is(fresh: Course):
    scored(fresh, fresh.anna, 0.5)
    draw(fresh)
    run_finals(fresh, 0.6)
    scored(fresh, fresh.bela, 0.4, 10)
    assert best(fresh) == {(SLUG, fresh.anna.id): 6.0, (SLUG, fresh.bela.id): 4.0}
    with fresh.database.read() as session:
        in_force = session.scalars(select(Grading).where(Grading.in_force).order_by(Grading.id)).all()
        states = session.scalars(select(Grading.state)).all()
    assert sorted(grading.final for grading in in_force) == [False, True]
    assert set(states) == {State.DONE}


def regraded(course: Course, now: datetime = OVER) -> int:
    with course.database.write() as session:
        published = in_force(session, COURSE, SLUG, ZONE)
        return start_regrade(session, published, None, Regrader(None, now, "why")).id


def test_nothing_is_drawn_while_a_regrade_is_open(fresh: Course):
    """Applied afterwards it would put results of before in the place of final ones."""
    scored(fresh, fresh.anna, 0.9)
    regraded(fresh)
    run_finals(fresh, 0.8)
    with pytest.raises(BadInput, match="A regrade of this assignment is open"):
        draw(fresh)


def test_regrade_waits_for_the_final_runs(fresh: Course):
    scored(fresh, fresh.anna, 0.9)
    draw(fresh)
    with pytest.raises(BadInput, match="Final runs of this assignment have not ended"):
        regraded(fresh)


def test_regrade_of_final_runs_is_final_too(fresh: Course):
    number = scored(fresh, fresh.anna, 0.9)
    draw(fresh)
    run_finals(fresh, 0.4)
    regrade = regraded(fresh)
    run_finals(fresh, 0.3)
    with fresh.database.write() as session:
        apply_regrade(session, session.get_one(Regrade, regrade), Regrader(None, OVER))
    assert counting(fresh, number) == (3.0, True)


def test_cancelled_final_run_does_not_go_on_beside_another(fresh: Course):
    """Whichever ended last would count."""
    number = scored(fresh, fresh.anna, 0.9)
    draw(fresh)
    author = by(fresh.lecturer, now=OVER)
    done_to(fresh, cancel, number, author)
    assert draw(fresh).added == 1
    with pytest.raises(BadInput, match="has taken its place"):
        done_to(fresh, resume, number, author)


def test_cancelled_final_run_goes_on_where_there_is_no_other(fresh: Course):
    number = scored(fresh, fresh.anna, 0.9)
    draw(fresh)
    author = by(fresh.lecturer, now=OVER)
    done_to(fresh, cancel, number, author)
    done_to(fresh, resume, number, author)
    run_finals(fresh, 0.4)
    assert counting(fresh, number) == (4.0, True)
