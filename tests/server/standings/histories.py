"""Random histories of a course: what people and graders do, one transaction after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from grader.contract import ReturnCause, Verdict
from server.courses.models import Course, Enrolment
from server.database import Database
from server.deadlines.changes import DateAuthor as Granter
from server.deadlines.changes import Grant, Limit, NewDates, edit_dates, end, grant, limit_tokens
from server.deadlines.dates import dates_in_force
from server.deadlines.models import Extension
from server.errors import Refusal
from server.grading.models import Grading, Regrade, RegradeState, State, Submission
from server.grading.published import in_force
from server.person import Person
from server.standings.decisions import deciding
from server.standings.decisions.deciding import DecisionAuthor, Subject
from server.standings.models import Choice, Standing
from server.standings.updates import VALUES, Change, recompute
from server.submissions.queue.cancellation import cancel, resume
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.outcomes import give_back
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import release
from server.submissions.reruns.regrades import RegradeAuthor as Regrader
from server.submissions.reruns.regrades import apply_regrade, drop_regrade, start_regrade
from server.touched_standings import touch
from tests.server.builders import COURSE, NOON, a_person
from tests.server.submissions.builders import ZONE, a_hello, a_report, a_submission, an_assignment

SLUGS = ("digits", "letters", "signs")
LATE = "per_day = 0.10\nlast_day = 3\ntokens = 2\n"
COUNTS = ("best", "last", "chosen")
VERDICTS = (Verdict.SCORED,) * 5 + (Verdict.FAILED, Verdict.REJECTED, Verdict.TIMED_OUT, Verdict.GRADER_ERROR)


@dataclass
class History:
    """A course of three students and three assignments, and a die that says what happens next."""

    database: Database
    die: Random
    now: datetime = NOON
    people: list[Person] = field(default_factory=list)
    done: list[str] = field(default_factory=list)  # for the reader of a failure

    def begin(self) -> None:
        """Assignments that count in different ways, and tokens to share."""
        with self.database.write() as session:
            session.execute(update(Course).values(tokens_per_term=3))
            for slug, counts in zip(SLUGS, COUNTS, strict=True):
                self._publish(session, slug, counts=counts)
            self.people = [a_person(session, f"AAA11{number}", f"Anna {number}") for number in range(3)]
        with self.database.write() as session:
            touch(session, COURSE, None, None)

    def step(self) -> None:
        """One thing happens, and some time passes. What is refused changes nothing."""
        self.now += timedelta(minutes=self.die.choice((1, 60, 60 * 20, 60 * 24 * 3)))
        verb: Callable[[Session], None] = self.die.choice(self._verbs())
        self.done.append(f"{self.now:%m-%d %H:%M} {verb.__name__}")
        try:
            with self.database.write() as session:
                verb(session)
        except Refusal as refusal:
            self.done.append(f"  refused: {refusal.slug}")

    def _verbs(self) -> list[Callable[[Session], None]]:
        return [
            *([self.hand_in, self.report] * 4),
            *(self.extend, self.extend_label, self.end_extension, self.edit_dates, self.limit),
            *(self.override, self.excuse, self.zero, self.void, self.choose, self.label),
            *(self.cancel, self.cancel, self.resume),
            *(self.publish, self.regrade, self.regrade, self.end_regrade, self.end_regrade),
        ]

    def hand_in(self, session: Session) -> None:
        content = f"# {self.die.random()}".encode()
        a_submission(session, self._person(), slug=self._slug(), now=self.now, content=content)

    def report(self, session: Session) -> None:
        """All that waits is run; of some runs nothing is heard, and some are given back."""
        record_worker(session, a_hello(slots=10), self.now)
        session.flush()
        for one in release(session, ZONE, self.now):
            verdict = self.die.choice(VERDICTS)
            score, private = self.die.random(), self.die.random()
            report = a_report(one.job.attempt_id, verdict=verdict, score=score, private=private)
            if self.die.random() < 0.8:
                record_report(session, report, self.now)
        waiting = session.scalars(select(Grading).where(Grading.state == State.RUNNING)).all()
        for grading in waiting[:1]:
            give_back(session, grading, self.now, ReturnCause.FAULT, "by the die")

    def extend(self, session: Session) -> None:
        self._grant(session, user_id=self._person().id)

    def extend_label(self, session: Session) -> None:
        self._grant(session, label="lab-B")

    def end_extension(self, session: Session) -> None:
        found = session.scalars(select(Extension)).all()
        if found:
            end(session, self.die.choice(found), "over", Granter(None, self.now))

    def edit_dates(self, session: Session) -> None:
        due = self.now + timedelta(hours=self.die.randint(-50, 50))
        request = NewDates("moved", due=self.die.choice((due, None)))
        edit_dates(session, COURSE, self._slug(), request, Granter(None, self.now))

    def limit(self, session: Session) -> None:
        request = Limit(self._slug(), self._person().id, self.die.choice((None, 0, 1)))
        limit_tokens(session, COURSE, request, self.now)

    def override(self, session: Session) -> None:
        points = self.die.choice((None, Decimal("7.25"), Decimal(10)))
        deciding.override(session, self._subject(), self._author(), points, Decimal(10))

    def excuse(self, session: Session) -> None:
        deciding.excuse(session, self._subject(), self._author(), back=self.die.random() < 0.5)

    def zero(self, session: Session) -> None:
        deciding.zero(session, self._subject(), self._author(), back=self.die.random() < 0.5)

    def void(self, session: Session) -> None:
        if submission := self._submission(session):
            deciding.void(session, submission, self._author(), back=self.die.random() < 0.3)

    def cancel(self, session: Session) -> None:
        if submission := self._submission(session):
            cancel(session, submission, self._author())

    def resume(self, session: Session) -> None:
        if submission := self._submission(session):
            resume(session, submission, self._author())

    def choose(self, session: Session) -> None:
        if submission := self._submission(session):
            keys = (submission.course_id, submission.slug, submission.user_id)
            names = ("course_id", "slug", "user_id")
            choice = Choice(
                **dict(zip(names, keys, strict=True)), submission_id=submission.id, chosen_at=self.now
            )
            session.merge(choice)
            touch(session, *keys)

    def label(self, session: Session) -> None:
        person = self._person()
        row = session.scalars(select(Enrolment).where(Enrolment.user_id == person.id)).one()
        row.labels = self.die.choice(([], ["lab-B"]))
        touch(session, COURSE, None, person.id)

    def publish(self, session: Session) -> None:
        self._publish(session, self._slug(), per_day=self.die.randint(11, 1000))

    def regrade(self, session: Session) -> None:
        published = in_force(session, COURSE, self._slug(), ZONE)
        users = self.die.choice((None, [self._person().id]))
        start_regrade(session, published, users, Regrader(None, self.now, "a wrong test set"))

    def end_regrade(self, session: Session) -> None:
        found = session.scalars(select(Regrade).where(Regrade.state == RegradeState.OPEN)).all()
        for regrade in found:
            verb = self.die.choice((apply_regrade, apply_regrade, drop_regrade))
            verb(session, regrade, Regrader(None, self.now))

    def _grant(self, session: Session, **whom: Any) -> None:  # noqa: ANN401
        slug = self._slug()
        spec = in_force(session, COURSE, slug, ZONE).spec
        rules = dates_in_force(session, COURSE, [spec], ZONE)[slug].rules
        due = rules.due + timedelta(hours=self.die.randint(-30, 200))
        request = Grant(slug, due, "ill", replaces=self.die.random() < 0.3, **whom)
        grant(session, COURSE, rules, request, Granter(None, self.now))

    def _publish(self, session: Session, slug: str, *, counts: str = "best", per_day: int = 1000) -> None:
        an_assignment(session, slug, late=LATE, per_day=per_day, due=DUES[slug], counts=counts)

    def _person(self) -> Person:
        return self.die.choice(self.people)

    def _slug(self) -> str:
        return self.die.choice(SLUGS)

    def _subject(self) -> Subject:
        return Subject(COURSE, self._slug(), self._person().id)

    def _author(self) -> DecisionAuthor:
        return DecisionAuthor(None, self.now, "because")

    def _submission(self, session: Session) -> Submission | None:
        found = session.scalars(select(Submission).where(Submission.user_id.is_not(None))).all()
        return self.die.choice(found) if found else None


DUES = {"digits": "2026-10-05T23:59:59", "letters": "2026-10-25T23:59:59", "signs": "2026-11-10T12:00:00"}


def rows(session: Session) -> dict[tuple[str, int], dict[str, Any]]:
    """The standings as they are written."""
    found = session.scalars(select(Standing).execution_options(populate_existing=True))
    return {(row.slug, row.user_id): {name: getattr(row, name) for name in VALUES} for row in found}


def from_nothing(database: Database) -> dict[tuple[str, int], dict[str, Any]]:
    """The standings computed anew, after all rows were removed."""
    with database.write() as session:
        session.execute(delete(Standing))
        recompute(session, COURSE)
        return rows(session)


def wrong(database: Database) -> list[Change]:
    """What `hazi-server recompute` would find."""
    with database.write() as session:
        return recompute(session, COURSE)
