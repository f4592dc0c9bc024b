"""When one student may hand in: their own due moment, the tokens they have left, and who may make up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from assignments.late_policy import Offset
from assignments.spec import Assignment
from server.courses.service import Course, course_of
from server.deadlines.rules import (
    REGULAR,
    DeadlinePhase,
    OwnDue,
    Rules,
    Timing,
    is_revealed,
    last_moment,
    may_make_up,
    moved,
    own_due,
    rules_of,
    stages,
    timing_at,
    usable,
)
from server.deadlines.service import dates_in_force, exemptions
from server.standings.computation import Run, Share, Work, compute, token_item
from server.standings.facts import Wanted, exact, reservations, terms_of, works
from server.standings.reveal_dates import reveal_in_force
from server.standings.states import RunState


@dataclass(frozen=True, slots=True)
class OwnWindow:
    """The line of one student. `tokens` are those that could still move it."""

    rules: Rules
    own: OwnDue
    day: Offset  # of a token
    tokens: int = 0
    edited: bool = False  # whether staff have set dates over those of the file
    edit: int = 0  # the row in which they did so last

    @property
    def due(self) -> datetime:
        """The student's own due moment, before any token."""
        return self.own.due

    @property
    def latest_due(self) -> datetime:
        """The due moment if all tokens were used."""
        return moved(self.rules, self.own.due, self.tokens, self.day)

    @property
    def closes(self) -> datetime:
        """The last second in which a hand-in can count, but for a make-up."""
        return last_moment(self.rules, self.latest_due)

    def goes_on(self, moment: datetime) -> bool:
        """Whether the regular line has not ended, with the tokens that could still move it."""
        return self.at(moment).phase in {DeadlinePhase.NOT_OPEN, *REGULAR}

    @property
    def announced_closes(self) -> datetime:
        """The same as people are told it: without the silent grace."""
        line = stages(self.rules, self.latest_due)
        return max(
            (stage.until or stage.begins for stage in line if stage.phase in REGULAR), default=self.due
        )

    def makes_no_difference(self, earlier: datetime, later: datetime) -> bool:
        """Whether two arrivals are worth the same, however many tokens move the line."""
        for tokens in range(self.rules.late.tokens + 1):
            due = moved(self.rules, self.own.due, tokens, self.day)
            timings = [timing_at(self.rules, due, arrival) for arrival in (earlier, later)]
            if len({(one.phase, one.step) for one in timings}) > 1:
                return False
        return True

    def at(self, moment: datetime) -> Timing:
        """Where a moment lies: late although a token may help, and taken as long as tokens let it."""
        found = timing_at(self.rules, self.own.due, moment)
        if not self.tokens or found.phase not in {DeadlinePhase.CLOSED, DeadlinePhase.PRACTICE}:
            return found
        helped = timing_at(self.rules, self.latest_due, moment)
        return helped if helped.phase in REGULAR else found


def window_of_file(spec: Assignment, course: Course) -> OwnWindow | None:
    """The line of everybody, where no date is edited and nobody has more time; None where tokens may help."""
    if course.tokens_per_term and spec.late.tokens:
        return None
    rules = rules_of(spec, course.time_zone)
    return OwnWindow(rules, own_due(rules, ()), course.token_length)


def own_window(session: Session, course_id: int, user_id: int, spec: Assignment) -> OwnWindow:
    """The line of an assignment for one student, as it is now."""
    return own_windows(session, course_id, user_id, [spec])[spec.slug]


def own_windows(
    session: Session, course_id: int, user_id: int, specs: Collection[Assignment]
) -> dict[str, OwnWindow]:
    """The lines of several assignments for one student, by slug."""
    course = course_of(session, course_id)
    dues = _dues(session, course, specs, [user_id])
    return _with_tokens(session, course, user_id, {spec: dues[spec.slug, user_id] for spec in specs})


def own_dues(
    session: Session, course_id: int, specs: Collection[Assignment], users: Collection[int]
) -> dict[tuple[str, int], OwnWindow]:
    """The lines of several students, by slug and user, without their tokens."""
    return _dues(session, course_of(session, course_id), specs, users)


