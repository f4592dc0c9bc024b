"""Made-up extensions, dates and explanations: what the gallery shows of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from assignments.late_policy import LatePolicy, Makeup, Offset, daily_steps
from server.deadline_pages.date_edits import DateCard, DatePreview, DateSet, Edited, Moved
from server.deadline_pages.extension_csv import BadRow, GoodRow, SheetPlan, SheetRow
from server.deadline_pages.extension_list import ExtensionRow, ExtensionState
from server.deadline_pages.extension_pages import ExtensionForm
from server.deadline_pages.extensions import Granted
from server.deadline_pages.makeups import MadeUp, MakeupList
from server.deadlines.changes import Grant
from server.deadlines.own_due import OwnDue
from server.deadlines.schedule import Rules
from server.deadlines.step_chart import StepChart, step_chart
from server.deadlines.worth_over_time import timeline
from server.errors import BadInput
from server.person import Person
from server.standings.computation import Graded, Ruling, Run, Share, Work, compute
from server.standings.explanation import Background, Because, explanation
from server.standings.explanation_queries import Explained, Tokens
from server.standings.states import RunState, StandingState
from server.standings.windows import OwnWindow
from tests.server.pages.made_up import COURSE, LECTURER, NOW, OTHER, PEOPLE, STUDENT

DUE = NOW + timedelta(days=5)
SLUG, TITLE = "lenet-digits", "LeNet kézzel írt számjegyeken"


def extension(number: int, state: ExtensionState, **changes: Any) -> ExtensionRow:  # noqa: ANN401
    """One of STUDENT, granted by LECTURER."""
    ended = state is ExtensionState.ENDED
    usual: dict[str, Any] = {
        "id": number,
        "slug": SLUG,
        "person": STUDENT,
        "label": None,
        "due": DUE + timedelta(days=number),
        "replaces": False,
        "reason": "ill",
        "granted_by": LECTURER,
        "granted_at": NOW - timedelta(days=10 - number),
        "state": state,
        "ended_by": LECTURER if ended else None,
        "ended_at": NOW - timedelta(hours=3) if ended else None,
        "ended_because": "Tévedés volt, <b>nem</b> ő kérte." if ended else None,
    }
    return ExtensionRow(**usual | changes)


ROWS = [
    extension(5, ExtensionState.IN_FORCE, person=PEOPLE[3], reason="technical: leállt a laborgép"),
    extension(4, ExtensionState.IN_FORCE, person=None, label="extra-time", reason="külön megállapodás"),
    extension(3, ExtensionState.IN_FORCE, replaces=True, granted_by=None),
    extension(2, ExtensionState.REPLACED),
    extension(1, ExtensionState.ENDED, person=OTHER),
]
FILLED = ExtensionForm("ABC123 AAA000", "", "2026-12-01T12:00", "other", "elkésett a vonat", replaces=True)
REFUSED = BadInput("Nincs ilyen kódú hallgató: AAA000.")


def extensions(**changes: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """What the page of extensions gets."""
    usual = {"slug": SLUG, "title": TITLE, "rows": ROWS, "due": DUE, "closes": DUE + timedelta(days=9)}
    labels = {"extra-time": 2, "lab-B": 27}
    return usual | {"labels": labels, "seen": 5, "form": ExtensionForm(), "refusal": None} | changes


def plan() -> SheetPlan:
    """Two good rows and two bad ones."""
    good = [
        GoodRow(
            SheetRow(number, one.neptun, SLUG, "+2d", "ill"),
            Granted(Grant(SLUG, DUE + timedelta(days=2), "ill", user_id=one.id), one, DUE),
        )
        for number, one in enumerate(PEOPLE[:2], 2)
    ]
    bad = [
        BadRow(SheetRow(4, "AAA000", SLUG, "+2d", "ill"), "A tárgynak nincs „AAA000” kódú hallgatója."),
        BadRow(
            SheetRow(5, "PLM42K", SLUG, "+9w", "ill"),
            "A beadás mindenkinek lezárul ekkor: 2026-12-08 21:16:00. Válassz korábbi időpontot.",
        ),
    ]
    return SheetPlan(tuple(good), tuple(bad), {})


RULES = Rules(
    NOW - timedelta(days=30),
    DUE,
    LatePolicy(
        grace=timedelta(minutes=5), steps=daily_steps(Decimal("0.1"), 3), tokens=2, floor=Decimal("0.2")
    ),
    None,
    COURSE.zone,
)
TEN, DAY = Decimal(10), Offset(days=1)


def explained(**changes: Any) -> Explained:  # noqa: ANN401
    """A late hand-in of STUDENT that counts, one that does not, an extension, tokens and a ruling."""
    own = OwnDue(NOW - timedelta(days=3), 1)
    rules = replace(RULES, due=NOW - timedelta(days=5))
    graded = {share: Graded(Decimal("8.45"), 0.9) for share in Share}
    runs = tuple(
        Run(f"s{number}", f"s{number}", NOW - timedelta(days=number), RunState.EARNED, 1, graded)
        for number in (1, 2, 4)
    )
    work = Work(SLUG, rules, own, TEN, runs=runs[:2], ruling=Ruling(1, StandingState.SCORED, Decimal("7.5")))
    computed = compute([work], 4, DAY)[SLUG]
    because = Because(NOW - timedelta(days=6), "beteg")
    background = Background(
        lambda at: f"{at:%Y. %m. %d. %H:%M}", DAY, because, Because(NOW, "Szóban javított.")
    )
    window = OwnWindow(RULES, OwnDue(DUE, 1), DAY, tokens=2)
    usual: dict[str, Any] = {
        "slug": SLUG,
        "user_id": 1,
        "at": NOW,
        "most": TEN,
        "state": computed.state,
        "window": window,
        "extension": because,
        "sides": tuple(explanation(computed, share, background) for share in (Share.PRIVATE, Share.PUBLIC)),
        "line": timeline(RULES, DUE, TEN, 2, DAY),
        "tokens": Tokens(4, 2, 1, 2, None),
        "decided": True,
    }
    return Explained(**usual | changes)


def chart(found: Explained | None) -> StepChart | None:
    return step_chart(found.line, found.most, NOW) if found else None


def why(found: Explained, **changes: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """What the page of an explanation gets."""
    usual = {"slug": SLUG, "title": TITLE, "student": STUDENT, "mine": False, "found": found}
    return usual | {"chart": chart(found), "changeable": True} | changes


def nothing() -> Explained:
    """Of a student who has handed in nothing, long after the end, where a make-up comes."""
    makeup = Makeup(NOW + timedelta(days=9), NOW + timedelta(days=16), Decimal("0.4"), below=Decimal("0.4"))
    rules = replace(RULES, due=NOW - timedelta(days=20), makeup=makeup)
    work = Work(SLUG, rules, OwnDue(rules.due), TEN)
    side = explanation(
        compute([work], 0, DAY)[SLUG], Share.PUBLIC, Background(lambda at: f"{at:%m. %d.}", DAY)
    )
    return explained(
        sides=(side,),
        line=timeline(rules, rules.due, TEN, 0, DAY),
        window=OwnWindow(rules, OwnDue(rules.due), DAY),
        extension=None,
    )


OF_FILE = DateSet(NOW - timedelta(days=30), DUE, None, None)
EDITED = replace(OF_FILE, due=DUE + timedelta(days=2), reveal=DUE + timedelta(days=9))
FIELDS = {
    "opens": "2026-10-25T21:16:00",
    "due": "2026-10-25T02:30:00+02:00",
    "closes": "",
    "reveal": "",
    "reason": "Leállt a labor.",
}


def dates(**changes: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """What the page of dates gets."""
    card = DateCard(EDITED, OF_FILE, Edited(3, LECTURER, NOW - timedelta(days=1), "Leállt a labor."), 3)
    usual = {"slug": SLUG, "title": TITLE, "card": card, "values": FIELDS, "preview": None, "refusal": None}
    return usual | changes


def date_preview() -> DatePreview:
    """One loses, one wins, one was late."""
    nothing, a_little, days = timedelta(), timedelta(hours=7), timedelta(days=2, hours=3)
    moved = (
        Moved(STUDENT, SLUG, Decimal("9.43"), Decimal("8.49"), nothing, a_little),
        Moved(PEOPLE[3], "other", Decimal("5.5"), Decimal("5.5"), days, a_little),
        Moved(OTHER, SLUG, None, Decimal(7), a_little, nothing),
    )
    return DatePreview(EDITED, replace(EDITED, due=DUE + timedelta(days=1)), moved, PEOPLE)


def makeup(*, fee: bool = True, **changes: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """What the page of a make-up gets."""
    rules = Makeup(NOW - timedelta(days=2), NOW + timedelta(days=5), Decimal("0.4"), fee=fee)
    rows = (
        MadeUp(STUDENT, NOW - timedelta(hours=5), 1, counts=True, points=Decimal(4)),
        MadeUp(PEOPLE[3], NOW - timedelta(hours=2), 3, counts=False, points=Decimal("2.45")),
        MadeUp(OTHER, NOW, 1, counts=False, points=None),
    )
    usual = {"slug": SLUG, "title": TITLE, "found": MakeupList(rules, rows), "most": 10.0, "per_term": 2}
    return usual | changes


PAGES: Mapping[str, tuple[str, Person | None, Mapping[str, Any]]] = {
    "extensions": ("deadlines/extensions.html", LECTURER, extensions()),
    "extensions-empty": ("deadlines/extensions.html", LECTURER, extensions(rows=[], labels={}, closes=None)),
    "extensions-refused": ("deadlines/extensions.html", LECTURER, extensions(form=FILLED, refusal=REFUSED)),
    "extension-sheet": (
        "deadlines/extension_sheet.html",
        LECTURER,
        {"plan": None, "text": "", "refusal": None},
    ),
    "extension-sheet-preview": (
        "deadlines/extension_sheet.html",
        LECTURER,
        {"plan": plan(), "text": "x", "refusal": None},
    ),
    "makeup": ("deadlines/makeup.html", LECTURER, makeup()),
    "makeup-nobody": (
        "deadlines/makeup.html",
        LECTURER,
        makeup(found=MakeupList(makeup()["found"].makeup, ()), per_term=0),
    ),
    "makeup-none": ("deadlines/makeup.html", LECTURER, makeup(found=MakeupList(None, ()))),
    "dates": ("deadlines/dates.html", LECTURER, dates()),
    "dates-preview": ("deadlines/dates.html", LECTURER, dates(preview=date_preview())),
    "dates-refused": (
        "deadlines/dates.html",
        LECTURER,
        dates(card=DateCard(OF_FILE, OF_FILE, None, 0), refusal=BadInput("Nem egyértelmű időpont.")),
    ),
    "explanation": ("deadlines/explanation.html", LECTURER, why(explained())),
    "explanation-own": ("deadlines/explanation.html", STUDENT, why(explained(), mine=True)),
    "explanation-nothing": (
        "deadlines/explanation.html",
        STUDENT,
        why(nothing(), mine=True, changeable=False),
    ),
}
