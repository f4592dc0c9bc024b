"""What a notice says, in the language of whoever reads it, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, format_datetime, format_decimal, gettext
from flask_babel import lazy_gettext as _

from grader.contract import Verdict
from server.deadlines.rules import reason_words
from server.errors import Text
from server.notices.kinds import NoticeKind
from server.standings.rules import DecisionKind
from server.standings.service import Decision, described

Params = Mapping[str, Any]


def sentence(kind: str, title: Text, params: Params) -> Text:
    """One sentence or two about the assignment called `title`; the reason is not in it."""
    said = _SENTENCES.get(kind)
    if said is None or params.get("withdrawn"):
        return _("%(title)s: something was told here and taken back.", title=title)
    return said(title, params)


def reason(kind: str, params: Params) -> str:
    """Why, or what staff wrote; "" where nobody said."""
    said = str(params.get("reason") or "")
    return reason_words(said) if kind == NoticeKind.EXTENDED else said


def path(kind: str, slug: str, params: Params) -> str:
    """The page on which there is more."""
    submission = params.get("submission")
    if submission and kind in {NoticeKind.GRADED, NoticeKind.HANDED_IN, NoticeKind.RUN}:
        return f"/submissions/{submission}"
    if kind == NoticeKind.INQUIRY and "inquiry" in params:
        return f"/inquiries/{params['inquiry']}"
    if kind == NoticeKind.REGRADED:
        return f"/assignments/{slug}/explanation"
    return f"/assignments/{slug}"


def kind_name(kind: NoticeKind) -> Text:
    """What a kind of notices is called where it can be muted."""
    return _KINDS[kind]


def _graded(title: Text, params: Params) -> Text:
    if params["verdict"] == Verdict.GRADER_ERROR:
        return _(
            "%(title)s: your hand-in could not be graded. It is our fault and costs no try.", title=title
        )
    if params["verdict"] != Verdict.SCORED:
        return _("%(title)s: your hand-in ran and has no score. Its page says why.", title=title)
    points = _of(params)
    if params.get("final"):
        return _(
            "%(title)s: your hand-in was scored on the final data: %(points)s on the public share.",
            title=title,
            points=points,
        )
    return _("%(title)s: your hand-in is graded: %(points)s on the public share.", title=title, points=points)


def _regraded(title: Text, params: Params) -> Text:
    if params.get("by") == "rules":
        return _(
            "%(title)s: your points have changed from %(old)s to %(new)s, because its dates or rules have.",
            title=title,
            old=_points(params["old"]),
            new=_points(params["new"]),
        )
    return _(
        "%(title)s: your points have changed from %(old)s to %(new)s, because it was graded again.",
        title=title,
        old=_points(params["old"]),
        new=_points(params["new"]),
    )


def _decided(title: Text, params: Params) -> Text:
    if params["decision"] == DecisionKind.COMMENT:
        return _("%(title)s: staff wrote to you.", title=title)
    decision = Decision(kind=params["decision"], old=dict(params["old"]), new=dict(params["new"]))
    return _("%(title)s: staff decided: %(what)s.", title=title, what=described(decision))


def _inquiry(title: Text, params: Params) -> Text:
    words = _INQUIRIES.get(str(params["state"]))
    return words(title) if words else _("%(title)s: your inquiry has changed.", title=title)


def _extended(title: Text, params: Params) -> Text:
    due = _moment(params["due"])
    if params["ended"]:
        return _(
            "%(title)s: an extension was taken back. It is due on %(due)s for you.", title=title, due=due
        )
    return _("%(title)s: you have an extension. It is due on %(due)s for you.", title=title, due=due)


def _moved(title: Text, params: Params) -> Text:
    due, old = _moment(params["due"]), _moment(params["old"])
    if params["due"] != params["old"]:
        return _("%(title)s: due on %(due)s for you, no longer on %(old)s.", title=title, due=due, old=old)
    opens = _moment(params["opens"])
    if params["closes"]:
        closes = _moment(params["closes"])
        return _(
            "%(title)s: new dates. It opens on %(opens)s and closes for good on %(closes)s.",
            title=title,
            opens=opens,
            closes=closes,
        )
    return _("%(title)s: new dates. It opens on %(opens)s.", title=title, opens=opens)


def _due_soon(title: Text, params: Params) -> Text:
    return _(
        "%(title)s: due on %(due)s, and nothing of yours counts yet.",
        title=title,
        due=_moment(params["due"]),
    )


def _run(title: Text, params: Params) -> Text:
    if params["new"].get("cancelled"):
        return _("%(title)s: staff have cancelled a run of your hand-in. It costs no try.", title=title)
    return _("%(title)s: a run of your hand-in that was cancelled goes on after all.", title=title)


def _handed_in(title: Text, params: Params) -> Text:
    return _(
        "%(title)s: your hand-in has arrived on %(at)s.", title=title, at=_moment(params["at"], exact=True)
    )


def _of(params: Params) -> Text:
    if params.get("most") is None:
        return _points(params["points"])
    return _("%(points)s of %(most)s points", points=_number(params["points"]), most=_number(params["most"]))


def _points(text: str | None) -> Text:
    return _("no points") if text is None else _("%(n)s points", n=_number(text))


def _number(text: str) -> Text:
    return LazyString(lambda: format_decimal(Decimal(text)))


def _moment(text: str, *, exact: bool = False) -> Text:
    """In the zone of the course."""
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if exact:
        return LazyString(lambda: format_datetime(aware, gettext("d MMM y, HH:mm:ss")))
    return LazyString(lambda: format_datetime(aware, gettext("d MMM y, HH:mm")))


_INQUIRIES: Mapping[str, Callable[[Text], Text]] = {
    "answered": lambda title: _("%(title)s: your inquiry was answered.", title=title),
    "accepted": lambda title: _("%(title)s: your inquiry was accepted.", title=title),
    "declined": lambda title: _("%(title)s: your inquiry was declined.", title=title),
}
_SENTENCES: Mapping[str, Callable[[Text, Params], Text]] = {
    NoticeKind.GRADED: _graded,
    NoticeKind.REGRADED: _regraded,
    NoticeKind.DECISION: _decided,
    NoticeKind.INQUIRY: _inquiry,
    NoticeKind.EXTENDED: _extended,
    NoticeKind.MOVED: _moved,
    NoticeKind.DUE_SOON: _due_soon,
    NoticeKind.RUN: _run,
    NoticeKind.HANDED_IN: _handed_in,
}
_KINDS: Mapping[NoticeKind, Text] = {
    NoticeKind.GRADED: _("A hand-in is graded"),
    NoticeKind.REGRADED: _("Points have changed by a regrade, or by other dates or rules"),
    NoticeKind.DECISION: _("Staff decided, or wrote to you"),
    NoticeKind.INQUIRY: _("An inquiry is answered"),
    NoticeKind.EXTENDED: _("An extension, granted or taken back"),
    NoticeKind.MOVED: _("Dates have moved"),
    NoticeKind.DUE_SOON: _("Due within a day, and nothing is handed in"),
    NoticeKind.RUN: _("A run was cancelled by staff"),
    NoticeKind.HANDED_IN: _("A hand-in has arrived, with its receipt"),
}
