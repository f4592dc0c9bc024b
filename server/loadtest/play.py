"""One load test: a hall of phones, some questions, perhaps a power cut; and its result."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import func, select

from server.accounts.service import people
from server.courses.service import the_course
from server.database import Database
from server.http.api_address import API
from server.loadtest.crowd import Phone, SavedCounts, join_all
from server.loadtest.http_connection import TROUBLES, HttpConnection
from server.loadtest.installation import Installation
from server.loadtest.usage import cpu_s, memory_mib
from server.quizzes.service import Answer, Player, Round

SETTLE_S = 2.0  # after joining, so that every stream hangs
PATIENCE_S = 45.0  # for the last answer of a question
CUT_AFTER_S = 0.25  # since the first was saved: in the middle of the answers


class Cut(StrEnum):
    """What is killed in the middle of each question."""

    NOTHING = "nothing"
    WEB = "web"
    REDIS = "redis"


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a load test. Times in seconds: of each phone and question, sorted."""

    players: int
    questions: int
    seen_s: Sequence[float] = field(repr=False)  # from the lecturer's press to the phone
    saved_s: Sequence[float] = field(repr=False)  # from the tap to "saved"
    acknowledged: int
    stored: int  # of the acknowledged
    doubled: int  # players with more than one answer to a question
    cpu_s: float  # of the web server, all its processes, while it was played
    wall_s: float
    memory_mib: float  # of all its processes at the end; shared pages counted once

    @property
    def lost(self) -> int:
        """Answers that were acknowledged and are not there: must be 0."""
        return self.acknowledged - self.stored


async def play(
    installation: Installation, *, cut: Cut = Cut.NOTHING, poll: bool = False, seed: int = 1
) -> Result:
    """Play every question of the load test's quiz with everybody on its class list."""
    staff = HttpConnection("127.0.0.1", installation.port, installation.token)
    pin = (await staff.ask("POST", f"{API}/quizzes/load/sessions", {})).json()["pin"]
    saved = SavedCounts(len(installation.codes))
    phones = [
        Phone(code, "127.0.0.1", installation.port, pin, random.Random(f"{seed}/{code}"), poll, saved)  # noqa: S311
        for code in installation.codes
    ]
    await join_all(phones)
    living = [asyncio.create_task(phone.live()) for phone in phones]
    await asyncio.sleep(SETTLE_S)
    began, used = time.monotonic(), cpu_s(installation.group)
    asked: dict[int, float] = {}
    number = 0
    while await _ask_next(staff, pin, asked, number := number + 1):
        await _answered(installation, saved, number, cut)
        await _press(staff, pin, "close")
        await _press(staff, pin, "reveal")
        await asyncio.sleep(SETTLE_S)
    used = float("nan") if cut is Cut.WEB else cpu_s(installation.group) - used
    facts = (time.monotonic() - began, used, memory_mib(installation.group))
    for task in living:
        task.cancel()
    await asyncio.gather(*living, return_exceptions=True)
    for connection in (staff, *(phone.connection for phone in phones)):
        connection.cut()
    await asyncio.sleep(0)  # for the connections to be closed
    return _result(installation, phones, asked, facts)


async def _ask_next(staff: HttpConnection, pin: str, asked: dict[int, float], number: int) -> bool:
    """Open the next question; False when there is none."""
    asked[number] = time.monotonic()
    if await _press(staff, pin, "question"):
        return True
    del asked[number]
    return False


async def _press(staff: HttpConnection, pin: str, to: str) -> bool:
    while True:
        try:
            reply = await staff.ask("POST", f"{API}/live/{pin}/advance", {"to": to})
        except TROUBLES:
            await asyncio.sleep(0.5)
            continue
        if reply.status < 500:
            return reply.status == 200
        await asyncio.sleep(0.5)


async def _answered(installation: Installation, saved: SavedCounts, number: int, cut: Cut) -> None:
    """Until everybody was told "saved", or too long; with the power cut in between."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            if cut is not Cut.NOTHING:
                await saved.first(number).wait()
                await asyncio.sleep(CUT_AFTER_S)
                await asyncio.to_thread(_cut, installation, cut)
            await saved.all(number).wait()


def _cut(installation: Installation, cut: Cut) -> None:
    installation.kill(cut)
    (installation.start_web if cut is Cut.WEB else installation.start_redis)()


def _result(
    installation: Installation,
    phones: Sequence[Phone],
    asked: dict[int, float],
    facts: tuple[float, float, float],
) -> Result:
    wall_s, used_s, memory = facts
    acknowledged = {(phone.code, key) for phone in phones for key in phone.saved}
    rows = _rows(installation)
    return Result(
        players=len(phones),
        questions=len(asked),
        seen_s=sorted(phone.seen[key] - asked[key] for phone in phones for key in phone.seen if key in asked),
        saved_s=sorted(phone.saved[key] - phone.sent[key] for phone in phones for key in phone.saved),
        acknowledged=len(acknowledged),
        stored=len(acknowledged & set(rows)),
        doubled=sum(count > 1 for count in rows.values()),
        cpu_s=used_s,
        wall_s=wall_s,
        memory_mib=memory,
    )


def _rows(installation: Installation) -> dict[tuple[str, int], int]:
    """How many answers the table has, by player's code and number of the question."""
    database = Database(installation.database_url)
    with database.read() as session:
        counted = select(Player.user_id, Round.question, func.count()).join(
            Answer, Answer.player_id == Player.id
        )
        counted = counted.join(Round, Round.id == Answer.round_id).group_by(Player.user_id, Round.question)
        known = people(session, the_course(session).id)
        found = {(known[user].neptun, index + 1): count for user, index, count in session.execute(counted)}
    database.dispose()
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of sorted values lies; NaN without any."""
    if not values:
        return float("nan")
    return values[min(len(values) - 1, round(share * (len(values) - 1)))]
