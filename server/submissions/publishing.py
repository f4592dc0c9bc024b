"""Publishing: assignments as they lie in their folders become the versions in force."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

import assignments
from assignments.archive import LARGEST_ARCHIVE, ArchiveError, pack
from assignments.file_formats import EMPTY_TABLE, FLAWS, INPUTS_TABLE
from assignments.grading_digest import grading_digest
from assignments.json_reading import BadJsonError, read_json
from assignments.shipped_seeds import asks_for_secret, shipped_seeds
from assignments.spec import Assignment, Localized, SpecError
from grader.contract import BundleFile
from server.database import Database
from server.grading.service import (
    AssignmentVersion,
    InForce,
    PublishedAssignment,
    attachments_of,
    flaws_of,
    secret_of,
)
from server.store import Blob, Space, Store
from server.submissions.hand_in import add_baseline
from server.touched_standings import touch

log = structlog.get_logger()

GONE = "its folder is gone: nothing more is taken, what was handed in stays. Put it back to publish it again."
NOTHING_THERE = "the folder has no assignment at all, so this one stays published: is it the right folder?"
LONGEST_FLAWS, LONGEST_FLAW = 64 * 1024, 1000
BASELINES = ("starter", "reference")
STARTER = "starter"
ATTACHED = frozenset(
    {
        *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".pdf", ".ipynb", ".zip", ".csv", ".tsv", ".txt"),
        *(".json", ".npy", ".npz", ".safetensors", ".md"),
    }
)
"""Endings of what a handout can hand out beside its text."""


class Result(StrEnum):
    """What publishing did with one folder."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    UNPUBLISHED = "unpublished"  # its folder is gone: what was handed in stays, and nothing more is taken
    BROKEN = "broken"  # the version in force stays


@dataclass(frozen=True, slots=True)
class Outcome:
    """One assignment published or not; `problem` names file, line and field, `warning` what to mend soon."""

    slug: str
    result: Result
    problem: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    spec: Assignment
    toml: str
    handout: Localized
    digest: str  # of the archive, which lies in the store, as all files below do
    grading_digest: str
    starter: tuple[BundleFile, ...]
    baselines: Mapping[str, tuple[BundleFile, ...]]  # what the course hands in itself, by name
    attachments: tuple[BundleFile, ...]  # of the handouts
    practice: BundleFile | None
    tables: tuple[BundleFile, ...]  # held-out inputs by id, and what is to be filled in
    warning: str


def sync(
    database: Database,
    store: Store,
    folder: Path,
    zone: ZoneInfo,
    now: datetime,
    *,
    course_id: int,
    kits: Path | None = None,
) -> list[Outcome]:
    """Publish every assignment of a course's folder. A broken one hides no other.

    What was published and has no folder any more is unpublished, unless the folder has no assignment at all.
    `kits` is where a grader wrote practice kits; one that comes later is taken by the next call. What takes
    long, packing and storing, is done before the database is written to: nobody waits for it.
    """
    _move_archives(database, store)
    folders = sorted(assignments.folders(folder).items())
    found = [_read(store, path, zone, kits) for _slug, path in folders]
    with database.write() as session:
        secret_of(session, course_id, now)
        done = [one if isinstance(one, Outcome) else _publish(session, course_id, one, now) for one in found]
        return done + _unpublish(session, course_id, {slug for slug, _path in folders}, now)


def _unpublish(session: Session, course_id: int, there: set[str], now: datetime) -> list[Outcome]:
    rows = select(PublishedAssignment).where(
        PublishedAssignment.course_id == course_id, PublishedAssignment.unpublished_at.is_(None)
    )
    gone = [one for one in session.scalars(rows.order_by(PublishedAssignment.slug)) if one.slug not in there]
    if gone and not there:
        return [Outcome(one.slug, Result.UNCHANGED, warning=NOTHING_THERE) for one in gone]
    for one in gone:
        one.unpublished_at = now
    return [Outcome(one.slug, Result.UNPUBLISHED, warning=GONE) for one in gone]


