"""Everything is killed, paused and filled while people hand in and staff decide: nothing is lost or doubled.

CHAOS_SEED chooses another order of things, CHAOS_S how long hand-ins come. What is done to what follows from
the seed; what it meets there does not, for the processes run as they like.
"""

from __future__ import annotations

import os
import random
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
import redis
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cli.receipts import read_keys, verify
from grader.contract import Verdict
from grader.signing import new_signing_key, private_text
from server.accounts.invitations import set_password
from server.accounts.people import apply_roster, find_person
from server.accounts.roster import RosterRow
from server.courses.models import Course
from server.db import Database
from server.demo.accounts import Account
from server.run_folders import run_folder
from server.standings.models import Decision, Standing
from server.standings.states import DecisionKind
from server.store import FolderStore
from server.submissions.models import (
    UNDER_WAY,
    Grading,
    Loss,
    Regrade,
    RegradeState,
    State,
    Submission,
    SubmissionFile,
)
from tests import servers
from tests.chaos import Chaos, Fault, Part, fill, postgres_part, program_part, redis_part, running, small_disk
from tests.crowds import Fate, HandIns, Plan, Planned, Staff
from tests.installation import SLUG, Installation, prepared, run_command
from tests.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

STUDENTS, HAND_INS = 20, 4  # of each, and one more in the end
SPAN_S = float(os.environ.get("CHAOS_S") or 120)  # in which all is handed in
LAST_S = 20.0  # in which the last ones come
STORE_MIB = 96
GRADERS = ("grader-a", "grader-b")
LONG_PAUSE_S = 40.0  # longer than a lease: a run that was taken for lost goes on beside the next one
QUIET_S = 600.0  # patience once all is well again: what went back often waits for minutes
GIVEN_UP = 3  # losses of a run
PROGRAM = """
import torch

def train(train_inputs, train_labels, *, seed, log):
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(train_inputs[0].numel(), 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for epoch in range({epochs}):
        loss = torch.nn.functional.cross_entropy(model(train_inputs.float()), train_labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(epoch=epoch, loss=loss.item())
    return model

def predict(model, inputs):
    return model(inputs.float())
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """An installation under attack, and who works with it."""

    house: Installation
    chaos: Chaos
    hand_ins: HandIns
    staff: Staff


def test_nothing_is_lost_or_doubled_whatever_is_killed(
    tmp_path: Path, record_property: Callable[[str, object], None]
):
    seed = int(os.environ.get("CHAOS_SEED") or secrets.randbelow(10**6))
    sys.stdout.write(f"CHAOS_SEED={seed}\n")
    dice = random.Random(seed)
    with _attacked(tmp_path, dice) as (house, chaos), ExitStack() as clients:
        people = [house.account("student", number) for number in range(STUDENTS)]
        plans = [
            Plan(one.neptun, clients.enter_context(house.api(one)), _planned(dice, HAND_INS, SPAN_S))
            for one in people
        ]
        hand_ins = HandIns(plans)
        correct = partial(_correct, house)
        staff = Staff(house, [one.neptun for one in people], hand_ins.taken, correct, STUDENTS)
        with hand_ins.under_way(), staff.under_way(dice):
            ends_at = time.monotonic() + 1.5 * SPAN_S

            def is_over() -> bool:
                return hand_ins.are_over and staff.is_over

            chaos.strike_until(lambda: is_over() or time.monotonic() > ends_at)
            wait_until(is_over, "the end of all work", QUIET_S, pause_s=0.5)
        # Nobody decides any more: what follows from these runs follows from their reports alone.
        last = [replace(plan, hand_ins=_planned(dice, 1, LAST_S)) for plan in plans]
        hand_ins.plans = last
        with hand_ins.under_way():
            chaos.strike_until(lambda: hand_ins.are_over)
        scene = Scene(house, chaos, hand_ins, staff)
        try:
            house.await_ready()
            told = _check(scene)
        except (AssertionError, TimeoutError):
            sys.stdout.write(f"{_table(seed, scene, {})}\n{house.logs()}\n")
            raise
        record_property("table", _table(seed, scene, told))


def _planned(dice: random.Random, hand_ins: int, span_s: float) -> list[Planned]:
    """Of all students together about every third content is one that was there before."""
    moments = sorted(dice.uniform(0, span_s) for _ in range(hand_ins))
    return [Planned(at, _program(dice), keep=dice.random() < 0.5) for at in moments]


def _program(dice: random.Random) -> bytes:
    variant = dice.choice(["same", f"{dice.random()}", f"{dice.random()}"])
    return (
        PROGRAM.format(epochs=dice.randint(5, 30) if variant != "same" else 10) + f"# {variant}\n"
    ).encode()


@contextmanager
def _attacked(folder: Path, dice: random.Random) -> Iterator[tuple[Installation, Chaos]]:
    """All parts, each a process of its own, and what can be done to them."""
    with (
        small_disk(folder / "store", STORE_MIB) as has_disk,
        run_folder("redis") as redis_folder,
        servers.postgres_server(port=servers.free_port(), hasty=False) as first,
    ):
        servers.run_sql(first, "CREATE DATABASE chaos")
        house = _with_students(_prepared(folder, first.url("chaos"), redis_folder))
        os.kill(first.pid, signal.SIGQUIT)  # from now on it is a part like all others
        programs = [
            program_part(name, partial(house.command, name), has_children=name in {"web", "blobs"})
            for name in ("blobs", "web", "recorder", "dispatcher")
        ]
        graders = [Part(name, partial(house.grader, name), LONG_PAUSE_S) for name in GRADERS]
        parts = (postgres_part(first), redis_part(redis_folder), *programs, *graders)
        others = {"wiped Redis": partial(_wipe, f"unix://{redis_folder}/redis.sock")}
        if has_disk:
            others["filled the disk"] = partial(fill, house.folder / "store", 3.0)
        with running(parts):
            house.await_ready()
            yield house, Chaos(parts, others, dice)


def _prepared(folder: Path, database_url: str, redis_folder: Path) -> Installation:
    with servers.redis_on(redis_folder, append_only=True) as server:
        further = {"HAZI_RECEIPT_KEYS": private_text(new_signing_key())}
        return prepared(folder, database_url, server, further)


def _with_students(house: Installation) -> Installation:
    """As many as are needed beside those of the demo."""
    missing = STUDENTS - sum(one.role == "student" for one in house.accounts)
    rows = [RosterRow(f"QQ{number:04}", f"Hallgató {number}") for number in range(missing)]
    fresh = [Account(row.neptun, row.name, "student", secrets.token_urlsafe(12)) for row in rows]
    with _database(house) as database, database.write() as session:
        course_id = session.scalars(select(Course.id)).one()
        apply_roster(session, course_id, rows, datetime.now(UTC), seed=1)
        for one in fresh:
            person = find_person(session, course_id, one.neptun)
            assert person is not None
            set_password(session, person, one.password)
    return replace(house, accounts=(*house.accounts, *fresh))


@contextmanager
def _database(house: Installation) -> Iterator[Database]:
    database = Database(house.environ["HAZI_DATABASE_URL"])
    try:
        yield database
    finally:
        database.dispose()


def _wipe(url: str) -> None:
    """All that Redis knows; where it stands still just now, nothing."""
    with redis.Redis.from_url(url, socket_timeout=2) as client:
        try:
            client.flushall()
        except redis.RedisError:
            return


def _correct(house: Installation) -> None:
    """Publish a version that gives more points, however often that takes."""
    toml = house.folder / "assignments" / SLUG / "assignment.toml"
    toml.write_text(toml.read_text().replace("full_points_at = 0.94", "full_points_at = 0.90"))

    def is_published() -> bool:
        try:
            run_command(house.folder, house.environ, "sync")
        except AssertionError:
            return False
        return True

    wait_until(is_published, "the corrected version", QUIET_S, pause_s=1)


def _check(scene: Scene) -> dict[str, object]:
    """All that must be so in the end. What else is worth telling."""
    assert scene.hand_ins.trouble + scene.staff.trouble == []
    with _database(scene.house) as database:
        wait_until(partial(_all_has_ended, database), "the end of all runs", QUIET_S, pause_s=1)
        with database.read() as session:
            _check_hand_ins(session, scene)
            _check_runs(session)
            _check_standings(session)
            _check_regrade(session)
            told = _told(session, scene)
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
    assert len(found) == STUDENTS * (HAND_INS + 1)
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
            assert (run.verdict, lost[run.id] >= GIVEN_UP) == (Verdict.GRADER_ERROR, True)


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


def _told(session: Session, scene: Scene) -> dict[str, object]:
    runs = session.scalars(select(Grading).where(Grading.state == State.DONE)).all()
    ended = sum(log.read_text().count("graded") for log in _grader_logs(scene.house))
    waits = [(run.finished_at - run.created_at).total_seconds() for run in runs if run.finished_at]
    return {
        "runs that count": len(runs),
        "runs that ended in vain": max(0, ended - len(runs)),
        "runs lost": session.scalar(select(func.count(Loss.id))),
        "longest wait for a result": f"{max(waits):.0f} s",
    }


def _grader_logs(house: Installation) -> list[Path]:
    return [house.folder / f"{name}.log" for name in GRADERS]


def _table(seed: int, scene: Scene, told: dict[str, object]) -> str:
    taken, fates = scene.hand_ins.taken, Counter(scene.staff.fates.values())
    longest = max(((one.confirmed_at - one.first_sent_at).total_seconds() for one in taken), default=0.0)
    lines: dict[str, object] = {
        "kills": scene.chaos.count(Fault.KILL),
        "pauses": scene.chaos.count(Fault.PAUSE),
        "all": dict(sorted(scene.chaos.struck.items())),
        "submissions": len(taken),
        "answers to hand-ins": dict(sorted(scene.hand_ins.answers.items())),
        "decisions": {str(fate): number for fate, number in fates.items()},
        "longest wait for a receipt": f"{longest:.0f} s",
        **told,
    }
    return "\n".join(
        [f"kill anything, CHAOS_SEED={seed}", *(f"  {name}: {value}" for name, value in lines.items())]
    )
