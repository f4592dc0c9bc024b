"""Made-up extensions, dates and explanations: what the gallery shows of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from server.accounts.person import Person
from server.clock.extending import Granted
from server.clock.extension_pages import ExtensionForm
from server.clock.extension_rows import ExtensionRow, ExtensionState
from server.clock.extension_sheets import BadRow, GoodRow, SheetPlan, SheetRow
from server.deadlines.granting import Grant
from server.errors import BadInput
from tests.server.pages.made_up import LECTURER, NOW, OTHER, PEOPLE, STUDENT

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


PAGES: Mapping[str, tuple[str, Person | None, Mapping[str, Any]]] = {
    "extensions": ("clock/extensions.html", LECTURER, extensions()),
    "extensions-empty": ("clock/extensions.html", LECTURER, extensions(rows=[], labels={}, closes=None)),
    "extensions-refused": ("clock/extensions.html", LECTURER, extensions(form=FILLED, refusal=REFUSED)),
    "extension-sheet": (
        "clock/extension_sheet.html",
        LECTURER,
        {"plan": None, "text": "", "refusal": None},
    ),
    "extension-sheet-preview": (
        "clock/extension_sheet.html",
        LECTURER,
        {"plan": plan(), "text": "x", "refusal": None},
    ),
}