def _publish(session: Session, course_id: int, source: _Source, now: datetime) -> Outcome:
    slug = source.spec.slug
    version = session.scalar(
        select(AssignmentVersion).where(
            AssignmentVersion.course_id == course_id,
            AssignmentVersion.slug == slug,
            AssignmentVersion.digest == source.digest,
        )
    )
    if version is None:
        version = _add_version(session, course_id, source, now)
        _hand_in_baselines(session, source, version, now)
    if version.practice is None and source.practice:
        version.practice = asdict(source.practice)
    known = {file["name"] for file in version.starter}
    version.starter = [*version.starter, *(asdict(one) for one in source.tables if one.name not in known)]
    version.grading_digest = source.grading_digest  # not known of versions of older releases
    published = session.get(PublishedAssignment, (course_id, slug))
    known_as = (published.version_id, published.unpublished_at) if published else None
    if known_as == (version.id, None):
        return Outcome(slug, Result.UNCHANGED, warning=source.warning)
    session.merge(
        PublishedAssignment(course_id=course_id, slug=slug, version_id=version.id, unpublished_at=None)
    )
    touch(session, course_id, slug, None)
    return Outcome(slug, Result.PUBLISHED, warning=source.warning)


def _read(store: Store, folder: Path, zone: ZoneInfo, kits: Path | None) -> _Source | Outcome:
    try:
        spec, handout = assignments.read(folder, zone), assignments.handout(folder)
        archive = _keep_archive(store, pack(folder))
    except (SpecError, ArchiveError) as error:
        return Outcome(folder.name, Result.BROKEN, str(error))
    taken = spec.kind.traits.endings
    answers = {name: [path for path in _files(folder / name) if path.suffix in taken] for name in BASELINES}
    return _Source(
        spec=spec,
        toml=(folder / assignments.ASSIGNMENT_FILE).read_text(encoding="utf-8-sig"),
        handout=handout,
        digest=archive.sha256,
        grading_digest=grading_digest(folder, spec),
        starter=_kept(store, _files(folder / STARTER)),
        baselines={name: _kept(store, paths) for name, paths in answers.items() if paths},
        attachments=_attachments(store, folder, handout),
        practice=_practice(store, kits, spec.slug, archive.sha256),
        tables=_tables(store, kits, archive.sha256) if spec.kind.traits.needs_inputs else (),
        warning=" ".join(
            filter(
                None,
                (_warning(folder, spec), _flaws(folder, handout), _seen_at_export(kits, archive.sha256)),
            )
        ),
    )


def _keep_archive(store: Store, content: bytes) -> Blob:
    """In the space that `sync` alone writes to."""
    return store.keep(io.BytesIO(content), LARGEST_ARCHIVE, space=Space.ARCHIVES)


def _move_archives(database: Database, store: Store) -> None:
    """Those of older releases lie among the blobs. Their digests are in a table that `sync` alone writes."""
    with database.read() as session:
        digests = session.scalars(select(AssignmentVersion.digest).distinct()).all()
    for digest in digests:
        try:
            store.size(digest, Space.ARCHIVES)
        except FileNotFoundError:
            try:
                with closing(store.open(digest)) as stream:
                    store.keep(stream, LARGEST_ARCHIVE, space=Space.ARCHIVES)
            except FileNotFoundError:
                log.warning("archive missing", version=digest[:16])


def _warning(folder: Path, spec: Assignment) -> str:
    """What is said of held-out data that whoever has the course's folder can draw again; mostly nothing."""
    if spec.data.fresh and not asks_for_secret(folder):
        return 'HAS NO FRESH DATA: final = "fresh" needs a loader that draws them from draws.held_out.'
    places = ", ".join(shipped_seeds(folder))
    return places and (
        f"RUNS ON A SHIPPED SECRET: its held-out data are drawn from a number in its folder ({places}), "
        "which is in every copy of the course. Give its loader a parameter and draw them from "
        'draws.held_out: see "Held-out data" in docs/assignments.md.'
    )


