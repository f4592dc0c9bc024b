"""One submission that the demo hands in itself, as a student would: over HTTP, and watched to the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import httpx

from server.demo.accounts import Account
from server.demo.console import Console
from server.http.api_address import API
from server.person import Role

SLUG = "lenet-digits"
PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Sample:
    """The reference solution of the first homework, handed in by the first student."""

    address: str
    accounts: list[Account]
    assignments: Path
    console: Console
    stop: Event

    def hand_in_and_watch(self) -> None:
        """Tell how it went; the demo goes on whatever happens to it."""
        student = next(account for account in self.accounts if account.role == Role.STUDENT)
        try:
            with httpx.Client(base_url=f"{self.address}{API}", timeout=30) as client:
                self._sign_in(client, student)
                submission = self._hand_in(client)
                self.console.say(
                    f"{student.name} handed in the reference solution of {SLUG}: {self._page(submission)}"
                )
                self._watch(client, submission)
                client.delete("/tokens/current").raise_for_status()
        except httpx.HTTPStatusError as error:
            self.console.say(f"the sample submission was refused: {error.response.text}")
        except httpx.HTTPError as error:
            if not self.stop.is_set():
                self.console.say(f"the sample submission did not get through: {error}")

    def _sign_in(self, client: httpx.Client, student: Account) -> None:
        login = {"neptun": student.neptun, "password": student.password, "name": "demo"}
        token = _checked(client.post("/tokens", json=login))
        client.headers["Authorization"] = f"Bearer {token['token']}"

    def _hand_in(self, client: httpx.Client) -> dict[str, Any]:
        """The same bytes twice on one day are one submission: the key makes a second start harmless."""
        content = (self.assignments / SLUG / "reference" / "submission.py").read_bytes()
        return _checked(
            client.post(
                f"/assignments/{SLUG}/submissions",
                files={"file": ("submission.py", content)},
                headers={"Idempotency-Key": f"demo-{datetime.now(UTC):%Y-%m-%d}"},
            )
        )

    def _watch(self, client: httpx.Client, submission: dict[str, Any]) -> None:
        """Follow the live events to their end, as the page does; one that breaks off is taken up again."""
        address = f"/submissions/{submission['id']}"
        while submission["state"] not in {"done", "cancelled"}:
            with client.stream("GET", f"{address}/events", headers={"Accept": "text/event-stream"}) as stream:
                stream.raise_for_status()
                any(line == "event: end" for line in stream.iter_lines())
            if self.stop.wait(PAUSE_S):
                return
            submission = _checked(client.get(address))
        points = "no points" if submission["points"] is None else f"{submission['points']:g} points"
        self.console.say(
            f"the sample submission is graded: {submission['verdict']}, {points} - {self._page(submission)}"
        )

    def _page(self, submission: dict[str, Any]) -> str:
        return f"{self.address}/submissions/{submission['id']}"


def _checked(response: httpx.Response) -> dict[str, Any]:
    answer: dict[str, Any] = response.raise_for_status().json()
    return answer
