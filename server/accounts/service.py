"""What other features may ask of accounts."""

from __future__ import annotations

from server.accounts.access import (
    StaffSync,
    is_let_in,
    sync_staff,
)
from server.accounts.credentials.secrets import fingerprint, new_key
from server.accounts.credentials.tokens import (
    add_token,
)
from server.accounts.enrolments import person_columns, person_of, person_of_row
from server.accounts.identity import device, identify, shown_device
from server.accounts.invitations import (
    set_password,
)
from server.accounts.models import User
from server.accounts.nicknames import PAIRS as NICKNAME_PAIRS
from server.accounts.nicknames import two_words
from server.accounts.people import (
    apply_roster,
    change_nickname,
    find_person,
    hold_person,
    make_staff,
    people,
    people_entries,
)
from server.accounts.roster import RosterRow
from server.person import EVERYBODY, Role

__all__ = (
    "EVERYBODY",
    "NICKNAME_PAIRS",
    "Role",
    "RosterRow",
    "StaffSync",
    "User",
    "add_token",
    "apply_roster",
    "change_nickname",
    "device",
    "find_person",
    "fingerprint",
    "hold_person",
    "identify",
    "is_let_in",
    "make_staff",
    "new_key",
    "people",
    "people_entries",
    "person_columns",
    "person_of",
    "person_of_row",
    "set_password",
    "shown_device",
    "sync_staff",
    "two_words",
)
