"""Crowds that work with a running Házi over its API, and remember what they were told."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, TypeAlias

import httpx

from tests.installation import SLUG, Installation

Verb: TypeAlias = Callable[[httpx.Client, random.Random], None]
Body: TypeAlias = Mapping[str, Any]
ASSIGNMENT = f"/assignments/{SLUG}"
AGAIN_S = 0.3
PATIENCE_S = 120.0  # until a hand-in is taken
ANSWER_S = 8.0
THINKING_S = (0.5, 4.0)  # of staff, before they decide something
COME_AGAIN = frozenset({429, 503, 507})


@dataclass(frozen=True, slots=True)
class Planned:
    """A hand-in to come."""

    after_s: float  # from the beginning
    content: bytes
    keep: bool  # what waits already is run too
    key: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Taken:
    """A hand-in that was confirmed."""

    planned: Planned
    neptun: str
    id: str
    first_sent_at: datetime
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What one student will hand in, in this order."""

    neptun: str
    client: httpx.Client  # as who is signed in
    hand_ins: Sequence[Planned]


@dataclass
class HandIns:
    """Students who hand in, and send again with the same key what was not confirmed, as `hazi` does."""

    plans: Sequence[Plan]
    taken: list[Taken] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)  # by status; 0 where no answer came
    trouble: list[str] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def are_over(self) -> bool:
        """Whether everything was handed in, or somebody has given up."""
        return not any(thread.is_alive() for thread in self._threads)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Until the block ends, or everything is handed in: each student in a thread."""
        self._stop.clear()
        self._threads = [threading.Thread(target=self._student, args=(plan,)) for plan in self.plans]
        with _running(self._threads, self._stop):
            yield

    def _student(self, plan: Plan) -> None:
        began = time.monotonic()
        for planned in plan.hand_ins:
            if self._stop.wait(max(0.0, began + planned.after_s - time.monotonic())):
                return
            if not self._hand_in(plan, planned):
                self.trouble.append(f"not taken within {PATIENCE_S:.0f} s")
                return

    def _hand_in(self, plan: Plan, planned: Planned) -> bool:
        first, gives_up = datetime.now(UTC), time.monotonic() + PATIENCE_S
        while time.monotonic() < gives_up and not self._stop.is_set():
            answer = self._sent(plan.client, planned)
            self.answers[answer.status_code if answer is not None else 0] += 1
            if answer is not None and answer.is_success:
                number = answer.json()["id"]
                self.taken.append(Taken(planned, plan.neptun, number, first, datetime.now(UTC)))
                return True
            if answer is not None and answer.status_code not in COME_AGAIN:
                self.trouble.append(f"hand-in: {answer.status_code} {answer.text[:300]}")
                return False
            self._stop.wait(AGAIN_S)
        return False

    def _sent(self, client: httpx.Client, planned: Planned) -> httpx.Response | None:
        return asked(
            client,
            "POST",
            f"{ASSIGNMENT}/submissions",
            files={"file": ("submission.py", planned.content)},
            params={"keep": planned.keep},
            headers={"Idempotency-Key": planned.key},
        )


class Fate(StrEnum):
    """What somebody was told of what they had decided."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # no answer came


