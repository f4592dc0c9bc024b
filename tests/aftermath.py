"""What must be so in the end, whatever was done to an installation while people worked with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

import httpx
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cli.api.receipts import read_keys, verify
from grader.contract import Verdict
from server.database import Database
from server.deadlines.models import Extension
from server.grading.models import UNDER_WAY, Grading, Regrade, RegradeState, State, Submission, SubmissionFile
from server.notices.facts import KINDS
from server.notices.kinds import MailState
from server.notices.models import Notice
from server.standings.models import Decision, Standing
from server.standings.states import DecisionKind
from server.store.folder import FolderStore
from server.submissions.models import Loss
from server.submissions.queue.losses import MOST_LOSSES
from tests.crowds import Fate, HandIns, Staff
from tests.installation import SLUG, Installation, run_command
from tests.server import mail_server
from tests.servers import wait_until

QUIET_S = 600.0  # patience once all is well again: what went back often waits for minutes


@dataclass(frozen=True, slots=True)
class Scene:
    """An installation after all that, who worked with it, and who got its mails."""

    house: Installation
    hand_ins: HandIns
    staff: Staff
    mail: mail_server.MailServer
    expected: int  # hand-ins


@contextmanager
def database_of(house: Installation) -> Iterator[Database]:
    """The database of an installation, past its programs."""
    database = Database(house.environ["HAZI_DATABASE_URL"])
    try:
        yield database
    finally:
        database.dispose()


def check(scene: Scene) -> dict[str, object]:
    """All that must be so in the end. What else is worth telling."""
    assert scene.hand_ins.trouble + scene.staff.trouble == []
    with database_of(scene.house) as database:
        wait_until(partial(_all_has_ended, database), "the end of all runs", QUIET_S, pause_s=1)
        with database.read() as session:
            _check_hand_ins(session, scene)
            _check_runs(session)
            _check_standings(session)
            _check_regrade(session)
            _check_notices(session)
            told = _told(session)
        wait_until(partial(_all_is_mailed, database), "the last mail", QUIET_S, pause_s=1)
        with database.read() as session:
            told["mails sent twice"] = _check_mails(session, scene.mail)
    run_command(scene.house.folder, scene.house.environ, "recompute")  # it fails where one was wrong
    _check_receipts(scene)
    _check_audit(scene)
    return told


def _all_has_ended(database: Database) -> bool:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Grading.state.in_(UNDER_WAY))) == 0


def _check_hand_ins(session: Session, scene: Scene) -> None:
    """Whatever was confirmed is there once, with its bytes; and nothing else is."""
    rows = select(Submission.idempotency_key, Submission.id).where(Submission.user_id.is_not(None))
    found = Counter((key, number) for key, number in session.execute(rows))
    assert found == Counter((one.planned.key, one.id) for one in scene.hand_ins.taken)
    assert len(found) == scene.expected
    store = FolderStore(scene.house.folder / "store")
    files = dict(session.execute(select(SubmissionFile.submission_id, SubmissionFile.sha256)).all())
    for one in scene.hand_ins.taken:
        assert files[one.id] == sha256(one.planned.content).hexdigest()
        with store.open(files[one.id]) as stream:
            assert stream.read() == one.planned.content


def _check_runs(session: Session) -> None:
    """One result of each hand-in is in force, and our faults are nobody's."""
    runs = session.scalars(select(Grading)).all()
    in_force = Counter(run.submission_id for run in runs if run.in_force)
    owners = set(session.scalars(select(Submission.run_of)))
    assert (set(in_force), set(in_force.values())) == (owners, {1})
    lost = Counter(session.scalars(select(Loss.grading_id).where(Loss.counts)))
    for run in runs:
        if run.state == State.DONE and run.verdict != Verdict.SCORED:
            assert (run.verdict, lost[run.id] >= MOST_LOSSES) == (Verdict.GRADER_ERROR, True)


def _check_standings(session: Session) -> None:
    """One of each student, which knows of all that he has handed in."""
    rows = select(Submission.user_id, func.count()).where(Submission.user_id.is_not(None))
    handed_in = {row[0]: row[1] for row in session.execute(rows.group_by(Submission.user_id))}
    standings = session.scalars(select(Standing).where(Standing.slug == SLUG)).all()
    assert {one.user_id: one.hand_ins for one in standings if one.hand_ins} == handed_in
    assert all(one.under_way == 0 for one in standings)


