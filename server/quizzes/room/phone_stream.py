"""What a phone is sent: the whole room as far as it is this player's business, each time anew."""

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
from server.quizzes.room.phases import Phase
from server.quizzes.room.state import REVEALED_PHASES, Participant, RoomSnapshot
from server.quizzes.room.state_cache import CachedRoom

RETRY_MS = 1000  # at least, and twice that at most
PING_S = 10.0  # how soon a phone that has gone is noticed
LIFE_S = 900.0  # then the phone comes again, and who it is is checked anew
KEPT = 32  # rooms and languages
ASKED = frozenset({Phase.READY, Phase.QUESTION, Phase.CLOSED, Phase.REVEAL})  # where the question is shown


@dataclass(slots=True)
class RenderedSnapshots:
    """The part of a look that all phones of one language share, written once."""

    clock: Callable[[], datetime]
    _kept: dict[tuple[int, str], tuple[RoomSnapshot, str]] = field(default_factory=dict)

    def snapshot(self, seen: RoomSnapshot, hall: CachedRoom, seat: Participant, language: str) -> str:
        """One snapshot, in JSON: "now" and "me" are this phone's, all else is everybody's."""
        shared = self._shared(seen, language)
        now = json.dumps(_ms(self.clock()))
        return f'{{"now":{now},{shared},"me":{_written(_mine(seen, hall, seat, language))}}}'

    def _shared(self, seen: RoomSnapshot, language: str) -> str:
        place = (seen.room_id, language)
        kept = self._kept.get(place)
        if kept is None or kept[0] is not seen:
            kept = (seen, _written(_everybodys(seen, language))[1:-1])
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[place] = kept
        return kept[1]


def stream(screens: RenderedSnapshots, hall: CachedRoom, key: str, language: str, hub: Hub) -> Iterator[str]:
    """The text of an event stream, until the player is out, the server closes or the stream is old."""
    # Not all at once when a server comes back: each phone has a time of its own.
    yield sse.retry(RETRY_MS + hash(key) % RETRY_MS)
    ends, told = time.monotonic() + LIFE_S, -1
    while not hub.closing and time.monotonic() < ends:
        try:
            seen = hall.look
            seat = hall.seated(key, seen)
        except Refusal as refusal:
            yield sse.event("out", _written({"slug": refusal.slug, "detail": str(refusal.detail)}))
            return
        if seen.version == told:
            yield sse.PING
        else:
            told = seen.version
            yield sse.event("state", screens.snapshot(seen, hall, seat, language), told)
        hall.wait(told, PING_S)


def _everybodys(seen: RoomSnapshot, language: str) -> dict[str, Any]:
    title = seen.quiz.quiz.title
    shared: dict[str, Any] = {
        "v": seen.version,
        "phase": seen.phase,
        "title": title.hu if language == "hu" else title.en,
        "of": len(seen.quiz.questions),
        "game": seen.game,
    }
    drawn = seen.drawn
    if drawn is None or seen.phase not in ASKED:
        return shared
    shared |= {
        "number": seen.state.question + 1,
        "vote": seen.state.vote,
        "round": seen.round,
        "change": seen.change,
        "opens_at": _ms(seen.state.opens_at),
        "closes_at": _ms(seen.state.closes_at),
    }
    if len(drawn.variants) == 1:
        shared |= _question(seen, drawn.variants[0], language)
    return shared


def _mine(seen: RoomSnapshot, hall: CachedRoom, seat: Participant, language: str) -> dict[str, Any]:
    mine: dict[str, Any] = {"nickname": two_words(seat.nickname, language)}
    if standing := seen.totals.get(seat.player_id):
        mine |= {"place": standing.place, "points": standing.points, "players": len(seen.totals)}
    drawn = seen.drawn
    if drawn is None or seen.phase not in ASKED:
        return mine
    variant = drawn.variants[drawn.variant_of(seen.seed, seat.user_id)]
    if len(drawn.variants) > 1:
        mine |= _question(seen, variant, language)
    if given := hall.given(seat.player_id, seen):
        mine |= {"answer": sent_again(variant, given.content, seen.order, language), "n": given.n}
        if seen.phase in REVEALED_PHASES:
            mine |= {"credit": given.credit, "earned": given.game}
    return mine


def _question(seen: RoomSnapshot, variant: Variant, language: str) -> dict[str, Any]:
    found = {"question": question_shown(variant, language, seen.order)}
    if seen.phase is Phase.REVEAL:
        found["answered"] = answer_shown(variant, language, seen.order, seen.ruled())
    return found


def _ms(moment: datetime) -> int:
    """Milliseconds since 1970, as browsers count."""
    return round(moment.timestamp() * 1000)


def _written(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
