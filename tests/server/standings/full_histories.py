"""Histories in which everything happens that a course knows, beside what `histories` knows of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.grading.published import in_force
from server.person import Person
from server.standings.decisions.choices import choose
from server.standings.decisions.deciding import Subject, return_try
from server.submissions.admission.checks import Admission, admit_by_the_clock
from server.submissions.decisions.hand_in import hand_in_for
from server.submissions.hand_in import HandIn, hand_in, hand_in_admitted, taken_before
from server.submissions.reruns.final_draw import draw_final
from tests.server.builders import COURSE
from tests.server.standings.histories import DUES, LATE, History
from tests.server.submissions.builders import HELD_OUT, ZONE, a_file, an_assignment

CONTENTS = 4  # few, so that the same one comes again
FRESH = HELD_OUT.replace('load = "data.py:load"', 'load = "data.py:load"\nfinal = "fresh"')
MAKEUP = """
[makeup]
opens = 2026-11-20T08:00:00
due = 2026-11-25T23:59:59
cap = 0.5
"""
COUNTS = {"digits": "best", "letters": "last", "signs": "chosen"}


class FullHistory(History):
    """With twins, trials, keys, what is replaced, hand-ins by staff, choices, final draws and make-ups."""

    admitted: tuple[Person, HandIn, Admission, datetime] | None = None  # let in, and not written yet

    def _verbs(self) -> list[Callable[[Session], None]]:
        return [
            *super()._verbs(),
            *([self.hand_in_again] * 6),
            *([self.let_in, self.edit_dates, self.extend, self.write_down] * 4),
            *(self.hand_in_by_staff, self.hand_in_by_staff, self.pick, self.pick),
            *(self.draw, self.return_try),
        ]

    def hand_in_again(self, session: Session) -> None:
        moment = self.now - timedelta(minutes=self.die.choice((0, 0, 0, 30)))
        hand_in(session, self._person(), self._request(), now=moment, zone=ZONE)

    def let_in(self, session: Session) -> None:
        """Its files are stored meanwhile, and something else happens."""
        content = b"# %d" % self.die.randrange(10**9)  # which waits for a run of its own
        person, request = self._person(), HandIn(self._slug(), (a_file(content),), keep=True)
        admission = admit_by_the_clock(session, person, request.slug, now=self.now, zone=ZONE)
        self.admitted = person, request, admission, self.now

    def write_down(self, session: Session) -> None:
        if self.admitted is None:
            return
        (person, request, admission, moment), self.admitted = self.admitted, None
        if taken_before(session, person, request) is None:
            hand_in_admitted(session, person, request, admission, now=moment, zone=ZONE)

    def hand_in_by_staff(self, session: Session) -> None:
        arrived = self.now - timedelta(hours=self.die.randint(0, 72))
        hand_in_for(session, self._person(), self._request(), self._author(), arrived=arrived, zone=ZONE)

    def pick(self, session: Session) -> None:
        if one := self._submission(session):
            spec = in_force(session, COURSE, one.slug, ZONE).spec
            choose(session, spec, Subject(COURSE, one.slug, one.user_id), one.id, self._author())

    def draw(self, session: Session) -> None:
        draw_final(session, COURSE, self._slug(), ZONE, self.now)

    def return_try(self, session: Session) -> None:
        if one := self._submission(session):
            return_try(session, one, self._author(), back=self.die.random() < 0.3)

    def _request(self) -> HandIn:
        number = self.die.randrange(CONTENTS)
        key = self.die.choice((None, None, f"k{number}"))
        files = (a_file(b"# %d" % number),)
        trial, keep = self.die.random() < 0.2, self.die.random() < 0.4
        return HandIn(self._slug(), files, key, trial=trial, keep=keep).known_by_bytes()

    def _publish(self, session: Session, slug: str, *, counts: str = "", per_day: int = 1000) -> None:
        facts = {"due": DUES[slug], "counts": COUNTS[slug], "tables": FRESH + MAKEUP}
        an_assignment(session, slug, late=LATE, per_day=per_day, **facts)