def _dues(
    session: Session, course: Course, specs: Collection[Assignment], users: Collection[int]
) -> dict[tuple[str, int], OwnWindow]:
    course_id = course.id
    dates = dates_in_force(session, course_id, specs, course.time_zone)
    granted = exemptions(session, course_id, list(dates), users)
    return {
        (slug, user_id): OwnWindow(
            one.rules,
            own_due(one.rules, granted.get((slug, user_id), ())),
            course.token_length,
            edited=one.edited,
            edit=one.edit,
        )
        for slug, one in dates.items()
        for user_id in users
    }


class MakeupBar(StrEnum):
    """Why somebody may not make up for an assignment."""

    NONE_THERE = "none-there"
    NOT_FAILED = "not-failed"
    TOO_MANY = "too-many"  # in this term


def makeup_bar(
    session: Session, course_id: int, user_id: int, spec: Assignment, now: datetime
) -> MakeupBar | None:
    """Why a student may not make up for an assignment; None for one who may.

    Failed is who has less than the make-up asks for on the private share, without what was made up. Until
    private results are told everybody may hand in, or being refused would tell them: what is handed in by
    somebody who has not failed is worth nothing.
    """
    course = course_of(session, course_id)
    theirs = _works(session, course, user_id)
    work = theirs.get(spec.slug)
    makeup = work.rules.makeup if work else spec.makeup
    if makeup is None:
        return MakeupBar.NONE_THERE
    made_up = {slug for slug, one in theirs.items() if any(is_made_up(one, run) for run in one.runs)}
    if course.makeups_per_term and len(made_up - {spec.slug}) >= course.makeups_per_term:
        return MakeupBar.TOO_MANY
    if work is None or not is_revealed(reveal_in_force(session, course_id, spec).latest, now):
        return None
    without = {**theirs, spec.slug: replace(work, rules=replace(work.rules, makeup=None))}
    found = compute(without.values(), course.tokens_per_term, course.token_length)[spec.slug]
    failed = may_make_up(makeup, found.points(Share.PRIVATE) or exact(0), work.most)
    return None if failed else MakeupBar.NOT_FAILED


def is_made_up(work: Work, run: Run) -> bool:
    """Whether a hand-in came as a make-up: in its time, and after the student's own line.

    One that cost nothing, or is void, was none.
    """
    if run.state is RunState.FREE or work.is_void(run):
        return False
    return timing_at(work.rules, work.own.due, run.arrival).phase is DeadlinePhase.MAKEUP


def nothing_yet(spec: Assignment, window: OwnWindow, reserved: int | None) -> Work:
    """The work of a student for whom there is nothing to tell yet."""
    most = exact(spec.score.points)
    return Work(spec.slug, window.rules, window.own, most, spec.counts, reserved=reserved)


def _with_tokens(
    session: Session, course: Course, user_id: int, windows: Mapping[Assignment, OwnWindow]
) -> dict[str, OwnWindow]:
    """The windows with the tokens that are left for each.

    They are counted as the public share has it: what is left must not tell anything of the private one.
    """
    if not course.tokens_per_term or not any(one.rules.late.tokens for one in windows.values()):
        return {spec.slug: window for spec, window in windows.items()}
    theirs = _works(session, course, user_id)
    reserved = reservations(session, Wanted(course.id, None, frozenset({user_id})))
    for spec, window in windows.items():
        if spec.slug not in theirs:
            theirs[spec.slug] = nothing_yet(spec, window, reserved.get((spec.slug, user_id)))
    items = [token_item(work, Share.PUBLIC) for work in theirs.values()]
    return {
        spec.slug: replace(
            window, tokens=usable(items, spec.slug, course.tokens_per_term, course.token_length)
        )
        for spec, window in windows.items()
    }


def _works(session: Session, course: Course, user_id: int) -> dict[str, Work]:
    terms = terms_of(session, course.id, course.time_zone)
    wanted = Wanted(course.id, None, frozenset({user_id}))
    return {work.slug: work for work in works(session, wanted, terms).get(user_id, ())}
