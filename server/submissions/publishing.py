"""Publishing: assignments as they lie in their folders become the versions in force."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignments
from assignments.archive import LARGEST_ARCHIVE, ArchiveError, pack
from assignments.spec import Assignment, Localized, SpecError
from grader.contract import BundleFile
from server.store import Store
from server.submissions.handing_in import add_baseline
from server.submissions.models import AssignmentVersion, PublishedAssignment
from server.submissions.published import InForce
from server.submissions.uploads import TAKEN

BASELINES = ("starter", "reference")
STARTER = "starter"


class Result(StrEnum):
    """What publishing did with one folder."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    BROKEN = "broken"  # the version in force stays


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one assignment; `problem` names file, line and field."""

    slug: str
    result: Result
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    folder: Path
    spec: Assignment
    handout: Localized
    digest: str  # of the archive, which lies in the store


def sync(session: Session, store: Store, folder: Path, zone: ZoneInfo, now: datetime) -> list[Outcome]:
    """Publish every assignment of a course's folder. A broken one hides no other."""
    return [
        _sync_one(session, store, path, zone, now)
        for _slug, path in sorted(assignments.folders(folder).items())
    ]


def _sync_one(session: Session, store: Store, folder: Path, zone: ZoneInfo, now: datetime) -> Outcome:
    try:
        source = _read(store, folder, zone)
    except (SpecError, ArchiveError) as error:
        return Outcome(folder.name, Result.BROKEN, str(error))
    slug = source.spec.slug
    version = session.scalar(
        select(AssignmentVersion).where(
            AssignmentVersion.slug == slug, AssignmentVersion.digest == source.digest
        )
    )
    published = session.get(PublishedAssignment, slug)
    if version is not None and published is not None and published.version_id == version.id:
        return Outcome(slug, Result.UNCHANGED)
    if version is None:
        version = _add_version(session, store, source, now)
        _hand_in_baselines(session, store, source, version, now)
    session.merge(PublishedAssignment(slug=slug, version_id=version.id))
    return Outcome(slug, Result.PUBLISHED)


def _read(store: Store, folder: Path, zone: ZoneInfo) -> _Source:
    spec, handout = assignments.read(folder, zone), assignments.handout(folder)
    archive = store.keep(io.BytesIO(pack(folder)), LARGEST_ARCHIVE)
    return _Source(folder, spec, handout, archive.sha256)


def _add_version(session: Session, store: Store, source: _Source, now: datetime) -> AssignmentVersion:
    starter = [_bundle_file(store, path) for path in _files(source.folder / STARTER)]
    version = AssignmentVersion(
        slug=source.spec.slug,
        digest=source.digest,
        toml=(source.folder / assignments.ASSIGNMENT_FILE).read_text(encoding="utf-8-sig"),
        handout_en=source.handout.en,
        handout_hu=source.handout.hu,
        starter=[asdict(file) for file in starter],
        published_at=now,
    )
    session.add(version)
    session.flush()
    return version


def _hand_in_baselines(
    session: Session, store: Store, source: _Source, version: AssignmentVersion, now: datetime
) -> None:
    """What the course itself hands in: the leaderboard shows what a start and a good answer are worth."""
    published = InForce(version.id, source.digest, source.spec, source.handout, ())
    taken = TAKEN[source.spec.kind]
    for name in BASELINES:
        files = [_bundle_file(store, path) for path in _files(source.folder / name) if path.suffix in taken]
        if files:
            add_baseline(session, published, name, files, now)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _bundle_file(store: Store, path: Path) -> BundleFile:
    with path.open("rb") as file:
        blob = store.keep(file, LARGEST_ARCHIVE)
    return BundleFile(path.name, blob.sha256, blob.size)
