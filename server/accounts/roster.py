"""The roster: which rows can be taken, and what they would change. Nothing here writes anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _

from server.accounts.neptun import is_neptun, normalised
from server.courses.rules import read_labels
from server.errors import BadInput, BadRoster, Text
from server.unicode_forms import normal_form

HEADERS: Mapping[str, frozenset[str]] = {
    "neptun": frozenset({"neptunkod", "neptuncode", "neptun", "hallgatoneptunkodja"}),
    "name": frozenset({"nev", "name", "fullname", "nyomtatasinev", "hallgatoneve", "studentname"}),
    "email": frozenset({"email", "emailcim", "emailaddress", "mail"}),
    "labels": frozenset({"labels", "label", "cimkek", "cimke"}),
}
REQUIRED = ("neptun", "name")
HEADER_WITHIN = 10  # exports begin with a few lines of titles
NAME_LENGTH = 200
# No quotes, comments and brackets, which the mail standard allows and Python's mail library stumbles over.
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,8}")
EMAIL_LENGTH = 254

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as the roster has them."""

    neptun: str
    name: str
    email: str = ""
    labels: tuple[str, ...] | None = None  # None: the roster has no such column


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken, by its number in the file, and why."""

    row: int
    problem: Text


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file says."""

    rows: tuple[RosterRow, ...]
    bad_rows: tuple[BadRow, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody who is known under another name or address, or with other labels."""

    old: RosterRow
    new: RosterRow


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a roster would do. People who are not in it stay as they are."""

    added: tuple[RosterRow, ...]
    changed: tuple[Change, ...]
    unchanged: int


def plan(rows: Iterable[RosterRow], known: Mapping[str, RosterRow]) -> Plan:
    """Compare a roster with the people known by Neptun code. An empty address deletes none.

    Labels are compared where the roster has them: then an empty cell means none.
    """
    added, changed, unchanged = [], [], 0
    for row in rows:
        old = known.get(row.neptun)
        if old is None:
            added.append(row)
            continue
        labels = old.labels if row.labels is None else row.labels
        new = replace(row, email=row.email or old.email, labels=labels)
        if new == old:
            unchanged += 1
        else:
            changed.append(Change(old, new))
    return Plan(tuple(added), tuple(changed), unchanged)


def read_table(table: Sequence[Cells]) -> Roster:
    """The people in a table of cells whose header row is among the first. Raises BadRoster without one."""
    header, columns = _find_header(table)
    rows: list[RosterRow] = []
    bad: list[BadRow] = []
    first_seen: dict[str, int] = {}
    for number, cells in enumerate(table[header + 1 :], start=header + 2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(cells, columns)
        except BadInput as refusal:  # of its labels
            bad.append(BadRow(number, refusal.detail))
            continue
        problem = _problem(row, first_seen)
        if problem is None:
            first_seen[row.neptun] = number
            rows.append(row)
        else:
            bad.append(BadRow(number, problem))
    return Roster(tuple(rows), tuple(bad))


def is_email(text: str) -> bool:
    """Whether a letter may be sent there."""
    return len(text) <= EMAIL_LENGTH and EMAIL.fullmatch(text) is not None


def has_header(table: Sequence[Cells]) -> bool:
    """Whether the required columns are found."""
    return any(_columns(cells).keys() >= set(REQUIRED) for cells in table[:HEADER_WITHIN])


def _find_header(table: Sequence[Cells]) -> tuple[int, dict[str, int]]:
    for index, cells in enumerate(table[:HEADER_WITHIN]):
        columns = _columns(cells)
        if columns.keys() >= set(REQUIRED):
            return index, columns
    raise BadRoster(
        _("No row with the column names Neptun code and Name (Neptun kód, Név) is among the first ones.")
    )


def _columns(cells: Cells) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        word = _bare(cell)
        for column, names in HEADERS.items():
            if word in names:
                found.setdefault(column, index)
    return found


def _bare(text: str) -> str:
    """Small letters without accents, spaces and signs: 'E-mail cím' becomes 'emailcim'."""
    decomposed = normal_form("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())


def _row(cells: Cells, columns: Mapping[str, int]) -> RosterRow:
    def cell(column: str) -> str:
        index = columns.get(column, len(cells))
        return cells[index] if index < len(cells) else ""

    # Our own CSV marks a text that begins with - as one: see server.spreadsheets.
    labels = read_labels(cell("labels").removeprefix("'")) if "labels" in columns else None
    return RosterRow(normalised(cell("neptun")), _one_line(cell("name")), cell("email").strip(), labels)


def _one_line(text: str) -> str:
    visible = "".join(char if char.isprintable() else " " for char in normal_form("NFC", text))
    return " ".join(visible.split())


def _problem(row: RosterRow, first_seen: Mapping[str, int]) -> Text | None:
    if not is_neptun(row.neptun):
        return _("“%(code)s” is not a Neptun code (six letters A-Z or digits).", code=row.neptun[:40])
    if not row.name:
        return _("The name is missing.")
    if len(row.name) > NAME_LENGTH:
        return _("The name is longer than %(n)s characters.", n=NAME_LENGTH)
    if row.neptun in first_seen:
        return _("%(code)s is already in row %(row)s.", code=row.neptun, row=first_seen[row.neptun])
    if row.email and not is_email(row.email):
        return _("“%(email)s” is not an e-mail address.", email=row.email[:80])
    return None
