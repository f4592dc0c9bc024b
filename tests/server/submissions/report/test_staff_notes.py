"""Notes for staff: the gap between the shares by a formula, and robustness beside that of the reference."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.contract import GradeReport, MalformedMessageError, Robustness, StaffNotes
from server.grading.models import Submission
from server.grading.published import in_force
from server.submissions.hand_in import add_baseline
from server.submissions.overviews import Reader
from server.submissions.queries import finished
from server.submissions.report.building import report_card
from server.submissions.report.share_gap import MOST_ERRORS, ShareMean, gap, standard_errors
from server.submissions.report.staff_notes import StaffCard
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import SLUG, ZONE, a_file, a_graded_submission, a_report, a_share
from tests.server.submissions.conftest import Course

sizes = st.integers(1, 5000)
scores = st.floats(0, 1)


@given(score=scores, public=sizes, private=sizes)
def test_equal_scores_have_no_gap(score: float, public: int, private: int):
    assert standard_errors(ShareMean(score, public), ShareMean(score, private)) == 0
    assert gap({"accuracy": score}, {"accuracy": score}, public, private) is None


@given(above=scores, below=scores, first=sizes, second=sizes)
def test_only_a_public_score_above_is_noticed(above: float, below: float, first: int, second: int):
    found = gap({"accuracy": above}, {"accuracy": below}, first, second)
    assert found is None or above > below
    one = standard_errors(ShareMean(above, first), ShareMean(below, second))
    assert math.isclose(
        one, -standard_errors(ShareMean(below, second), ShareMean(above, first)), abs_tol=1e-9
    )


@given(above=scores, below=scores, size=sizes, more=st.integers(2, 10))
def test_more_examples_make_a_gap_surer(above: float, below: float, size: int, more: int):
    few = standard_errors(ShareMean(above, size), ShareMean(below, size))
    many = standard_errors(ShareMean(above, more * size), ShareMean(below, more * size))
    assert abs(many) >= abs(few) - 1e-9
    assert math.isclose(many, few * math.sqrt(more), rel_tol=1e-6, abs_tol=1e-6)


def test_formula_is_that_of_the_handbook():
    """Accuracy 1 on 300 and 0.9 on 700: the pooled share is 0.93."""
    expected = 0.1 / math.sqrt(0.93 * 0.07 * (1 / 300 + 1 / 700))
    assert standard_errors(ShareMean(1.0, 300), ShareMean(0.9, 700)) == pytest.approx(expected)
    assert expected > MOST_ERRORS


def test_one_in_hundreds_is_noticed_by_chance():
    """Exact, over all outcomes of two binomial shares of 60 and 90 examples at accuracy 0.8."""

    def binomial(n: int, p: float) -> list[float]:
        return [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]

    noticed = sum(
        here * there
        for right, here in enumerate(binomial(60, 0.8))
        for also, there in enumerate(binomial(90, 0.8))
        if gap({"accuracy": right / 60}, {"accuracy": also / 90}, 60, 90)
    )
    assert 0 < noticed < 0.003


def test_errors_and_correlations_have_no_such_gap():
    for key in ("rmse", "r2", "mcc", "log_loss"):
        assert gap({key: 1.0}, {key: 0.0}, 1000, 1000) is None


def test_empty_share_has_no_gap():
    assert gap({"accuracy": 1.0}, {"accuracy": 0.0}, 0, 10) is None


def card_of(course: Course, submission: Submission, *, staff: bool = True, language: str = "en") -> object:
    person = course.lecturer if staff else course.anna
    with course.database.read() as session:
        again = session.get_one(Submission, submission.id)
        return report_card(session, again, Reader(person, language, ZONE, NOON)).staff


def graded(course: Course, **told: object) -> Submission:
    with course.database.write() as session:
        return a_graded_submission(session, course.anna, told=told)


def test_students_get_no_notes(course: Course):
    submission = graded(course)
    assert card_of(course, submission, staff=False) is None
    with course.database.read() as session:
        told = finished(session.get_one(Submission, submission.id)).report or {}
    assert "staff" not in told
    assert "robustness" not in str(told)


def test_remarks_are_in_the_readers_language(course: Course):
    submission = graded(course)
    for language, said in (("en", "A table of"), ("hu", "Egy táblázat")):
        card = card_of(course, submission, language=language)
        assert isinstance(card, StaffCard)
        assert said in card.remarks[0]


def test_public_share_learned_by_heart_is_noticed(course: Course):
    card = card_of(course, graded(course, public=a_share(0.99, 300), private=a_share(0.6, 700)))
    assert isinstance(card, StaffCard)
    assert card.gap is not None
    assert card.gap.errors > MOST_ERRORS


def test_robustness_stands_beside_that_of_the_reference(course: Course):
    with course.database.write() as session:
        add_baseline(session, in_force(session, COURSE, SLUG, ZONE), "reference", (a_file(),), NOON)
    own = StaffNotes(Robustness(0.03, 0.93, 0.91))
    submission = graded(course)  # also gives the reference its grade
    with course.database.write() as session:
        grading = session.get_one(Submission, submission.id).gradings[0]
        grading.private_share = (grading.private_share or {}) | {"staff": own.to_message()}
    card = card_of(course, submission)
    assert isinstance(card, StaffCard)
    assert card.robustness == own.robustness
    assert card.reference is not None
    assert card.reference != card.robustness


def test_report_of_an_older_grader_has_no_notes(course: Course):
    submission = graded(course)
    with course.database.write() as session:
        grading = session.get_one(Submission, submission.id).gradings[0]
        grading.private_share = {
            name: value for name, value in (grading.private_share or {}).items() if name != "staff"
        }
    card = card_of(course, submission)
    assert isinstance(card, StaffCard)
    assert not card.says


def test_notes_that_are_none_are_no_report():
    broken = replace(a_report("attempt"), staff=StaffNotes(Robustness(0.03, math.nan, 0.5)))
    with pytest.raises(MalformedMessageError, match="robustness"):
        GradeReport.from_message(broken.to_message())
