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
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import redis
from sqlalchemy import select

from grader.signing import new_signing_key, private_text
from server.accounts.invitations import set_password
from server.accounts.models import User
from server.accounts.people import apply_roster, find_person
from server.accounts.roster import RosterRow
from server.courses.models import Course
from server.demo.accounts import Account
from server.notices.inbox import choose_mutes
from server.notices.kinds import Mute, NoticeKind
from server.operations.run_folders import run_folder
from tests import servers
from tests.aftermath import QUIET_S, Scene, check, database_of
from tests.chaos import Chaos, Fault, Part, fill, postgres_part, program_part, redis_part, running, small_disk
from tests.crowds import HandIns, Plan, Planned, Staff
from tests.installation import SLUG, Installation, prepared, run_command
from tests.programs import training
from tests.server import mail_server
from tests.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

STUDENTS, HAND_INS = 20, 4  # of each, and one more in the end
SPAN_S = float(os.environ.get("CHAOS_S") or 120)  # in which all is handed in
LAST_S = 20.0  # in which the last ones come
STORE_MIB = 96
GRADERS = ("grader-a", "grader-b")
LONG_PAUSE_S = 40.0  # longer than a lease: a run that was taken for lost goes on beside the next one


def test_nothing_is_lost_or_doubled_whatever_is_killed(
    tmp_path: Path, record_property: Callable[[str, object], None]
):
    seed = int(os.environ.get("CHAOS_SEED") or secrets.randbelow(10**6))
    sys.stdout.write(f"CHAOS_SEED={seed}\n")
    dice = random.Random(seed)
    with (
        mail_server.running() as mail,
        _attacked(tmp_path, dice, mail) as (house, chaos),
        ExitStack() as clients,
    ):
        people = [house.account("student", number) for number in range(STUDENTS)]
        plans = [
            Plan(one.neptun, clients.enter_context(house.api(one)), _planned(dice, HAND_INS, SPAN_S))
            for one in people
        ]
        hand_ins = HandIns(plans)
        correct = partial(_correct, house)
        staff = Staff(house, [one.neptun for one in people], hand_ins.taken, correct, STUDENTS)
        scene = Scene(house, hand_ins, staff, mail, STUDENTS * (HAND_INS + 1))
        try:
            _work(scene, chaos, dice)
            told = check(scene)
        except (AssertionError, TimeoutError):
            sys.stdout.write(f"{_table(seed, chaos, scene, {})}\n{house.logs()}\n")
            raise
        record_property("table", _table(seed, chaos, scene, told))


def _work(scene: Scene, chaos: Chaos, dice: random.Random) -> None:
    """All that is done under attack; in the end everything is up again."""
    hand_ins, ends_at = scene.hand_ins, time.monotonic() + 1.5 * SPAN_S

    def is_over() -> bool:
        return hand_ins.are_over and scene.staff.is_over

    with hand_ins.under_way(), scene.staff.under_way(dice):
        chaos.strike_until(lambda: is_over() or time.monotonic() > ends_at)
        wait_until(is_over, "the end of all work", QUIET_S, pause_s=0.5)
    # Nobody decides any more: what follows from these runs follows from their reports alone.
    hand_ins.plans = [replace(plan, hand_ins=_planned(dice, 1, LAST_S)) for plan in hand_ins.plans]
    with hand_ins.under_way():
        chaos.strike_until(lambda: hand_ins.are_over)
    scene.house.await_ready()


def _planned(dice: random.Random, hand_ins: int, span_s: float) -> list[Planned]:
    """Of all students together about every third content is one that was there before."""
    moments = sorted(dice.uniform(0, span_s) for _ in range(hand_ins))
    return [Planned(at, _program(dice), keep=dice.random() < 0.5) for at in moments]


def _program(dice: random.Random) -> bytes:
    variant = dice.choice(["same", f"{dice.random()}", f"{dice.random()}"])
    return (training(dice.randint(5, 30) if variant != "same" else 10) + f"# {variant}\n").encode()