def _attachments(store: Store, folder: Path, handout: Localized) -> tuple[BundleFile, ...]:
    """The files of the folder that the handouts name, and students may have."""
    return tuple(
        replace(_bundle_file(store, folder / name), name=name)
        for name in _named(handout)
        if (folder / name).is_file() and _is_for_students(name)
    )


def _flaws(folder: Path, handout: Localized) -> str:
    """What of the handouts students would not see as it was meant; mostly nothing."""
    gone = [name for name in _named(handout) if not (folder / name).is_file()]
    closed = [name for name in _named(handout) if name not in gone and not _is_for_students(name)]
    formulas = dict.fromkeys([*flaws_of(handout.en), *flaws_of(handout.hu)])
    return " ".join(
        (
            *(f"HANDOUT: it names {name}, which is not in the folder." for name in gone),
            *(f"HANDOUT: it names {name}, which is nothing for students." for name in closed),
            *(f"HANDOUT: {problem}." for problem in formulas),
        )
    )


def _seen_at_export(kits: Path | None, digest: str) -> str:
    """What `verify` refuses of this version, if `python -m grader export` looked; mostly nothing."""
    path = kits / f"{digest}.{FLAWS}" if kits else None
    if path is None or not path.is_file():
        return ""
    with path.open("rb") as file:
        try:
            found = read_json(file.read(LONGEST_FLAWS))
        except BadJsonError:
            return ""
    flaws = [str(one)[:LONGEST_FLAW] for one in found] if isinstance(found, list) else []
    return f"VERIFY REFUSES IT: {'; '.join(flaws)}." if flaws else ""


def _named(handout: Localized) -> list[str]:
    return list(dict.fromkeys([*attachments_of(handout.en), *attachments_of(handout.hu)]))


def _is_for_students(name: str) -> bool:
    """Not what grades: neither the reference nor programs and settings of the assignment itself."""
    path = PurePosixPath(name)
    return path.suffix.lower() in ATTACHED and path.parts[0] != "reference" and not name.startswith(".")


def _practice(store: Store, kits: Path | None, slug: str, digest: str) -> BundleFile | None:
    """The kit that `python -m grader export` made of this version, if it is there."""
    path = kits / f"{digest}.safetensors" if kits else None
    if path is None or not path.is_file():
        return None
    return replace(_bundle_file(store, path), name=f"{slug}-practice.safetensors")


def _tables(store: Store, kits: Path | None, digest: str) -> tuple[BundleFile, ...]:
    """What `python -m grader export` made of the held-out inputs of this version, if it is there."""
    paths = {name: kits / f"{digest}.{name}" for name in (INPUTS_TABLE, EMPTY_TABLE)} if kits else {}
    return tuple(
        replace(_bundle_file(store, path), name=name) for name, path in paths.items() if path.is_file()
    )


def _add_version(session: Session, course_id: int, source: _Source, now: datetime) -> AssignmentVersion:
    version = AssignmentVersion(
        course_id=course_id,
        slug=source.spec.slug,
        digest=source.digest,
        grading_digest=source.grading_digest,
        toml=source.toml,
        handout_en=source.handout.en,
        handout_hu=source.handout.hu,
        starter=[asdict(file) for file in source.starter],
        attachments=[asdict(file) for file in source.attachments],
        published_at=now,
    )
    session.add(version)
    session.flush()
    return version


def _hand_in_baselines(session: Session, source: _Source, version: AssignmentVersion, now: datetime) -> None:
    """What the course itself hands in: the leaderboard shows what a start and a good answer are worth."""
    published = InForce(version.id, version.course_id, source.digest, source.spec, source.handout, ())
    for name, files in source.baselines.items():
        add_baseline(session, published, name, files, now)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _kept(store: Store, paths: Iterable[Path]) -> tuple[BundleFile, ...]:
    """These files in the store."""
    return tuple(_bundle_file(store, path) for path in paths)


def _bundle_file(store: Store, path: Path) -> BundleFile:
    with path.open("rb") as file:
        blob = store.keep(file, LARGEST_ARCHIVE)
    return BundleFile(path.name, blob.sha256, blob.size)
