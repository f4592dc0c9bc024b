"""Deadline rules and what they did in words, a short sentence each. Dates are passed in as they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from flask_babel import lazy_gettext as _

from assignments.late_policy import After, LatePolicy, LateStep, Makeup, MakeupFor, Offset, Verb
from server.deadlines.late_result import Step, StepKind
from server.deadlines.schedule import DeadlinePhase
from server.errors import Text

PHASES = {
    DeadlinePhase.NOT_OPEN: _("Not open yet"),
    DeadlinePhase.OPEN: _("Open"),
    DeadlinePhase.LATE: _("Late days"),
    DeadlinePhase.CLOSED: _("Closed"),
    DeadlinePhase.PRACTICE: _("For practice"),
    DeadlinePhase.MAKEUP: _("Make-up"),
}


REASONS: Mapping[str, Text] = {"ill": _("ill"), "technical": _("technical trouble")}
"""What is proposed as a reason of an extension, as it is kept and as it is read."""


def reason_words(reason: str) -> str:
    """The reason of an extension for the reader: what of it was proposed is in their language."""
    proposed, colon, rest = reason.partition(": ")
    return f"{REASONS.get(proposed, proposed)}{colon}{rest}"


def number(value: Decimal) -> Text:
    """A number with the decimal sign of the reader's language and no idle zeros."""
    whole, _point, part = f"{value:f}".partition(".")
    if not part.strip("0"):
        return whole
    # TRANSLATORS: A decimal number, such as 2.5.
    return _("%(whole)s.%(part)s", whole=whole, part=part.rstrip("0"))


def percent(share: Decimal) -> Text:
    """A share as a percentage, without its sign."""
    return number(share * 100)


