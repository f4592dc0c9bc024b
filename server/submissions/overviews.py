"""Rows turned into what pages and programs are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from assignments.localized import Localized
from assignments.packages import PACKAGES
from assignments.spec import Assignment
from grader.contract import Verdict
from server.accounts.service import people
from server.grading.service import (
    Grading,
    InForce,
    State,
    Submission,
    all_in_force,
    current,
    in_force,
    readable_spec,
)
from server.person import Person
from server.standings.service import OwnWindow, own_dues, own_windows, standing_cards
from server.submissions.admission.allowance import allowances
from server.submissions.deadline_card import DeadlineCard
from server.submissions.queries import owners
from server.submissions.queue.positions import QUEUED, Lines
from server.submissions.reader import Reader
from server.submissions.report.card import AssignmentCard, FileCard, SubmissionCard


def assignment_cards(session: Session, reader: Reader) -> list[AssignmentCard]:
    """Every assignment, the nearest deadline first; of those unpublished, students see theirs with work."""
    cards = _assignment_cards(session, all_in_force(session, reader.person.course_id, reader.zone), reader)
    is_staff = reader.person.is_staff
    return [one for one in cards if is_staff or one.unpublished_at is None or one.handed_in]


def assignment_card(session: Session, slug: str, reader: Reader) -> AssignmentCard:
    """One assignment. Raises UnknownAssignment."""
    published = in_force(session, reader.person.course_id, slug, reader.zone)
    return _assignment_cards(session, [published], reader)[0]


def submission_cards(
    session: Session, submissions: Sequence[Submission], reader: Reader
) -> tuple[SubmissionCard, ...]:
    """These submissions, in their order."""
    queue = _queue(session, [current(submission) for submission in submissions], reader)
    known = people(session, reader.person.course_id, owners(submissions))
    windows = _windows(session, submissions, reader)
    return tuple(
        _submission_card(
            one,
            _Shown(
                current(one),
                readable_spec(one.version, reader.zone),
                known.get(one.user_id or 0),
                windows.get((one.slug, one.user_id or 0)),
            ),
            queue,
            reader,
        )
        for one in submissions
    )


def _windows(
    session: Session, submissions: Sequence[Submission], reader: Reader
) -> dict[tuple[str, int], OwnWindow]:
    """The lines on which these were handed in, as they are now."""
    course_id = reader.person.course_id
    slugs = {one.slug for one in submissions if one.user_id is not None}
    specs = [one.spec for one in all_in_force(session, course_id, reader.zone) if one.spec.slug in slugs]
    return own_dues(session, course_id, specs, owners(submissions)) if specs else {}


def submission_card(session: Session, submission: Submission, reader: Reader) -> SubmissionCard:
    """One submission."""
    return submission_cards(session, [submission], reader)[0]


def fresh_card(submission: Submission, spec: Assignment, window: OwnWindow, reader: Reader) -> SubmissionCard:
    """The reader's own submission as it was just made, without its place in the queue."""
    waiting = Grading(state=State.WAITING, attempt=0, charged=True)
    return _submission_card(submission, _Shown(waiting, spec, reader.person, window), None, reader)


def message_of(report: dict[str, Any], language: str) -> str:
    """The sentence of a report in the reader's language."""
    return Localized(str(report["message"]), str(report["message_hu"])).in_language(language)


def starter_files(published: InForce) -> tuple[FileCard, ...]:
    """What to begin with."""
    slug = published.spec.slug
    return tuple(
        FileCard(file.name, file.sha256, file.size, f"/assignments/{slug}/starter/{quote(file.name)}")
        for file in published.starter
    )


def practice_file(published: InForce) -> FileCard | None:
    """What to practise with at home, once there is a kit."""
    file, slug = published.practice, published.spec.slug
    return FileCard(file.name, file.sha256, file.size, f"/assignments/{slug}/practice") if file else None


def _assignment_cards(session: Session, published: Iterable[InForce], reader: Reader) -> list[AssignmentCard]:
    those, person = list(published), reader.person
    standings = standing_cards(session, person.course_id, reader.audience, users=[person.id])
    windows = own_windows(session, person.course_id, person.id, [one.spec for one in those])
    specs = [one.spec for one in those]
    allowed = allowances(session, person, specs, now=reader.now, zone=reader.zone)
    found = [(one.spec, DeadlineCard.of(windows[one.spec.slug], reader), one.unpublished_at) for one in those]
    return [
        AssignmentCard(
            slug=spec.slug,
            title=spec.title.in_language(reader.language),
            summary=spec.summary.in_language(reader.language),
            kind=spec.kind,
            opens=deadlines.opens,
            due=deadlines.due,
            closes=deadlines.closes,
            phase=deadlines.phase,
            points=spec.score.points,
            metric=spec.score.metric,
            classes=spec.data.classes,
            limits=spec.limits,
            packages=(*PACKAGES, *spec.packages) if spec.kind.traits.runs_code else (),
            accepts=",".join(spec.kind.traits.endings),
            left=allowed[spec.slug],
            standing=standings.get((spec.slug, person.id)),
            ends=deadlines.ends,
            terms=deadlines.terms,
            common_due=deadlines.common_due,
            tokens_left=deadlines.tokens,
            unpublished_at=unpublished_at,
        )
        for spec, deadlines, unpublished_at in found
    ]


def _queue(session: Session, gradings: Sequence[Grading], reader: Reader) -> Lines:
    """As much of the queues as these gradings need."""
    queued = [grading for grading in gradings if grading.state in QUEUED]
    if queued:
        return reader.seen.at(session, reader.zone, reader.now, queued)
    if any(grading.state == State.RUNNING for grading in gradings):
        return reader.seen.running(session, reader.now)
    return Lines({}, {}, reader.now)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What belongs to a submission that is shown."""

    grading: Grading
    spec: Assignment | None  # None: its version can no longer be read
    owner: Person | None  # None: a baseline
    window: OwnWindow | None


def _submission_card(
    submission: Submission,
    shown: _Shown,
    queue: Lines | None,
    reader: Reader,
) -> SubmissionCard:
    grading, spec, window = shown.grading, shown.spec, shown.window
    return SubmissionCard(
        id=submission.id,
        slug=submission.slug,
        title=spec.title.in_language(reader.language) if spec else submission.slug,
        kind=str(spec.kind) if spec else "",
        owner=shown.owner,
        baseline=submission.baseline,
        state=State(grading.state),
        verdict=Verdict(grading.verdict) if grading.verdict else None,
        message=message_of(grading.report, reader.language) if grading.report else None,
        points=grading.points,
        most=spec.score.points if spec else 0.0,
        received_at=submission.received_at,
        late_by=window.at(submission.received_at).late_by if window else timedelta(),
        sha256=submission.sha256,
        files=_files_of(submission),
        files_removed_at=submission.files_removed_at,
        position=queue.position(grading) if queue else None,
        expected_finish=queue.expected_finish(grading, submission.slug) if queue else None,
        attempt=grading.attempt,
        worker=grading.worker,
        charged=grading.charged,
        no_grader=queue is not None and queue.no_grader(grading),
        trial=submission.trial,
        same_as=submission.run_of if submission.run_of != submission.id else None,
        given_back=grading.state == State.WAITING and grading.return_cause is not None,
    )


def _files_of(submission: Submission) -> tuple[FileCard, ...]:
    place = f"/submissions/{submission.id}/files"
    return tuple(
        FileCard(file.name, file.sha256, file.size, f"{place}/{file.position}") for file in submission.files
    )
