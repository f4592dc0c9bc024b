"""The course's secret for held-out data, and the key that each assignment's are drawn with.

The secret lies in the database alone: in no course's folder, archive, image or practice kit. A grader is sent
the key of the one assignment it grades.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.grading.models import FinalDraw, HeldOutSecret

SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class HeldOutKeys:
    """The keys of all assignments of a course."""

    secret: bytes = field(repr=False)
    nonces: Mapping[str, str] = field(repr=False)  # by slug, drawn after the deadline

    def of(self, slug: str, *, final: bool = False) -> str:
        """The key of one assignment, or of its final data. Raises KeyError before these are drawn."""
        return key_of(self.secret, slug, self.nonces[slug] if final else "")


def key_of(secret: bytes, slug: str, nonce: str = "") -> str:
    """An HMAC-SHA256 as 64 hexadecimal digits: whoever knows one key knows none of the others."""
    # Neither a slug nor a nonce has a slash, so that no two assignments are spelled alike.
    return hmac.digest(secret, f"held-out/{slug}/{nonce}".encode(), "sha256").hex()


def held_out_keys(session: Session, course_id: int, now: datetime) -> HeldOutKeys:
    """The keys as the database has them."""
    draws = session.scalars(select(FinalDraw).where(FinalDraw.course_id == course_id)).all()
    return HeldOutKeys(secret_of(session, course_id, now), {draw.slug: draw.nonce for draw in draws})


def secret_of(session: Session, course_id: int, now: datetime) -> bytes:
    """The course's secret, made now where there is none."""
    found = session.get(HeldOutSecret, course_id)
    return bytes.fromhex((found or _made(session, course_id, now)).secret)


def _made(session: Session, course_id: int, now: datetime) -> HeldOutSecret:
    fresh = HeldOutSecret(course_id=course_id, secret=secrets.token_hex(SECRET_BYTES), made_at=now)
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:  # another process was quicker
        return session.get_one(HeldOutSecret, course_id, populate_existing=True)
    return fresh
