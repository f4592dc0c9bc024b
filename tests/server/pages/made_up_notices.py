"""Notices for the gallery, one of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from server.notices.inbox import NoticeCard, NoticePage
from server.notices.kinds import Mute, NoticeKind, usual
from server.notices.wording import kind_name, path, reason, sentence
from tests.server.pages.made_up import NOW, STUDENT

NUMBER = "3f2a0c9e-0000-4000-8000-000000000001"
DUE, OLD = "2026-10-28T22:59:59+00:00", "2026-10-25T22:59:59+00:00"
SCORED = {"submission": NUMBER, "verdict": "scored", "points": "8.91", "most": "10.0", "final": False}
TOLD: tuple[tuple[NoticeKind, dict[str, Any]], ...] = (
    (NoticeKind.DUE_SOON, {"due": DUE}),
    (NoticeKind.GRADED, SCORED),
    (NoticeKind.GRADED, SCORED | {"verdict": "failed"}),
    (NoticeKind.GRADED, SCORED | {"verdict": "grader_error"}),
    (NoticeKind.GRADED, SCORED | {"final": True}),
    (NoticeKind.EXTENDED, {"ended": False, "due": DUE, "reason": "Igazolt betegség."}),
    (NoticeKind.EXTENDED, {"ended": True, "due": OLD, "reason": "Tévedés volt."}),
    (
        NoticeKind.MOVED,
        {
            "opens": OLD,
            "due": DUE,
            "closes": None,
            "old": OLD,
            "reason": "Leállt a gép: mindenki kap három napot.",
        },
    ),
    (NoticeKind.MOVED, {"opens": OLD, "due": DUE, "closes": DUE, "old": DUE, "reason": ""}),
    (
        NoticeKind.REGRADED,
        {"old": "8.91", "new": "9.12", "reason": "A rejtett teszthalmazban 40 címke hibás volt."},
    ),
    (
        NoticeKind.DECISION,
        {
            "decision": "override",
            "old": {"state": "scored", "points": "8.91"},
            "new": {"points": "9.50"},
            "reason": "A szóbeli védés alapján.",
        },
    ),
    (
        NoticeKind.DECISION,
        {"decision": "comment", "old": {}, "new": {}, "reason": "Szép munka!\nÍgy tovább."},
    ),
    (NoticeKind.INQUIRY, {"inquiry": 7, "state": "answered", "reason": "Megnéztük: a futás rendben volt."}),
    (NoticeKind.INQUIRY, {"inquiry": 7, "state": "accepted", "reason": "Igazad van."}),
    (NoticeKind.INQUIRY, {"inquiry": 7, "state": "declined", "reason": "A pontszám helyes."}),
    (NoticeKind.RUN, {"submission": NUMBER, "new": {"cancelled": True}, "reason": "Nem áll le."}),
    (NoticeKind.RUN, {"submission": NUMBER, "new": {"cancelled": False}, "reason": "Mégis lefut."}),
    (NoticeKind.HANDED_IN, {"submission": NUMBER, "at": OLD, "receipt": True}),
    (NoticeKind.DECISION, {"withdrawn": True}),
)


def page(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the page of notices gets."""
    cards = tuple(
        NoticeCard(
            id=100 - place,
            kind=kind,
            slug="lenet-digits",
            text=sentence(kind, "LeNet-5 kézzel írt számjegyeken", params),
            reason=reason(kind, params),
            path=path(kind, "lenet-digits", params),
            at=NOW - timedelta(hours=5 * place),
            read=place > 3,
        )
        for place, (kind, params) in enumerate(TOLD)
    )
    usual_page = {"page": NoticePage(cards, 81, 4), "first": True, "unread_notices": lambda: 4}
    return usual_page | changes


def settings(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the page gets on which one chooses."""
    mutes = {kind: usual(kind) for kind in NoticeKind} | {NoticeKind.GRADED: Mute.ALL}
    rows = [{"kind": kind, "name": kind_name(kind), "mute": how} for kind, how in mutes.items()]
    usual_page: dict[str, Any] = {"rows": rows, "mails": True, "made_at": NOW - timedelta(days=9)}
    return usual_page | {"address": "", "unread_notices": lambda: 100} | changes


ADDRESS = "https://hazi.example.org/calendar/" + "aB3-_xYz" * 5 + "abc.ics"
PAGES: Mapping[str, tuple[str, Any, Mapping[str, Any]]] = {
    "notices": ("notices/notices.html", STUDENT, page()),
    "notices-older": ("notices/notices.html", STUDENT, page(first=False)),
    "notices-none": ("notices/notices.html", STUDENT, page(page=NoticePage())),
    "notice-settings": ("notices/settings.html", STUDENT, settings()),
    "notice-settings-address": ("notices/settings.html", STUDENT, settings(address=ADDRESS)),
    "notice-settings-no-mail": ("notices/settings.html", STUDENT, settings(mails=False, made_at=None)),
}
