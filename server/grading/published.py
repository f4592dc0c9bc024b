"""The assignments in force, read from the database."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from assignments.spec import Assignment, Localized, SpecError, read_assignment
from grader.contract import QUEUE_CPU, QUEUE_GPU, BundleFile
from server.errors import UnknownAssignment
from server.grading.models import AssignmentVersion, PublishedAssignment

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class InForce:
    """A published assignment in the version that counts now."""

    version_id: int
    course_id: int
    digest: str
    spec: Assignment
    handout: Localized
    starter: tuple[BundleFile, ...]
    practice: BundleFile | None = None
    attachments: tuple[BundleFile, ...] = ()  # files that the handout names, by their paths in the folder
    unpublished_at: datetime | None = None  # since when nothing is taken, because its folder is gone

    @property
    def queue(self) -> str:
        """Where its gradings wait."""
        return queue_of(self.spec)


def in_force(session: Session, course_id: int, slug: str, zone: ZoneInfo) -> InForce:
    """The published version of an assignment of a course. Raises UnknownAssignment, also if not readable."""
    if not slug.isprintable():
        raise UnknownAssignment  # PostgreSQL would stumble over a NUL
    found = session.execute(_ONE, {"course": course_id, "slug": slug}).one_or_none()
    if found is None:
        raise UnknownAssignment
    return in_force_as(*found, zone)


def in_force_as(version: AssignmentVersion, unpublished_at: datetime | None, zone: ZoneInfo) -> InForce:
    """An assignment whose version in force this is. Raises UnknownAssignment for one that is not readable."""
    try:
        return _in_force(version, unpublished_at, zone)
    except SpecError as error:  # which is in the log
        raise UnknownAssignment from error


def all_in_force(session: Session, course_id: int, zone: ZoneInfo) -> list[InForce]:
    """Every assignment of a course that was published, the nearest deadline first.

    One that can no longer be read is logged.
    """
    found = []
    for version, unpublished_at in session.execute(_published(course_id)):
        with suppress(SpecError):  # which is in the log
            found.append(_in_force(version, unpublished_at, zone))
    return sorted(found, key=lambda published: (published.spec.window.due, published.spec.slug))


def published_now(session: Session, course_id: int, zone: ZoneInfo) -> list[InForce]:
    """As `all_in_force`, without those whose folder is gone: of them nothing is asked any more."""
    return [one for one in all_in_force(session, course_id, zone) if one.unpublished_at is None]


def specs_in_force(
    session: Session, course_id: int, zone: ZoneInfo, slugs: Collection[str] | None = None
) -> list[Assignment]:
    """What these published assignments say, or all of a course; without those that cannot be read."""
    rows = _published(course_id).with_only_columns(AssignmentVersion.toml)
    if slugs is not None:
        rows = rows.where(PublishedAssignment.slug.in_(slugs))
    found = [_parsed(toml, zone) for toml in session.scalars(rows)]
    return [one for one in found if not isinstance(one, SpecError)]


def alike_versions(session: Session, published: InForce) -> frozenset[int]:
    """The versions of an assignment whose results can be compared with those of the one in force.

    What differs between them is said to students, or asked of them, but changes no result. What an older
    release has published is like itself alone: nobody knows what it is like.
    """
    return frozenset(session.scalars(ALIKE, {"like": published.version_id}))


def _alike() -> Select[int]:
    like = aliased(AssignmentVersion)
    rows = select(AssignmentVersion.id).join(
        like, and_(like.course_id == AssignmentVersion.course_id, like.slug == AssignmentVersion.slug)
    )
    same = or_(AssignmentVersion.id == like.id, AssignmentVersion.grading_digest == like.grading_digest)
    return rows.where(like.id == bindparam("like"), same)


ALIKE = _alike()
"""In a query: the ids of the versions that are like the one called `like`."""


def version_digest(session: Session, version_id: int) -> str:
    """By which a version of an assignment is known."""
    return session.get_one(AssignmentVersion, version_id).digest


def spec_of(version: AssignmentVersion, zone: ZoneInfo) -> Assignment:
    """What a stored version says. Raises SpecError for one that an older server took and this one cannot."""
    found = _parsed(version.toml, zone)
    if isinstance(found, SpecError):
        raise SpecError(found.file, found.line, found.field, found.problem)
    return found


def readable_spec(version: AssignmentVersion, zone: ZoneInfo) -> Assignment | None:
    """What a stored version says, or None when it can no longer be read: that stops nothing else."""
    found = _parsed(version.toml, zone)
    return None if isinstance(found, SpecError) else found


def queue_of(spec: Assignment) -> str:
    """The broker's queue for runs of this assignment."""
    return QUEUE_GPU if spec.limits.gpu else QUEUE_CPU


@lru_cache(maxsize=512)
def _parsed(toml: str, zone: ZoneInfo) -> Assignment | SpecError:
    try:
        return read_assignment(toml, zone)
    except SpecError as error:
        log.warning("published assignment not readable", problem=str(error))
        return error


def _published(course_id: int) -> Select[AssignmentVersion, datetime | None]:
    rows = select(AssignmentVersion, PublishedAssignment.unpublished_at).join(
        PublishedAssignment, PublishedAssignment.version_id == AssignmentVersion.id
    )
    return rows.where(PublishedAssignment.course_id == course_id)


# Built once: this is asked in most requests, and building costs more than asking.
_ONE = (
    select(AssignmentVersion, PublishedAssignment.unpublished_at)
    .join(PublishedAssignment, PublishedAssignment.version_id == AssignmentVersion.id)
    .where(
        PublishedAssignment.course_id == bindparam("course"), PublishedAssignment.slug == bindparam("slug")
    )
)


def _in_force(version: AssignmentVersion, unpublished_at: datetime | None, zone: ZoneInfo) -> InForce:
    return InForce(
        version.id,
        version.course_id,
        version.digest,
        spec_of(version, zone),
        Localized(en=version.handout_en, hu=version.handout_hu),
        tuple(BundleFile.from_message(file) for file in version.starter),
        BundleFile.from_message(version.practice) if version.practice else None,
        tuple(BundleFile.from_message(file) for file in version.attachments or ()),
        unpublished_at,
    )
