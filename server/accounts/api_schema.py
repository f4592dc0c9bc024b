"""What the API of accounts takes and answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class NewTokenRequest(BaseModel):
    """Sign in for a program: the token's name says which."""

    neptun: str = Field(max_length=40)
    password: str = Field(max_length=1000, repr=False)
    name: str = Field(default="API", max_length=200)
    device: str = Field(default="", max_length=200, repr=False)  # of an earlier answer


class NewTokenAnswer(BaseModel):
    """The token, shown this once, and whose it is."""

    id: int
    token: str = Field(repr=False)
    name: str
    neptun: str
    role: str
    device: str = Field(repr=False)  # to be sent next time: wrong passwords of others do not count for it


class TokenInfo(BaseModel):
    """A token without its key."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class TokenList(BaseModel):
    """One's own tokens, newest first."""

    tokens: list[TokenInfo]


class Me(BaseModel):
    """Who is asking."""

    neptun: str
    name: str
    nickname: str
    role: str
    language: str


class RosterPerson(BaseModel):
    """One person of a roster. Without a column of labels these are null for somebody new."""

    neptun: str
    name: str
    email: str
    labels: list[str] | None = None


class RosterChange(RosterPerson):
    """A person who is known under another name or address, or with other labels."""

    old_name: str
    old_email: str
    old_labels: list[str]


class RosterBadRow(BaseModel):
    """A row that cannot be taken."""

    row: int
    problem: str


class RosterQuery(BaseModel):
    """Without `apply` nothing is written."""

    apply: bool = False


class RosterAnswer(BaseModel):
    """What the roster changes, or with `apply` has changed."""

    added: list[RosterPerson]
    changed: list[RosterChange]
    unchanged: int
    bad_rows: list[RosterBadRow]
    notes: list[RosterBadRow]  # of rows that are taken, but not as they stand
    applied: bool
