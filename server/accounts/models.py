"""Tables of people: who they are, and the ways in which they prove it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.accounts.throttle import State
from server.database import Table


class User(Table):
    """One account for each Neptun code on the server; who they are in a course is their `Enrolment`.

    Nobody is ever deleted, for their submissions stay.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    neptun: Mapped[str] = mapped_column(String(6), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(2), default="")  # "" follows the browser
    password_hash: Mapped[str | None] = mapped_column(String(255))  # None until the invitation is used
    created_at: Mapped[datetime]


class Invitation(Table):
    """A one-time link with which somebody sets a password."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: with a command of the server
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Table):
    """A named key for the command line."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class WebSession(Table):
    """A browser that is signed in. The cookie holds the token, the table only its hash."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class KnownDevice(Table):
    """A browser or program that has signed in to an account before."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("user_id", "key_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    key_hash: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]


class LoginFailure(Table):
    """A wrong password, or one that is being looked at, remembered for throttling: see `throttle`."""

    __tablename__ = "login_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    neptun: Mapped[str] = mapped_column(String(6), index=True)
    network: Mapped[str] = mapped_column(String(45), index=True)
    device_hash: Mapped[str] = mapped_column(String(64), default="")  # of a known device of this account
    at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(9), default=State.UNDER_WAY)
