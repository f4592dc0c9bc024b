"""Rows turned into what pages and programs are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from grader.contract import UNCHARGED, Verdict
from server.accounts.service import Person, people
from server.deadlines.service import (
    REGULAR,
    Phase,
    Rules,
    line_sentences,
    makeup_sentences,
    place,
    rules_of,
    stages,
)
from server.errors import Text
from server.submissions.cards import AssignmentCard, FileCard, SubmissionCard
from server.submissions.counting import current
from server.submissions.finding import best_points, counts, owners
from server.submissions.handing_in import verdicts_of_today
from server.submissions.lines import QUEUED, Lines, LinesSeen
from server.submissions.models import Grading, State, Submission
from server.submissions.published import InForce, all_in_force, in_force, localized, readable_spec
from server.submissions.tries import tries_left
from server.submissions.uploads import TAKEN


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom something is shown, and when."""

    person: Person
    language: str
    zone: ZoneInfo
    now: datetime
    seen: LinesSeen = field(default_factory=LinesSeen)  # shared by all readers of a process


def assignment_cards(session: Session, reader: Reader) -> list[AssignmentCard]:
    """Every assignment, the nearest deadline first."""
    return _assignment_cards(session, all_in_force(session, reader.zone), reader)


def assignment_card(session: Session, slug: str, reader: Reader) -> AssignmentCard:
    """One assignment. Raises UnknownAssignment."""
    return _assignment_cards(session, [in_force(session, slug, reader.zone)], reader)[0]


def submission_cards(
    session: Session, submissions: Sequence[Submission], reader: Reader
) -> tuple[SubmissionCard, ...]:
    """These submissions, in their order."""
    queue = _queue(session, [current(submission) for submission in submissions], reader)
    known = people(session, owners(submissions))
    return tuple(_submission_card(submission, queue, known, reader) for submission in submissions)


def submission_card(session: Session, submission: Submission, reader: Reader) -> SubmissionCard:
    """One submission."""
    return submission_cards(session, [submission], reader)[0]


def message_of(report: dict[str, Any], language: str) -> str:
    """The sentence of a report in the reader's language."""
    return str(report["message_hu" if language == "hu" else "message"])


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
    best, handed_in = best_points(session, reader.person), counts(session, reader.person)
    today = verdicts_of_today(session, reader.person, now=reader.now, zone=reader.zone)
    found = [(one.spec, Clock.of(one.spec, reader)) for one in published]
    return [
        AssignmentCard(
            slug=spec.slug,
            title=localized(spec.title, reader.language),
            summary=localized(spec.summary, reader.language),
            kind=spec.kind,
            opens=spec.window.opens,
            due=spec.window.due,
            closes=clock.closes,
            phase=clock.phase,
            points=spec.score.points,
            metric=spec.score.metric,
            classes=spec.data.classes,
            limits=spec.limits,
            accepts=",".join(TAKEN[spec.kind]),
            handed_in=handed_in.get(spec.slug, 0),
            tries_left=tries_left(spec.limits.per_day, today.get(spec.slug, []), UNCHARGED),
            best_points=best.get(spec.slug),
            ends=clock.ends,
            terms=clock.terms,
        )
        for spec, clock in found
    ]


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of an assignment as it is told."""

    phase: Phase
    closes: datetime
    ends: datetime | None
    terms: tuple[Text, ...]

    @classmethod
    def of(cls, spec: Assignment, reader: Reader) -> Clock:
        """What everybody is told at this moment who has no due moment of their own."""
        rules = rules_of(spec, reader.zone)
        line = stages(rules, rules.due)
        closes = max(stage.until or rules.due for stage in line if stage.phase in REGULAR)
        phase = place(rules, rules.due, reader.now).phase
        ends = {Phase.OPEN: rules.due, Phase.LATE: closes}.get(phase)
        if phase is Phase.MAKEUP and rules.makeup:
            ends = rules.makeup.due
        return cls(phase, closes, ends, _terms(rules, reader))


def _terms(rules: Rules, reader: Reader) -> tuple[Text, ...]:
    late, makeup = rules.late, rules.makeup
    said = line_sentences(late, _told(late.closes, reader) if late.closes else "")
    if makeup is None:
        return said
    return (*said, *makeup_sentences(makeup, _told(makeup.opens, reader), _told(makeup.due, reader)))


def _told(moment: datetime, reader: Reader) -> str:
    return format_datetime(moment, str(_("d MMM y, HH:mm")), tzinfo=reader.zone, locale=reader.language)


def _queue(session: Session, gradings: Sequence[Grading], reader: Reader) -> Lines:
    """As much of the queues as these gradings need."""
    queued = [grading for grading in gradings if grading.state in QUEUED]
    if queued:
        return reader.seen.at(session, reader.zone, reader.now, queued)
    if any(grading.state == State.RUNNING for grading in gradings):
        return reader.seen.running(session, reader.now)
    return Lines({}, {}, reader.now)


def _submission_card(
    submission: Submission, queue: Lines, known: dict[int, Person], reader: Reader
) -> SubmissionCard:
    grading, spec = current(submission), readable_spec(submission.version, reader.zone)
    return SubmissionCard(
        id=submission.id,
        slug=submission.slug,
        title=localized(spec.title, reader.language) if spec else submission.slug,
        kind=str(spec.kind) if spec else "",
        owner=known.get(submission.user_id) if submission.user_id is not None else None,
        baseline=submission.baseline,
        state=State(grading.state),
        verdict=Verdict(grading.verdict) if grading.verdict else None,
        message=message_of(grading.report, reader.language) if grading.report else None,
        points=grading.points,
        most=spec.score.points if spec else 0.0,
        received_at=submission.received_at,
        late_by=timedelta(seconds=submission.late_by_s),
        sha256=submission.sha256,
        files=tuple(
            FileCard(file.name, file.sha256, file.size, f"/submissions/{submission.id}/files/{file.position}")
            for file in submission.files
        ),
        files_removed_at=submission.files_removed_at,
        position=queue.position(grading),
        expected_finish=queue.expected_finish(grading, submission.slug),
        attempt=grading.attempt,
        worker=grading.worker,
        no_grader=queue.no_grader(grading),
        given_back=grading.state == State.WAITING and grading.return_cause is not None,
    )