@contextmanager
def _attacked(
    folder: Path, dice: random.Random, mail: mail_server.MailServer
) -> Iterator[tuple[Installation, Chaos]]:
    """All parts, each a process of its own, and what can be done to them."""
    with (
        small_disk(folder / "store", STORE_MIB) as has_disk,
        run_folder("redis") as redis_folder,
        servers.postgres_server(port=servers.free_port(), hasty=False) as first,
    ):
        servers.run_sql(first, "CREATE DATABASE chaos")
        house = _with_students(_prepared(folder, first.url("chaos"), redis_folder, mail))
        os.kill(first.pid, signal.SIGQUIT)  # from now on it is a part like all others
        programs = [
            program_part(name, partial(house.command, name), has_children=name in {"web", "blobs"})
            for name in ("blobs", "web", "recorder", "dispatcher")
        ]
        graders = [Part(name, partial(house.grader, name), LONG_PAUSE_S) for name in GRADERS]
        parts = (postgres_part(first), redis_part(redis_folder), *programs, *graders)
        others = {
            "wiped Redis": partial(_wipe, f"unix://{redis_folder}/redis.sock"),
            "mail server died": partial(_let_die, mail),
        }
        if has_disk:
            others["filled the disk"] = partial(fill, house.folder / "store", 3.0)
        with running(parts):
            house.await_ready()
            yield house, Chaos(parts, others, dice)


def _prepared(
    folder: Path, database_url: str, redis_folder: Path, mail: mail_server.MailServer
) -> Installation:
    further = {
        "HAZI_RECEIPT_KEYS": private_text(new_signing_key()),
        "HAZI_MAIL_HOST": mail.config.host,
        "HAZI_MAIL_PORT": str(mail.config.port),
        "HAZI_MAIL_FROM": mail.config.sender,
        "HAZI_MAIL_SECURITY": mail.config.security,
    }
    with servers.redis_on(redis_folder, append_only=True) as server:
        return prepared(folder, database_url, server, further)


def _with_students(house: Installation) -> Installation:
    """As many as are needed beside those of the demo."""
    missing = STUDENTS - sum(one.role == "student" for one in house.accounts)
    rows = [
        RosterRow(f"QQ{number:04}", f"Hallgató {number}", f"qq{number}@example.org")
        for number in range(missing)
    ]
    fresh = [Account(row.neptun, row.name, "student", secrets.token_urlsafe(12)) for row in rows]
    with database_of(house) as database, database.write() as session:
        course_id = session.scalars(select(Course.id)).one()
        apply_roster(session, course_id, rows, datetime.now(UTC), seed=1)
        for one in fresh:
            person = find_person(session, course_id, one.neptun)
            assert person is not None
            set_password(session, person, one.password)
        for student in session.scalars(select(User)):  # each hand-in is a notice and a mail, too
            choose_mutes(session, student.id, {NoticeKind.HANDED_IN: Mute.NONE})
    return replace(house, accounts=(*house.accounts, *fresh))


def _wipe(url: str) -> None:
    """All that Redis knows; where it stands still just now, nothing."""
    with redis.Redis.from_url(url, socket_timeout=2) as client:
        try:
            client.flushall()
        except redis.RedisError:
            return


def _let_die(mail: mail_server.MailServer) -> None:
    """It takes the next mail, and does not say so; it refuses the one after that."""
    mail.dies, mail.refuses = 1, 1


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


def _table(seed: int, chaos: Chaos, scene: Scene, told: dict[str, object]) -> str:
    taken, fates = scene.hand_ins.taken, Counter(scene.staff.fates.values())
    ended = sum((scene.house.folder / f"{name}.log").read_text().count('"graded"') for name in GRADERS)
    longest = max(((one.confirmed_at - one.first_sent_at).total_seconds() for one in taken), default=0.0)
    lines: dict[str, object] = {
        "kills": chaos.count(Fault.KILL),
        "pauses": chaos.count(Fault.PAUSE),
        "all": dict(sorted(chaos.struck.items())),
        "submissions": len(taken),
        "answers to hand-ins": dict(sorted(scene.hand_ins.answers.items())),
        "decisions": {str(fate): number for fate, number in fates.items()},
        "longest wait for a receipt": f"{longest:.0f} s",
        **told,
        "runs that ended in vain": max(0, ended - int(str(told.get("runs that count", ended)))),
    }
    return "\n".join(
        [f"kill anything, CHAOS_SEED={seed}", *(f"  {name}: {value}" for name, value in lines.items())]
    )
