"""The deadlines of an assignment for one person: what holds now, until when, and what lateness costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from babel.dates import format_datetime
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.deadlines.rules import DeadlinePhase, Rules, line_sentences, makeup_sentences
from server.errors import Text
from server.standings.service import Explained, OwnWindow, explained
from server.submissions.reader import Reader


@dataclass(frozen=True, slots=True)
class DeadlineCard:
    """What holds for somebody at a moment."""

    phase: DeadlinePhase
    opens: datetime
    due: datetime  # their own
    closes: datetime  # the last second in which a hand-in can count, without a make-up
    common_due: datetime | None  # of everybody, where theirs is another one
    ends: datetime | None  # of what holds now
    tokens: int  # that could still help
    terms: tuple[Text, ...]

    @classmethod
    def of(cls, window: OwnWindow, reader: Reader) -> DeadlineCard:
        """As the reader sees them now."""
        phase = window.at(reader.now).phase
        ends = {DeadlinePhase.OPEN: window.due, DeadlinePhase.LATE: window.announced_closes}.get(phase)
        rules = window.rules
        if phase is DeadlinePhase.MAKEUP and rules.makeup:
            ends = rules.makeup.due
        return cls(
            phase=phase,
            opens=rules.opens,
            due=window.due,
            closes=window.announced_closes,
            common_due=rules.due if rules.due != window.due else None,
            ends=ends,
            tokens=window.tokens,
            terms=_terms(rules, reader),
        )


def explained_to(session: Session, spec: Assignment, reader: Reader) -> Explained:
    """What the reader gets for an assignment at this moment, and why."""
    person = reader.person
    tell = partial(moment_in_words, reader=reader)
    return explained(session, person.course_id, spec, person.id, reader.audience, tell=tell)


def moment_in_words(moment: datetime, reader: Reader) -> str:
    """A moment as the reader is told it, in the zone of the course."""
    return format_datetime(moment, str(_("d MMM y, HH:mm")), tzinfo=reader.zone, locale=reader.language)


def _terms(rules: Rules, reader: Reader) -> tuple[Text, ...]:
    late, makeup = rules.late, rules.makeup
    said = line_sentences(late, moment_in_words(late.closes, reader) if late.closes else "")
    if makeup is None:
        return said
    return (
        *said,
        *makeup_sentences(makeup, moment_in_words(makeup.opens, reader), moment_in_words(makeup.due, reader)),
    )
