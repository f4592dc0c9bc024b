"""The roster: which rows can be taken, and what they would change. Nothing here writes anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _

from server.accounts.neptun import is_neptun, normalised
from server.courses.rules import read_labels
from server.errors import BadInput, BadRoster, Text
from server.texts.unicode_forms import normal_form

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

# What a spreadsheet makes of codes such as 123E03 and 1MAY20, as it is written in CSV.
EXPONENT = re.compile(r"\d([.,]\d+)?E[+-]?\d+")
DATE = re.compile(r"\d{4}[-./ ]+\d{1,2}[-./ ]+\d{1,2}.*")
MARKED_AS_TEXT = re.compile(r"""(?:'|=")([^"]{1,40})"?""")
NEPTUN_LENGTH = 6
HUNDREDS = 100  # six characters with an E make numbers that end in two zeros, as 1234E2 does

Cells = Sequence[str]


class FromNumber(str):
    """The digits of a cell that holds a number: where it should be a code, it may have been another."""

    __slots__ = ()


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
    notes: tuple[BadRow, ...] = ()  # of rows that are taken, but not as they stand


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


def read_table(table: Sequence[Cells], numbers: Sequence[int] = ()) -> Roster:
    """The people in a table of cells whose header row is among the first. Raises BadRoster without one.

    `numbers` are those of the rows in the file, where they are not simply counted.
    """
    header, columns = _find_header(table)
    rows: list[RosterRow] = []
    bad: list[BadRow] = []
    notes: list[BadRow] = []
    first_seen: dict[str, int] = {}
    counted = numbers or range(1, len(table) + 1)
    for number, cells in list(zip(counted, table, strict=True))[header + 1 :]:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(cells, columns)
        except BadInput as refusal:  # of its labels
            bad.append(BadRow(number, refusal.detail))
            continue
        problem = _changed_code(cells, columns) or _problem(row, first_seen)
        if problem is not None:
            bad.append(BadRow(number, problem))
            continue
        first_seen[row.neptun] = number
        if row.email and not is_email(row.email):
            notes.append(BadRow(number, _without_address(row)))
            row = replace(row, email="")
        rows.append(row)
    return Roster(tuple(rows), tuple(bad), tuple(notes))


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
    return RosterRow(
        normalised(_as_text(cell("neptun"))), _one_line(cell("name")), cell("email").strip(), labels
    )


def _as_text(cell: str) -> str:
    """A code without what tells spreadsheets that it is a text: 'ABC123 and ="ABC123"."""
    marked = MARKED_AS_TEXT.fullmatch(cell.strip())
    return marked[1] if marked else cell


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
    return None


def _changed_code(cells: Cells, columns: Mapping[str, int]) -> Text | None:
    """Why a cell is not the code that was typed into it: a spreadsheet made a number or a date of it."""
    index = columns["neptun"]
    cell = cells[index] if index < len(cells) else ""
    digits = cell.strip()
    if isinstance(cell, FromNumber) and digits.isdecimal() and int(digits) % HUNDREDS == 0:
        return _(
            "“%(code)s” stands there as a number: perhaps the spreadsheet made it of a code with an E, "
            "such as 1234E2. Write the code as text.",
            code=digits[:40],
        )
    is_short = digits.isdecimal() and len(digits) < NEPTUN_LENGTH
    if (isinstance(cell, FromNumber) or is_short) and not is_neptun(digits):
        return _(
            "“%(code)s” stands there as a number: perhaps zeros at its beginning were lost. "
            "Write the code as text.",
            code=digits[:40],
        )
    if EXPONENT.fullmatch(normalised(cell)) and not is_neptun(normalised(cell)):
        return _(
            "The spreadsheet made the number “%(code)s” of the code. Write it as text.", code=digits[:40]
        )
    if DATE.fullmatch(digits[:40]):
        return _("The spreadsheet made the date “%(code)s” of the code. Write it as text.", code=digits[:40])
    return None


def _without_address(row: RosterRow) -> Text:
    return _(
        "“%(email)s” is not an e-mail address: %(name)s is taken without it.",
        email=row.email[:80],
        name=row.name[:80],
    )
