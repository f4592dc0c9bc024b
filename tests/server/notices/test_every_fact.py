"""After any history each fact was told once, and nothing of a private share before the reveal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.contract import Verdict
from server.database import Database
from server.deadlines.models import DateEdit, Extension
from server.grading.models import Grading, PublishedAssignment, Regrade, RegradeState, State, Submission
from server.notices.models import Notice
from server.notices.service import noticing
from server.standings.models import Decision
from server.standings.service import Audience, is_about_what_counts, standing_cards
from tests.sampling import few
from tests.server.builders import COURSE
from tests.server.standings.histories import History, rows

pytestmark = pytest.mark.dialects

STEPS = 60
NUMBER = re.compile(r"(?<![\d.:-])\d+(?:\.\d+)?(?![\d:T-])")
GIVEN = {"7.25", "10", "10.00", "0", "0.00"}  # by decisions of the history, or for nothing
Key = tuple[str, int]  # slug and user


@dataclass(frozen=True)
class Look:
    """What there is at a moment."""

    standings: dict[Key, dict[str, Any]]
    told: dict[Key, bool]
    applied: frozenset[int]
    rules: frozenset[tuple[str, int]]  # the versions in force, and the edits of dates
    runs: dict[int, str]  # that have ended and are in force: the fact of each
    notices: dict[int, Notice]
    public: dict[Key, set[str]]
    private: dict[Key, set[str]]


@pytest.fixture
def history(database: Database, request: pytest.FixtureRequest) -> Iterator[History]:
    """Its notices are told at its own moments."""
    url = database.engine.url.render_as_string(hide_password=False)
    made: list[History] = []
    mine = Database(url, noticing(lambda: made[0].now))
    made.append(History(mine, Random(request.param)))
    yield made[0]
    mine.dispose()


@pytest.mark.parametrize("history", few(range(6), 3), indirect=True)
def test_each_fact_is_told_once_and_nothing_private_before_the_reveal(history: History):
    history.begin()
    before = look(history)
    for _step in range(STEPS):
        history.step()
        after = look(history)
        said = "\n".join(history.done)
        fresh = [after.notices[one] for one in sorted(after.notices.keys() - before.notices.keys())]
        regraded = sorted(
            (one.key.split(":")[0], one.slug, one.user_id) for one in fresh if one.kind == "regraded"
        )
        assert regraded == moved(before, after), said
        ended = {one.key for one in fresh if one.kind == "graded"}
        assert ended == {after.runs[run] for run in after.runs.keys() - before.runs.keys()}, said
        for one in fresh:
            secret = hidden(before, after, (one.slug, one.user_id))
            assert secret.isdisjoint(NUMBER.findall(json.dumps(one.params))), (one.key, one.params, said)
        before = after
    with history.database.read() as session:
        assert_told_of_rows(session, "\n".join(history.done))


def look(history: History) -> Look:
    with history.database.read() as session:
        cards = standing_cards(session, COURSE, Audience(is_staff=False, now=history.now))
        standings, done = rows(session), ended_runs(session)
        public: dict[Key, set[str]] = {}
        private: dict[Key, set[str]] = {}
        for grading, owner in done:
            public.setdefault((owner.slug, owner.user_id or 0), set()).add(f"{grading.points or 0:.2f}")
            shown = f"{grading.private_points or 0:.2f}"
            private.setdefault((owner.slug, owner.user_id or 0), set()).add(shown)
        for key, values in standings.items():
            public.setdefault(key, set()).add(str(values["public_points"]))
            private.setdefault(key, set()).add(str(values["points"]))
        applied = session.scalars(select(Regrade.id).where(Regrade.state == RegradeState.APPLIED))
        published = session.execute(select(PublishedAssignment.slug, PublishedAssignment.version_id))
        edits = session.execute(select(DateEdit.slug, -DateEdit.id))
        return Look(
            rules=frozenset((slug, number) for found in (published, edits) for slug, number in found),
            standings=standings,
            told={key: card.private is not None for key, card in cards.items()},
            applied=frozenset(applied),
            runs={
                grading.id: f"{'unable' if grading.verdict == Verdict.GRADER_ERROR else 'graded'}:{owner.id}"
                for grading, owner in done
                if grading.in_force and grading.regrade_id is None
            },
            notices={one.id: one for one in session.scalars(select(Notice))},
            public=public,
            private=private,
        )


def ended_runs(session: Session) -> list[tuple[Grading, Submission]]:
    rows = select(Grading, Submission).join(Submission, Submission.id == Grading.submission_id)
    return [(one, owner) for one, owner in session.execute(rows.where(Grading.state == State.DONE))]


def moved(before: Look, after: Look) -> list[tuple[str, str, int]]:
    """Whose told points a regrade, or other dates or rules have moved: by what, where and of whom."""
    found = []
    causes = ["regraded"] * len(after.applied - before.applied)
    for cause in causes + ["rules"] * (after.rules != before.rules):
        for key, values in after.standings.items():
            share = "points" if after.told[key] else "public_points"
            if before.standings.get(key, {}).get(share) != values[share]:
                found.append((cause, *key))
    return sorted(found)


def hidden(before: Look, after: Look, about: Key) -> set[str]:
    """Numbers of the private share that a student is not told yet, and that are no public ones as well."""
    if after.told.get(about, False):
        return set()
    known = before.public.get(about, set()) | after.public.get(about, set()) | GIVEN
    return (before.private.get(about, set()) | after.private.get(about, set())) - known


def assert_told_of_rows(session: Session, said: str) -> None:
    """Each row that somebody has to hear of has its notice, and there is none of anything else."""
    keys = [(one.user_id, one.key) for one in session.scalars(select(Notice))]
    rows = session.scalars(select(Decision).where(Decision.user_id.is_not(None)))
    decided = [one for one in rows if is_about_what_counts(one)]
    assert of(keys, "decision") == sorted((one.user_id or 0, f"decision:{one.id}") for one in decided), said
    extensions = session.scalars(select(Extension)).all()
    for word, those in (
        ("granted", extensions),
        ("ended", [one for one in extensions if one.ended_at is not None]),
    ):
        own = {(one.user_id, f"{word}:{one.id}") for one in those if one.user_id is not None}
        assert own <= set(of(keys, word)), said
        assert {key for _user, key in of(keys, word)} <= {f"{word}:{one.id}" for one in those}, said
    assert of(keys, "handed_in") == [], "who hands in looks at the page, and has not asked to be told"
    edits = {f"moved:{one.id}" for one in session.scalars(select(DateEdit))}
    assert {key for _user, key in of(keys, "moved")} <= edits, said
    words = {"decision", "granted", "ended", "moved", "graded", "unable", "regraded", "rules", "own"}
    assert {key.split(":")[0] for _user, key in keys} - words <= {"published"}, said
    assert len(keys) == len(set(keys)), said


def of(keys: Iterable[tuple[int, str]], word: str) -> list[tuple[int, str]]:
    return sorted((user, key) for user, key in keys if key.split(":")[0] == word)
