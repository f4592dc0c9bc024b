"""What was decided, as half a sentence without a full stop, in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, format_datetime, format_decimal, gettext
from flask_babel import lazy_gettext as _

from server.deadlines.rules import reason_words
from server.errors import Text
from server.standings.models import Decision
from server.standings.states import DecisionKind

POINTED = frozenset(
    {DecisionKind.OVERRIDE, DecisionKind.EXCUSE, DecisionKind.ZERO, DecisionKind.APPLY_REGRADE}
)
"""What moves points, with those of both shares in `old`: "points" and "public_points"."""

New = Mapping[str, Any]


def described(decision: Decision, *, is_revealed: bool = True) -> Text:
    """What was decided, with what was before. `told` says whether the private share may be read from it."""
    words = _WORDS.get(decision.kind)
    if words is None:
        return decision.kind
    new = decision.new
    said = words(new if is_revealed else {**new, "points": new.get("public_points", new.get("points"))})
    before = _before(decision, is_revealed=is_revealed)
    return said if before is None else _("%(what)s (before: %(old)s)", what=said, old=before)


def reason_of(decision: Decision) -> str:
    """Why, for the reader: what the server itself wrote or proposed is in their language."""
    if decision.kind == DecisionKind.EXTEND:
        return reason_words(decision.reason)
    if decision.kind == DecisionKind.CANCEL and "replaced_by" in decision.new:
        return str(gettext("replaced by a newer hand-in"))
    return decision.reason


def kind_name(kind: str) -> Text:
    """What a kind of decision is called in a list of them."""
    return _KINDS.get(kind, kind)


def _before(decision: Decision, *, is_revealed: bool) -> Text | None:
    old = decision.old
    if decision.kind in POINTED:
        state = _STATES.get(str(old.get("state")))
        points = old.get("points" if is_revealed else "public_points")
        return state if state is not None or points is None else _points(points)
    due = old.get("due")
    return _moment(due) if decision.kind in {DecisionKind.EXTEND, DecisionKind.EDIT_DATES} and due else None


def _override(new: New) -> Text:
    if new.get("points") is None:
        return _("as computed")
    return _("set to %(points)s", points=_points(new["points"]))


def _either(name: str, done: Text, undone: Text) -> Callable[[New], Text]:
    return lambda new: done if new.get(name) else undone


def _text(said: Text, withdrawn: Text) -> Callable[[New], Text]:
    return lambda new: withdrawn if "withdraws" in new else said


def _hand_in(new: New) -> Text:
    return _("handed in by staff, as arrived on %(moment)s", moment=_moment(new.get("arrived")))


def _extend(new: New) -> Text:
    if new.get("label"):
        return _(
            "extended to %(due)s for all with %(label)s", due=_moment(new.get("due")), label=new["label"]
        )
    return _("extended to %(due)s", due=_moment(new.get("due")))


def _edit_dates(new: New) -> Text:
    if not any(new.get(name) for name in ("opens", "due", "closes", "reveal")):
        return _("dates as in the file")
    if not new.get("due"):
        return _("dates changed")
    return _("dates changed: due on %(due)s", due=_moment(new["due"]))


def _tokens(new: New) -> Text:
    if new.get("most") is None:
        return _("as many time tokens as help")
    return _("at most %(n)s time tokens", n=new["most"])


def _inquiry(new: New) -> Text:
    return _INQUIRIES.get(str(new.get("state")), _("inquiry"))


def _apply_regrade(new: New) -> Text:
    if new.get("points") is None:
        return _("the new results count")
    return _("the new results count: %(points)s", points=_points(new["points"]))


def _points(text: str) -> LazyString:
    return LazyString(lambda: gettext("%(n)s points", n=format_decimal(Decimal(text))))


def _moment(text: str | None) -> Text:
    """A moment in the zone of the course; what is no moment is shown as it is."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return LazyString(lambda: format_datetime(aware, gettext("d MMM y, HH:mm")))


_STATES: Mapping[str, Text] = {
    "excused": _("excused"),
    "zero": _("nothing given"),
    "missing": _("missing"),
    "ungraded": _("not graded yet"),
}
_INQUIRIES: Mapping[str, Text] = {
    "open": _("inquiry opened"),
    "answered": _("inquiry answered"),
    "accepted": _("inquiry accepted"),
    "declined": _("inquiry declined"),
}
_WORDS: Mapping[str, Callable[[New], Text]] = {
    DecisionKind.OVERRIDE: _override,
    DecisionKind.EXCUSE: _either("state", _("excused"), _("no longer excused")),
    DecisionKind.ZERO: _either("state", _("nothing is given for it"), _("the zero is taken back")),
    DecisionKind.VOID: _either("void", _("a hand-in does not count"), _("a hand-in counts again")),
    DecisionKind.RETURN_TRY: _either("returned", _("a try is given back"), _("a try is charged after all")),
    DecisionKind.CANCEL: _either("cancelled", _("a run is cancelled"), _("a cancelled run goes on")),
    DecisionKind.COMMENT: _text(_("comment"), _("comment taken back")),
    DecisionKind.NOTE: _text(_("note for staff"), _("note for staff taken back")),
    DecisionKind.HAND_IN: _hand_in,
    DecisionKind.CHOOSE: _either(
        "submission", _("a hand-in is chosen to count"), _("the rule says which hand-in counts")
    ),
    DecisionKind.EXTEND: _extend,
    DecisionKind.END_EXTENSION: lambda _new: _("an extension is taken back"),
    DecisionKind.EDIT_DATES: _edit_dates,
    DecisionKind.TOKENS: _tokens,
    DecisionKind.REGRADE: lambda _new: _("graded again"),
    DecisionKind.APPLY_REGRADE: _apply_regrade,
    DecisionKind.DROP_REGRADE: lambda _new: _("the new results are dropped"),
    DecisionKind.INQUIRY: _inquiry,
}
_KINDS: Mapping[str, Text] = {
    DecisionKind.OVERRIDE: _("Points"),
    DecisionKind.EXCUSE: _("Excuse"),
    DecisionKind.ZERO: _("Zero"),
    DecisionKind.VOID: _("Hand-in void"),
    DecisionKind.RETURN_TRY: _("Try given back"),
    DecisionKind.CANCEL: _("Run cancelled"),
    DecisionKind.COMMENT: _("Comment"),
    DecisionKind.NOTE: _("Note for staff"),
    DecisionKind.HAND_IN: _("Hand-in by staff"),
    DecisionKind.CHOOSE: _("Choice"),
    DecisionKind.EXTEND: _("Extension"),
    DecisionKind.END_EXTENSION: _("Extension taken back"),
    DecisionKind.EDIT_DATES: _("Dates"),
    DecisionKind.TOKENS: _("Time tokens"),
    DecisionKind.REGRADE: _("Regrade"),
    DecisionKind.APPLY_REGRADE: _("Regrade applied"),
    DecisionKind.DROP_REGRADE: _("Regrade dropped"),
    DecisionKind.INQUIRY: _("Inquiry"),
}
