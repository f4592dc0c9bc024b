"""`Reader`: the person, the language, the zone and the moment for which something is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from server.person import Person
from server.standings.service import Audience
from server.submissions.queue.positions import LinesSeen


@dataclass(frozen=True, slots=True)
class Reader:
    """`Reader`: the person, the language, the zone and the moment for which something is shown."""

    person: Person
    language: str
    zone: ZoneInfo
    now: datetime
    seen: LinesSeen = field(default_factory=LinesSeen)  # shared by all readers of a process
    for_staff: bool = False  # whether staff look at what is this person's

    @property
    def audience(self) -> Audience:
        """Whether private shares are told."""
        return Audience(self.for_staff or self.person.is_staff, self.now)
