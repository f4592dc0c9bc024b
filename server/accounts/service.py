"""What the other features may ask of accounts, and the verbs of its own doors."""

from __future__ import annotations

from server.accounts.access import (
    StaffSync,
    activate,
    deactivate,
    is_let_in,
    refuse_shut_out,
    sign_out_everywhere,
    sync_staff,
)
from server.accounts.credentials.secrets import fingerprint, new_key
from server.accounts.credentials.sessions import close_web_session, open_web_session, person_of_web_session
from server.accounts.credentials.tokens import (
    NewToken,
    Token,
    create_token,
    person_of_api_token,
    revoke_key,
    revoke_token,
    tokens_of,
)
from server.accounts.enrolments import person_columns, person_of, person_of_row
from server.accounts.identity import device, identify, shown_device
from server.accounts.invitations import LIFE as INVITATION_LIFE
from server.accounts.invitations import (
    Slip,
    invite,
    invited_person,
    last_invitation,
    set_password,
)
from server.accounts.labels import LabelChange, change_labels
from server.accounts.models import User
from server.accounts.neptun import is_neptun, normalised, read_neptun
from server.accounts.nicknames import PAIRS as NICKNAME_PAIRS
from server.accounts.nicknames import two_words
from server.accounts.people import (
    Entry,
    apply_roster,
    change_language,
    change_nickname,
    entries,
    find_person,
    make_staff,
    people,
    plan_roster,
)
from server.accounts.roster import RosterRow
from server.accounts.roster_files import as_csv, read_roster
from server.accounts.sign_in import Asker, accept, change_password, check_login
from server.accounts.throttle import network_of
from server.courses.labels import read_labels
from server.person import EVERYBODY, Person, Role

__all__ = [
    "EVERYBODY",
    "INVITATION_LIFE",
    "NICKNAME_PAIRS",
    "Asker",
    "Entry",
    "LabelChange",
    "NewToken",
    "Person",
    "Role",
    "RosterRow",
    "Slip",
    "StaffSync",
    "Token",
    "User",
    "accept",
    "activate",
    "apply_roster",
    "as_csv",
    "change_labels",
    "change_language",
    "change_nickname",
    "change_password",
    "check_login",
    "close_web_session",
    "create_token",
    "deactivate",
    "device",
    "entries",
    "find_person",
    "fingerprint",
    "identify",
    "invite",
    "invited_person",
    "is_let_in",
    "is_neptun",
    "last_invitation",
    "make_staff",
    "network_of",
    "new_key",
    "normalised",
    "open_web_session",
    "people",
    "person_columns",
    "person_of",
    "person_of_api_token",
    "person_of_row",
    "person_of_web_session",
    "plan_roster",
    "read_labels",
    "read_neptun",
    "read_roster",
    "refuse_shut_out",
    "revoke_key",
    "revoke_token",
    "set_password",
    "shown_device",
    "sign_out_everywhere",
    "sync_staff",
    "tokens_of",
    "two_words",
]