@dataclass
class Staff:
    """A lecturer and an assistant who decide this and that, each time with a reason that nothing else has."""

    house: Installation
    students: Sequence[str]  # Neptun codes
    taken: Sequence[Taken]
    correct: Callable[[], None]  # the assignment, before it is graded again
    corrected_after: int  # hand-ins
    fates: dict[str, Fate] = field(default_factory=dict)  # by reason
    answers: Counter[int] = field(default_factory=Counter)  # by status; 0 where no answer came
    trouble: list[str] = field(default_factory=list)
    is_over: bool = False  # whether the regrade was applied
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def under_way(self, dice: random.Random) -> Iterator[None]:
        """Until the block ends."""
        lecturer, assistant = (self.house.account(role) for role in ("lecturer", "assistant"))
        chances = [random.Random(dice.random()) for _ in range(2)]
        with self.house.api(lecturer) as first, self.house.api(assistant) as second:
            due = datetime.fromisoformat(first.get(f"{ASSIGNMENT}/dates").json()["in_force"]["due"])
            verbs = [self._extend, self._override, self._excuse, self._void, self._return_try, self._cancel]
            further = [*verbs, partial(self._move_due, due)]
            threads = [
                threading.Thread(target=self._decide, args=(first, further, chances[0])),
                threading.Thread(target=self._decide, args=(second, verbs, chances[1])),
                threading.Thread(target=self._regrade, args=(first,)),
            ]
            with _running(threads, self._stop):
                yield

    def _decide(self, client: httpx.Client, verbs: Sequence[Verb], dice: random.Random) -> None:
        deck: list[Verb] = []
        while not self._stop.wait(dice.uniform(*THINKING_S)):
            if not deck:
                deck = dice.sample(verbs, len(verbs))
            deck.pop()(client, dice)

    def _extend(self, client: httpx.Client, dice: random.Random) -> None:
        who, due = dice.choice(self.students), f"+{dice.randint(1, 9)}d"
        self._ask(client, "POST", f"{ASSIGNMENT}/extensions", {"neptun": [who], "due": due})

    def _override(self, client: httpx.Client, dice: random.Random) -> None:
        self._rule(client, dice, {"kind": "override", "points": dice.randint(0, 1000) / 100})

    def _excuse(self, client: httpx.Client, dice: random.Random) -> None:
        self._rule(client, dice, {"kind": "excuse", "back": dice.random() < 0.5})

    def _void(self, client: httpx.Client, dice: random.Random) -> None:
        self._about(client, dice, {"kind": "void", "back": dice.random() < 0.3})

    def _return_try(self, client: httpx.Client, dice: random.Random) -> None:
        self._about(client, dice, {"kind": "return-try"})

    def _cancel(self, client: httpx.Client, dice: random.Random) -> None:
        """The newest hand-in, whose run has often not ended; or it is run after all."""
        if self.taken:
            body = {"back": dice.random() < 0.3}
            self._ask(client, "POST", f"/submissions/{self.taken[-1].id}/cancel", body)

    def _move_due(self, due: datetime, client: httpx.Client, dice: random.Random) -> None:
        moved = due + timedelta(minutes=dice.randint(-600, 600))
        self._ask(client, "PUT", f"{ASSIGNMENT}/dates", {"due": moved.isoformat(timespec="seconds")})

    def _rule(self, client: httpx.Client, dice: random.Random, body: Body) -> None:
        self._ask(client, "POST", f"{ASSIGNMENT}/students/{dice.choice(self.students)}/decisions", body)

    def _about(self, client: httpx.Client, dice: random.Random, body: Body) -> None:
        if self.taken:
            taken = dice.choice(self.taken)
            path = f"{ASSIGNMENT}/students/{taken.neptun}/decisions"
            self._ask(client, "POST", path, {**body, "submission": taken.id})

    def _regrade(self, client: httpx.Client) -> None:
        """Once enough was handed in the assignment is corrected and graded again, and that is applied."""
        self._until(lambda: len(self.taken) >= self.corrected_after)
        if self._stop.is_set():
            return
        self.correct()
        self._until(lambda: self._is_begun(client))
        self._until(
            lambda: (found := self._regrades(client)) and found[0]["waiting"] + found[0]["running"] == 0
        )
        self._until(lambda: self._is_applied(client))
        self.is_over = True

    def _is_begun(self, client: httpx.Client) -> bool:
        """Begin it, and look whether that was done where no answer came: nobody begins the same one twice."""
        only = {"only": self.students[:4]}
        return self._ask(client, "POST", f"{ASSIGNMENT}/regrades", only) or bool(self._regrades(client))

    def _regrades(self, client: httpx.Client) -> list[dict[str, Any]]:
        answer = asked(client, "GET", f"{ASSIGNMENT}/regrades")
        return answer.json()["regrades"] if answer is not None and answer.is_success else []

    def _is_applied(self, client: httpx.Client) -> bool:
        """Apply it, and look whether that was done where no answer came."""
        found = self._regrades(client)
        if found and found[0]["state"] == "open":
            asked(client, "POST", f"/regrades/{found[0]['id']}/end", json={"apply": True})
        return bool(found) and found[0]["state"] == "applied"

    def _until(self, done: Callable[[], object]) -> None:
        while not self._stop.is_set() and not done():
            self._stop.wait(1.0)

    def _ask(self, client: httpx.Client, method: str, path: str, body: Body) -> bool:
        """Decide something once, whether or not an answer comes. Whether it was done."""
        reason = f"because {uuid.uuid4()}"
        self.fates[reason] = Fate.UNKNOWN
        answer = asked(client, method, path, json={**body, "reason": reason})
        self.answers[answer.status_code if answer is not None else 0] += 1
        if answer is None:
            return False
        self.fates[reason] = Fate.DONE if answer.is_success else Fate.REFUSED
        if answer.status_code >= 500 and answer.status_code not in COME_AGAIN:
            self.trouble.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.is_success


def asked(client: httpx.Client, method: str, path: str, **form: Any) -> httpx.Response | None:  # noqa: ANN401
    """What is answered; None where no answer came."""
    try:
        return client.request(method, path, timeout=ANSWER_S, **form)
    except httpx.TransportError:
        return None


@contextmanager
def _running(threads: Sequence[threading.Thread], stop: threading.Event) -> Iterator[None]:
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads)
