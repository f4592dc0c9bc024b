"""Blobs that nobody needs: of hand-ins that were refused after all, and of rejected ones after two weeks.

`references` is the one place that says which blobs are needed. What it does not name is removed, so whoever
lets a further row name a blob adds it here; tests/server/submissions/test_blob_expiry.py knows every column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import Select, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from grader.contract import Verdict
from server.database import Database
from server.grading.service import (
    UNDER_WAY,
    AssignmentVersion,
    Grading,
    Submission,
    SubmissionFile,
    is_current,
)
from server.quizzes.service import pictures_kept
from server.store import Removal
from server.store.interface import PREFIXES
from server.submissions.models import StoreOwner, Upload

REJECTED_LIFE = timedelta(days=14)
EXPIRED_AT_ONCE = 200  # submissions, in one transaction
PREFIXES_AT_ONCE = 8  # of 256: a whole store is looked at within a few hours
NAMES_AT_ONCE = 500  # in one query
THE_ROW = 1
STRANGE = 0.25  # of the blobs may be unknown to a database that takes a store for its own

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Expiry:
    """What is needed to remove blobs: `kept` are digests that no row names and that stay all the same."""

    database: Database
    removal: Removal
    kept: frozenset[str] = frozenset()

    def look(self, now: datetime, turn: int) -> int:
        """Do a bounded part of the work, another one each turn. How many blobs are gone."""
        if not self._owns_store():
            log.warning("blobs stay", problem="the store belongs to another database: see docs/deploy.md")
            return 0
        self.removal.recover(self._is_needed)
        with self.database.write() as session:
            expire_rejected(session, now)
        first = turn * PREFIXES_AT_ONCE % len(PREFIXES)
        if first == 0:
            self.removal.clear_incoming()
        return sum(self._sweep(prefix) for prefix in PREFIXES[first : first + PREFIXES_AT_ONCE])

    def _owns_store(self) -> bool:
        """Whether the store is this database's. One without an owner is taken if that is plain to see."""
        with self.database.write() as session:
            name = name_of(session)
        if self.removal.owner() is None and self._looks_like_ours():
            self.removal.claim(name)
        return self.removal.owner() == name

    def _looks_like_ours(self) -> bool:
        found = [digest for digest in self.removal.all() if digest not in self.kept]
        return sum(1 for _ in self._unneeded(found)) <= STRANGE * len(found)

    def _sweep(self, prefix: str) -> int:
        old = [digest for digest in self.removal.old(prefix) if digest not in self.kept]
        return sum(self.removal.remove(digest, self._is_needed) for digest in self._unneeded(old))

    def _unneeded(self, digests: Collection[str]) -> Iterator[str]:
        if not digests:
            return
        with self.database.read() as session:
            named = references(session, digests)
        yield from (digest for digest in digests if digest not in named)

    def _is_needed(self, digest: str) -> bool:
        with self.database.read() as session:
            return digest in references(session, [digest])


def name_of(session: Session) -> str:
    """The name of this database, by which a store knows it; made at the first call."""
    found = session.get(StoreOwner, THE_ROW)
    if found is None:
        try:
            with session.begin_nested():
                session.add(StoreOwner(id=THE_ROW, name=str(uuid4())))
        except IntegrityError:
            session.expire_all()  # another dispatcher was a moment faster
        found = session.get_one(StoreOwner, THE_ROW)
    return found.name


def expire_rejected(session: Session, now: datetime) -> int:
    """Let the files go of which nothing was run, and which nobody will ask for any more.

    The submission stays, and says so. Those of the course itself keep their files. How many there were.
    """
    again = aliased(Grading)
    rows = (
        select(Submission)
        .join(Grading, is_current())
        .where(Submission.files_removed_at.is_(None), Submission.user_id.is_not(None))
        .where(Grading.verdict == Verdict.REJECTED, Grading.finished_at < now - REJECTED_LIFE)
        .where(~exists().where(again.submission_id == Submission.id, again.state.in_(UNDER_WAY)))
        .limit(EXPIRED_AT_ONCE)
        .with_for_update(skip_locked=True, of=Submission)
    )
    expired = session.scalars(rows).all()
    for submission in expired:
        submission.files_removed_at = now
    return len(expired)


def references(session: Session, digests: Collection[str]) -> set[str]:
    """Which of these blobs are needed by any row of the database."""
    found: set[str] = set()
    names = list(digests)
    for start in range(0, len(names), NAMES_AT_ONCE):
        part = names[start : start + NAMES_AT_ONCE]
        for rows in _columns(part):
            found.update(digest for digest in session.scalars(rows) if digest)
    return found | ((_of_handouts(session) | pictures_kept(session)) & set(names))


def _columns(digests: list[str]) -> Iterator[Select[str | None]]:
    """A query for each column that names a blob."""
    of_files = select(SubmissionFile.sha256).join(Submission, Submission.id == SubmissionFile.submission_id)
    yield of_files.where(SubmissionFile.sha256.in_(digests), Submission.files_removed_at.is_(None))
    yield select(AssignmentVersion.digest).where(AssignmentVersion.digest.in_(digests))
    # Whole and on its way: a hand-in that broke off may have moved it to the store already.
    yield select(Upload.sha256).where(Upload.sha256.in_(digests), Upload.submission_id.is_(None))


def _of_handouts(session: Session) -> set[str]:
    """The blobs that versions of assignments name inside of JSON: starters, attachments, practice kits."""
    rows = session.execute(
        select(AssignmentVersion.starter, AssignmentVersion.attachments, AssignmentVersion.practice)
    )
    return {
        str(file["sha256"])
        for starter, attachments, practice in rows
        for file in (*(starter or ()), *(attachments or ()), *([practice] if practice else ()))
        if "sha256" in file
    }
