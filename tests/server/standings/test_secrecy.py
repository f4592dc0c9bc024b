"""Two courses that differ in private results alone look the same to their students until these are told."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.database import Database
from server.deadlines.reveal import is_revealed
from server.gradebook.leaderboard import leaderboard_of
from server.grading.models import Submission
from server.grading.published import in_force
from server.notices.calendar_events import own_entries
from server.notices.models import Notice
from server.notices.service import noticing
from server.person import Person
from server.standings.decisions.records import decisions_for_student
from server.standings.queries import Audience, standing_cards
from server.standings.reveal_dates import private_revealed_at
from server.standings.windows import makeup_bar, own_window
from server.submissions.deadline_card import explained_to
from server.submissions.grading_history import gradings_of
from server.submissions.overviews import assignment_card
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import release
from server.submissions.reader import Reader
from tests.sampling import few
from tests.server.builders import COURSE
from tests.server.standings.full_histories import FullHistory
from tests.server.standings.histories import SLUGS, VERDICTS
from tests.server.submissions.builders import ZONE, a_hello, a_report

STEPS = 60
LOOKS_EVERY = 5  # steps: looking takes longer than what happens
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PUBLIC = ("state", "verdict", "points", "reason")


class SecretHistory(FullHistory):
    """Its private results come from a die of their own, and nothing else does."""

    private = Random(0)

    def _verbs(self) -> list[Callable[[Session], None]]:
        """But for the final draw, which shows which hand-in is best before a set reveal."""
        return [one for one in super()._verbs() if one.__name__ != "draw"]

    def report(self, session: Session) -> None:
        record_worker(session, a_hello(slots=50), self.now)
        session.flush()
        for one in release(session, ZONE, self.now):
            verdict, score, private = self.die.choice(VERDICTS), self.die.random(), self.private.random()
            if self.die.random() < 0.8:
                report = a_report(one.job.attempt_id, verdict=verdict, score=score, private=private)
                record_report(session, report, self.now)


@pytest.fixture
def pair(
    tmp_path: Path, migrated_file: Path, request: pytest.FixtureRequest
) -> Iterator[list[SecretHistory]]:
    """The same history twice, with other private results."""
    found: list[SecretHistory] = []
    for name in ("a", "b"):
        file = shutil.copy(migrated_file, tmp_path / f"{name}.sqlite3")
        number = len(found)
        database = Database(f"sqlite:///{file}", noticing(lambda number=number: found[number].now))
        found.append(SecretHistory(database, Random(request.param)))
        found[-1].private = Random(f"{request.param}{name}")
        found[-1].begin()
    yield found
    for one in found:
        one.database.dispose()


@pytest.mark.parametrize("pair", few(range(3), 1), indirect=True)
def test_private_results_make_no_difference_until_they_are_told(pair: list[SecretHistory], app: Flask):
    one, other = pair
    known: set[tuple[str, int]] = set()
    with app.test_request_context():
        for step in range(STEPS):
            for history in pair:
                history.step()
            if one.done != other.done:  # a make-up is refused by private points, which are told by then
                assert "makeup-not-needed" in one.done[-1] + other.done[-1]
                return
            known |= told(one)
            if step % LOOKS_EVERY == 0:
                assert seen(one, known) == seen(other, known), "\n".join(one.done[-12:])


def told(history: SecretHistory) -> set[tuple[str, int]]:
    """Of which assignments who knows private results: more time may hide again what was told."""
    with history.database.read() as session:
        specs = [in_force(session, COURSE, slug, ZONE).spec for slug in SLUGS]
        return {
            (spec.slug, person.id)
            for spec in specs
            for person in history.people
            if is_revealed(private_revealed_at(session, COURSE, spec, person.id), history.now)
        }


def seen(history: SecretHistory, known: set[tuple[str, int]]) -> dict[str, str]:
    """Everything that students are shown of what they do not know, in words that two databases share."""
    with history.database.read() as session:
        ids = session.scalars(select(Submission.id).order_by(*_ORDER))
        names = {number: f"#{place}" for place, number in enumerate(ids)}
        found = {}
        for person in history.people:
            who = Reader(person, "en", ZONE, history.now)
            for slug in SLUGS:
                if (slug, person.id) not in known:
                    spec = in_force(session, COURSE, slug, ZONE).spec
                    for part, text in shown(session, spec, who):
                        found[f"{slug} {person.id} {part}"] = ID.sub(lambda it: names.get(it[0], "?"), text)
    return found


_ORDER = (Submission.received_at, Submission.sha256, Submission.trial, Submission.idempotency_key)


def shown(session: Session, spec: Assignment, who: Reader) -> Iterator[tuple[str, str]]:
    """What one student reads of one assignment, on each of the pages that tell of it."""
    user, slug = who.person.id, spec.slug
    audience = Audience(is_staff=False, now=who.now)
    cards = standing_cards(session, COURSE, audience, slugs=[slug], users=[user]).values()
    yield "card", str([{name: str(it) for name, it in asdict(card).items()} for card in cards])
    decided = decisions_for_student(session, COURSE, user, who.now, [slug]).get(slug, ())
    yield "decisions", str([(str(it.words), it.kind, it.reason, it.submission_id) for it in decided])
    yield (
        "line",
        str((own_window(session, COURSE, user, spec), makeup_bar(session, COURSE, user, spec, who.now))),
    )
    page = assignment_card(session, slug, who)
    yield "page", str((page.phase, page.closes, page.ends, page.tokens_left, page.left, page.best_points))
    board = leaderboard_of(session, slug, who).rows
    yield "board", str([(it.rank, it.score, it.points, it.submission_id, it.tries) for it in board])
    yield "explained", explanation(session, spec, who)
    yield "notices", notices(session, who.person, slug)
    yield "calendar", str(own_entries(session, who.person, "https://hazi.example.org", "en"))
    yield "runs", runs(session, who, slug)


def explanation(session: Session, spec: Assignment, who: Reader) -> str:
    found = explained_to(session, spec, who)
    sides = [
        (it.share, it.points, [(line.kind, line.points, str(line.text)) for line in it.lines], it.attempts)
        for it in found.sides
    ]
    return str((found.state, found.tokens, found.line, sides))


def notices(session: Session, person: Person, slug: str) -> str:
    rows = select(Notice).where(Notice.user_id == person.id, Notice.slug == slug).order_by(Notice.id)
    return str([(it.kind, json.dumps(it.params, sort_keys=True)) for it in session.scalars(rows)])


def runs(session: Session, who: Reader, slug: str) -> str:
    rows = select(Submission).where(Submission.user_id == who.person.id, Submission.slug == slug)
    return str(
        [
            (
                one.id,
                [
                    [getattr(it, name) for name in (*PUBLIC, "private_points")]
                    for it in gradings_of(session, one, who)
                ],
            )
            for one in session.scalars(rows.order_by(*_ORDER))
        ]
    )
