"""The event stream of a phone: snapshots of the room, as far as they are this player's business."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server import sse
from server.accounts.service import two_words
from server.errors import Refusal
from server.notifications import Hub
from server.quizzes.questions.presenting import answer_shown, question_shown, sent_again
from server.quizzes.questions.published import Variant
from server.quizzes.room.phases import RoomPhase
from server.quizzes.room.state import REVEALED_PHASES, Participant, RoomSnapshot
from server.quizzes.room.state_cache import CachedRoom

RETRY_MS = 1000  # at least, and twice that at most
PING_S = 10.0  # how soon a phone that has gone is noticed
LIFE_S = 900.0  # then the phone comes again, and who it is is checked anew
KEPT = 32  # rooms and languages
ASKED = frozenset(
    {RoomPhase.READY, RoomPhase.QUESTION, RoomPhase.CLOSED, RoomPhase.REVEAL}
)  # where the question is shown


@dataclass(slots=True)
class RenderedSnapshots:
    """The part of a snapshot that all phones of one language share, written once."""

    clock: Callable[[], datetime]
    _kept: dict[tuple[int, str], tuple[RoomSnapshot, str]] = field(default_factory=dict)

    def text(
        self, snapshot: RoomSnapshot, cached: CachedRoom, participant: Participant, language: str
    ) -> str:
        """One snapshot, in JSON: "now" and "me" are this phone's, all else is everybody's."""
        shared = self._shared(snapshot, language)
        now = json.dumps(_ms(self.clock()))
        return f'{{"now":{now},{shared},"me":{_written(_mine(snapshot, cached, participant, language))}}}'

    def _shared(self, snapshot: RoomSnapshot, language: str) -> str:
        key = (snapshot.room_id, language)
        kept = self._kept.get(key)
        if kept is None or kept[0] is not snapshot:
            kept = (snapshot, _written(_everybodys(snapshot, language))[1:-1])
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = kept
        return kept[1]


def stream(
    rendered: RenderedSnapshots, cached: CachedRoom, key: str, language: str, hub: Hub
) -> Iterator[str]:
    """The text of an event stream, until the player is out, the server closes or the stream is old."""
    # Not all at once when a server comes back: each phone has a time of its own.
    yield sse.retry(RETRY_MS + hash(key) % RETRY_MS)
    ends, sent_version = time.monotonic() + LIFE_S, -1
    while not hub.closing and time.monotonic() < ends:
        try:
            snapshot = cached.snapshot
            participant = cached.participant(key, snapshot)
        except Refusal as refusal:
            yield sse.event("out", _written({"slug": refusal.slug, "detail": str(refusal.detail)}))
            return
        if snapshot.version == sent_version:
            yield sse.PING
        else:
            sent_version = snapshot.version
            yield sse.event("state", rendered.text(snapshot, cached, participant, language), sent_version)
        cached.wait(sent_version, PING_S)


def _everybodys(snapshot: RoomSnapshot, language: str) -> dict[str, Any]:
    title = snapshot.quiz.quiz.title
    shared: dict[str, Any] = {
        "v": snapshot.version,
        "phase": snapshot.phase,
        "title": title.hu if language == "hu" else title.en,
        "of": len(snapshot.quiz.questions),
        "game": snapshot.game,
    }
    playable = snapshot.playable
    if playable is None or snapshot.phase not in ASKED:
        return shared
    shared |= {
        "number": snapshot.state.question + 1,
        "vote": snapshot.state.vote,
        "round": snapshot.round,
        "change": snapshot.change,
        "opens_at": _ms(snapshot.state.opens_at),
        "closes_at": _ms(snapshot.state.closes_at),
    }
    if len(playable.variants) == 1:
        shared |= _question(snapshot, playable.variants[0], language)
    return shared


def _mine(
    snapshot: RoomSnapshot, cached: CachedRoom, participant: Participant, language: str
) -> dict[str, Any]:
    mine: dict[str, Any] = {"nickname": two_words(participant.nickname, language)}
    if standing := snapshot.totals.get(participant.player_id):
        mine |= {"place": standing.rank, "points": standing.points, "players": len(snapshot.totals)}
    playable = snapshot.playable
    if playable is None or snapshot.phase not in ASKED:
        return mine
    variant = playable.variants[playable.variant_of(snapshot.seed, participant.user_id)]
    if len(playable.variants) > 1:
        mine |= _question(snapshot, variant, language)
    if given := cached.answer_of(participant.player_id, snapshot):
        mine |= {"answer": sent_again(variant, given.content, snapshot.order, language), "n": given.n}
        if snapshot.phase in REVEALED_PHASES:
            mine |= {"credit": given.credit, "earned": given.game}
    return mine


def _question(snapshot: RoomSnapshot, variant: Variant, language: str) -> dict[str, Any]:
    found = {"question": question_shown(variant, language, snapshot.order)}
    if snapshot.phase is RoomPhase.REVEAL:
        found["answered"] = answer_shown(variant, language, snapshot.order, snapshot.current_rulings())
    return found


def _ms(moment: datetime) -> int:
    """Milliseconds since 1970, as browsers count."""
    return round(moment.timestamp() * 1000)


def _written(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
