"""What counts of all that was handed in, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from grader.contract import Verdict
from server.accounts.person import Person
from server.db import Database
from server.gradebook.finding import candidates
from server.gradebook.ranking import Better
from server.gradebook.service import leaderboard
from server.submissions.service import Grading, Reader, State, current
from tests.server.builders import COURSE, NOON, a_person
from tests.server.submissions.builders import SLUG, ZONE, a_graded_submission, an_assignment


@dataclass(frozen=True, slots=True)
class Classroom:
    """One student, and where her work is kept."""

    database: Database
    anna: Person


@pytest.fixture
def classroom(database: Database) -> Classroom:
    with database.write() as session:
        return Classroom(database, a_person(session, "ABC123"))


@pytest.mark.parametrize(("better", "best"), [(Better.HIGHER, "good"), (Better.LOWER, "bad")])
def test_best_is_what_the_metric_says(classroom: Classroom, better: Better, best: str):
    anna, scores = classroom.anna, {"good": 0.8, "bad": 0.2, "middle": 0.5}
    with classroom.database.write() as session:
        an_assignment(session)
        ids = {name: a_graded_submission(session, anna, score=score).id for name, score in scores.items()}
        [found] = candidates(session, COURSE, SLUG, better)
    assert (found.id, found.tries) == (ids[best], 3)


def test_earlier_of_two_that_look_equal_counts(classroom: Classroom):
    with classroom.database.write() as session:
        an_assignment(session)
        first = a_graded_submission(session, classroom.anna, score=0.80001).id
        a_graded_submission(session, classroom.anna, score=0.80004, now=NOON + timedelta(hours=1))
        [row] = leaderboard(session, SLUG, Reader(classroom.anna, "en", ZONE, NOON))
    assert row.submission_id == first


def test_regrade_replaces_what_was_graded_before(classroom: Classroom):
    with classroom.database.write() as session:
        an_assignment(session)
        submission = a_graded_submission(session, classroom.anna, score=0.9)
        first = current(submission)
        again = Grading(
            submission_id=submission.id,
            version_id=first.version_id,
            queue=first.queue,
            state=State.DONE,
            created_at=NOON,
            verdict=Verdict.SCORED,
            score=0.4,
            points=4.0,
        )
        session.add(again)
        session.flush()
        [row] = leaderboard(session, SLUG, Reader(classroom.anna, "en", ZONE, NOON))
    assert (row.score, row.tries) == (0.4, 1)