def _check_regrade(session: Session) -> None:
    """It was applied once, however often that was asked for."""
    assert list(session.scalars(select(Regrade.state))) == [RegradeState.APPLIED]
    rows = select(func.count()).where(Decision.kind == DecisionKind.APPLY_REGRADE, Decision.user_id.is_(None))
    assert session.scalar(rows) == 1


def _check_notices(session: Session) -> None:
    """Whoever a fact is about was told of it; that nobody was told twice the database sees to."""
    found = {(row[0], row[1]) for row in session.execute(select(Notice.user_id, Notice.key))}
    submissions = session.scalars(select(Submission).where(Submission.user_id.is_not(None))).all()
    owners = {one.id: one.user_id for one in submissions}
    runs = session.scalars(select(Grading).where(Grading.state == State.DONE, Grading.regrade_id.is_(None)))
    decisions = session.scalars(
        select(Decision).where(Decision.kind.in_(KINDS), Decision.user_id.is_not(None))
    )
    expected = {(one.user_id, f"handed_in:{one.id}") for one in submissions}
    expected |= {
        (owners[run.submission_id], f"graded:{run.submission_id}")
        for run in runs
        if run.submission_id in owners and run.verdict != Verdict.GRADER_ERROR
    }
    expected |= {(one.user_id, f"decision:{one.id}") for one in decisions if one.user_id != one.decided_by}
    expected |= {(one.user_id, f"granted:{one.id}") for one in session.scalars(select(Extension))}
    assert expected - found == set()


def _all_is_mailed(database: Database) -> bool:
    """Nobody waits here for pauses and leases of mails to end: they are over at once."""
    waiting = Notice.mail_state == MailState.WAITING
    with database.write() as session:
        session.execute(update(Notice).where(waiting).values(next_try_at=datetime.now(UTC)))
        return session.scalar(select(func.count()).where(waiting)) == 0


def _check_mails(session: Session, mail: mail_server.MailServer) -> int:
    """Each mail that is marked as sent has arrived, and none that was not written. How many came twice."""
    arrived = Counter(
        str(letter["Message-ID"]).removeprefix("<notice-").partition("@")[0] for letter in mail.letters
    )
    sent = set(session.scalars(select(Notice.mail_id).where(Notice.mail_state == MailState.SENT)))
    assert (set(arrived), MailState.FAILED in set(session.scalars(select(Notice.mail_state)))) == (
        sent,
        False,
    )
    return sum(number > 1 for number in arrived.values())


def _check_receipts(scene: Scene) -> None:
    house = scene.house
    keys = read_keys(httpx.get(f"{house.url}/api/v1/receipt-keys").raise_for_status().text)
    with house.api(house.account("lecturer")) as client:
        for one in scene.hand_ins.taken:
            said = verify(client.get(f"/submissions/{one.id}/signed-receipt").raise_for_status().text, keys)
            assert (said.submission, said.neptun) == (one.id, one.neptun)
            assert said.sha256 == sha256(one.planned.content).hexdigest()
            assert one.first_sent_at <= said.received_at <= one.confirmed_at


def _check_audit(scene: Scene) -> None:
    """Each decision that was confirmed stands there once, each that was refused not at all."""
    found: Counter[str] = Counter()
    cursor: int | None = None
    with scene.house.api(scene.house.account("lecturer")) as client:
        while True:
            page = client.get(
                "/decisions", params={"limit": 500} | ({"cursor": cursor} if cursor else {})
            ).json()
            found.update(one["reason"] for one in page["decisions"] if one["kind"] != "apply-regrade")
            cursor = page["next"]
            if cursor is None:
                break
    allowed = {Fate.DONE: {1}, Fate.REFUSED: {0}, Fate.UNKNOWN: {0, 1}}
    assert [why for why, fate in scene.staff.fates.items() if found[why] not in allowed[fate]] == []


def _told(session: Session) -> dict[str, object]:
    runs = session.scalars(select(Grading).where(Grading.state == State.DONE)).all()
    waits = [(run.finished_at - run.created_at).total_seconds() for run in runs if run.finished_at]
    return {
        "notices": session.scalar(select(func.count(Notice.id))),
        "runs that count": len(runs),
        "runs lost": session.scalar(select(func.count(Loss.id))),
        "longest wait for a result": f"{max(waits):.0f} s",
    }