def offset_words(offset: Offset) -> Text:
    """A stretch of time: "one day", "36 hours"."""
    minutes = int(offset.elapsed.total_seconds()) // 60
    if offset.days:
        return _("one day") if offset.days == 1 else _("%(n)s days", n=offset.days)
    if minutes % 60:
        return _("one minute") if minutes == 1 else _("%(n)s minutes", n=minutes)
    return _("one hour") if minutes == 60 else _("%(n)s hours", n=minutes // 60)


def line_sentences(late: LatePolicy, closes: Text = "") -> tuple[Text, ...]:
    """What lateness costs, from the due moment on. `closes` is the wall, as it is shown.

    The grace is left out: it is for slow lines and clocks, and no part of the deadline.
    """
    return tuple(_line(late, closes))


def makeup_sentences(makeup: Makeup, opens: Text, due: Text) -> tuple[Text, ...]:
    """Who may make up for an assignment, when, and for how much."""
    said = [_("The make-up is open from %(opens)s to %(due)s.", opens=opens, due=due)]
    if makeup.who is MakeupFor.FAILED:
        said.append(
            _(
                "It is for those who have less than %(percent)s %% of the maximum.",
                percent=percent(makeup.below),
            )
        )
    if makeup.cap < 1:
        said.append(
            _("At most %(percent)s %% of the maximum can be earned in it.", percent=percent(makeup.cap))
        )
    if makeup.fee:
        said.append(_("It costs a fee, which you pay to the department."))
    return tuple(said)


def own_due_sentence(due: Text, granted: Text = "", reason: Text = "") -> Text:
    """When something is due for the reader; where it is extended, since which day and why."""
    if not granted:
        return _("For you: due %(due)s.", due=due)
    if not reason:
        return _("For you: due %(due)s, because of the extension of %(granted)s.", due=due, granted=granted)
    return _(
        "For you: due %(due)s, because of the extension of %(granted)s (%(reason)s).",
        due=due,
        granted=granted,
        reason=reason,
    )


def due_sentence(due: Text, granted: Text = "", reason: Text = "") -> Text:
    """When something was due for a student, as a step of an explanation."""
    if not granted:
        return _("Due %(due)s, as for everybody.", due=due)
    return _(
        "Due %(due)s, because of the extension of %(granted)s (%(reason)s).",
        due=due,
        granted=granted,
        reason=reason,
    )


def arrival_sentence(at: Text) -> Text:
    """Which hand-in counts."""
    return _("What was handed in on %(at)s counts.", at=at)


def ruling_sentence(points: Decimal | None, at: Text, reason: Text) -> Text:
    """What staff have decided; no points mean that the student is excused."""
    if points is None:
        return _("Staff have excused it on %(at)s: %(reason)s", at=at, reason=reason)
    return _(
        "Staff have set it to %(points)s points on %(at)s: %(reason)s",
        points=number(points),
        at=at,
        reason=reason,
    )


NOTHING_COUNTS: Mapping[str, Text] = {
    "ungraded": _("Nothing has a result yet."),
    "missing": _("Nothing was handed in that could count."),
    "scored": _("What was handed in came at a moment at which nothing counts."),
}
"""Why there are no points, by the state of a standing."""


def stretch_sentence(phase: DeadlinePhase, late_day: int, tokens: int) -> Text:
    """What a hand-in is in a stretch of the line."""
    if tokens:
        said = _("with one time token") if tokens == 1 else _("with %(n)s time tokens", n=tokens)
        if not late_day:
            return said
        return _("late step %(step)s, %(tokens)s", step=late_day, tokens=said)
    return _("late step %(step)s", step=late_day) if late_day else STRETCHES[phase]


STRETCHES: Mapping[DeadlinePhase, Text] = {
    DeadlinePhase.NOT_OPEN: _("not open yet"),
    DeadlinePhase.OPEN: _("on time"),
    DeadlinePhase.LATE: _("late"),
    DeadlinePhase.CLOSED: _("not taken"),
    DeadlinePhase.PRACTICE: _("for practice"),
    DeadlinePhase.MAKEUP: _("make-up, for those who may"),
}


def step_sentence(step: Step) -> Text:
    """One step of an explanation."""
    return _STEPS[step.kind](step)


def _line(late: LatePolicy, closes: Text) -> Iterator[Text]:
    if late.per_day is None:
        yield from map(_step_of_line, late.steps)
    elif late.steps:
        yield _each_day(late.per_day)
    yield _end(late)
    if late.floor:
        yield _("Lateness takes no result below %(percent)s %% of the maximum.", percent=percent(late.floor))
    if late.tokens:
        yield _("You may use up to %(n)s of your time tokens here.", n=late.tokens)
    if closes:
        yield _("After %(closes)s nothing counts, not even with an extension.", closes=closes)


def _step_of_line(step: LateStep) -> Text:
    said = {"until": offset_words(step.until), "percent": percent(step.share)}
    if step.verb is Verb.KEEP:
        return _("Up to %(until)s late: %(percent)s %% of your points are kept.", **said)
    if step.verb is Verb.MINUS:
        return _("Up to %(until)s late: %(percent)s %% of the maximum are taken off.", **said)
    return _("Up to %(until)s late: at most %(percent)s %% of the maximum count.", **said)


def _each_day(per_day: Decimal) -> Text:
    if not per_day:
        return _("Late days cost nothing.")
    return _("Each late day takes %(percent)s %% of your points.", percent=percent(per_day))


def _end(late: LatePolicy) -> Text:
    if not late.steps:
        if late.after is After.PRACTICE:
            return _("After the due moment you may hand in for practice: it is graded, and worth no points.")
        return _("After the due moment nothing is taken any more.")
    last = offset_words(late.steps[-1].until)
    if late.after is After.PRACTICE:
        return _("After %(last)s you may hand in for practice: it is graded, and worth no points.", last=last)
    return _("After %(last)s nothing is taken any more.", last=last)


def _share(step: Step) -> Text:
    return percent(step.share or Decimal(0))


_STEPS: Mapping[StepKind, Callable[[Step], Text]] = {
    StepKind.EARNED: lambda step: _("It earned %(points)s points.", points=number(step.points)),
    StepKind.TOKENS: lambda step: (
        _("One time token moved the due moment.")
        if step.count == 1
        else _("%(n)s time tokens moved the due moment.", n=step.count)
    ),
    StepKind.ON_TIME: lambda _step: _("It came in time: nothing is taken off."),
    StepKind.GRACE: lambda _step: _("It came a moment late, which is forgiven: nothing is taken off."),
    StepKind.KEEP: lambda step: _(
        "It came on late day %(n)s: %(percent)s %% of the points are kept, %(points)s.",
        n=step.count,
        percent=_share(step),
        points=number(step.points),
    ),
    StepKind.MINUS: lambda step: _(
        "It came on late day %(n)s: %(percent)s %% of the maximum are taken off, %(points)s points are left.",
        n=step.count,
        percent=_share(step),
        points=number(step.points),
    ),
    StepKind.CAP: lambda step: _(
        "It came on late day %(n)s: at most %(percent)s %% of the maximum count: %(points)s points.",
        n=step.count,
        percent=_share(step),
        points=number(step.points),
    ),
    StepKind.FLOOR: lambda step: _(
        "Lateness takes no result below %(percent)s %% of the maximum: it is %(points)s points.",
        percent=_share(step),
        points=number(step.points),
    ),
    StepKind.NOT_OPEN: lambda _step: _("It came before the assignment was open, and is worth no points."),
    StepKind.CLOSED: lambda _step: _("It came after the end, and is worth no points."),
    StepKind.PRACTICE: lambda _step: _("It came after the end, for practice, and is worth no points."),
    StepKind.MAKEUP_CAP: lambda step: _(
        "It is a make-up: at most %(percent)s %% of the maximum count: %(points)s points.",
        percent=_share(step),
        points=number(step.points),
    ),
    StepKind.ROUNDED: lambda step: _("Rounded to hundredths: %(points)s points.", points=number(step.points)),
}
