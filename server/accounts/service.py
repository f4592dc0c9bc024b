"""What the other features may ask of accounts, and the verbs of its own doors."""

from __future__ import annotations

from server.accounts.neptun import read_neptun
from server.accounts.people import find_person, people
from server.accounts.person import Person, Role
from server.accounts.sessions import (
    check_login,
    close_all_web_sessions,
    close_web_session,
    open_web_session,
    person_of_web_session,
)
from server.accounts.tokens import (
    NewToken,
    Token,
    create_token,
    person_of_api_token,
    revoke_all_tokens,
    revoke_key,
    revoke_token,
    tokens_of,
)

__all__ = [
    "NewToken",
    "Person",
    "Role",
    "Token",
    "check_login",
    "close_all_web_sessions",
    "close_web_session",
    "create_token",
    "find_person",
    "open_web_session",
    "people",
    "person_of_api_token",
    "person_of_web_session",
    "read_neptun",
    "revoke_all_tokens",
    "revoke_key",
    "revoke_token",
    "tokens_of",
]
