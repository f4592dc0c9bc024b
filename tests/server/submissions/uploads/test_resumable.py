"""Uploads in pieces on both databases: what is there is there, whoever else writes and whatever dies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.disk_space import RESERVE
from server.errors import NotFound, Refusal, StoreFull, TooLarge
from server.submissions.admission.tries import SIZES
from server.submissions.models import Upload
from server.submissions.refusals import DayUsedUp, DigestMismatch, OffsetMismatch, TooManyUploads
from server.submissions.uploads import resumable
from server.submissions.uploads.cleanup import EVERY, Janitor
from server.submissions.uploads.resumable import UploadStorage, append, begin, clear_away, drop, settle
from server.submissions.uploads.rules import IDLE, LIFE, Announced
from server.submissions.uploads.spool import Spool
from tests.server.builders import NOON
from tests.server.submissions.builders import SLUG, ZONE, a_resting_upload, an_assignment
from tests.server.submissions.conftest import Course

pytestmark = pytest.mark.dialects

CONTENT = Random(7).randbytes(3000)
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the database has no part in it


@pytest.fixture
def uploads(course: Course, tmp_path: Path) -> UploadStorage:
    return UploadStorage(course.database, Spool(tmp_path / "spool"))


@pytest.fixture
def announce(uploads: UploadStorage, course: Course) -> Callable[..., str]:
    """Begins an upload of Anna's: `announce(sha256=...)` gives its id."""

    def announced(size: int = len(CONTENT), digest: str | None = None) -> str:
        request = Announced("weights.zip", size, digest)
        return begin(uploads, course.anna, SLUG, request, now=NOON, zone=ZONE).id

    return announced


def test_pieces_become_the_file(uploads: UploadStorage, course: Course, announce: Callable[..., str]):
    number = announce(digest=sha256(CONTENT).hexdigest())
    for offset in range(0, len(CONTENT), 1000):
        append(uploads, course.anna, number, offset, CONTENT[offset : offset + 1000], now=NOON)
    assert settle(uploads, course.anna, number).sha256 == sha256(CONTENT).hexdigest()


sizes = st.integers(0, 900)


@ON_ONE
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(CONTENT)), sizes, st.booleans()), max_size=12))
def test_whatever_is_sent_only_the_next_bytes_are_kept(
    uploads: UploadStorage, course: Course, announce: Callable[..., str], sent: list[tuple[int, int, bool]]
):
    """Offsets that lie, pieces sent twice or empty ones: at any time a prefix is there, and no more."""
    number, expected = announce(), 0
    for offset, size, honest in sent:
        start = expected if honest else offset
        piece = CONTENT[start : start + size]
        if start == expected:
            expected = append(uploads, course.anna, number, start, piece, now=NOON).received
            assert start + len(piece) == expected
            continue
        with pytest.raises(OffsetMismatch) as refused:
            append(uploads, course.anna, number, start, piece, now=NOON)
        assert refused.value.extras["offset"] == expected
    with uploads.spool.open(number) if expected else Path("/dev/null").open("rb") as file:
        assert file.read() == CONTENT[:expected]
    drop(uploads, course.anna, number)


def test_of_two_that_write_at_once_one_is_told_the_offset(
    uploads: UploadStorage, course: Course, announce: Callable[..., str]
):
    number, start = announce(size=2000), threading.Barrier(2)

    def write(letter: bytes) -> bytes | int:
        start.wait()
        try:
            append(uploads, course.anna, number, 0, letter * 1000, now=NOON)
        except OffsetMismatch as refusal:
            return int(str(refusal.extras["offset"]))
        return letter * 1000

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(write, (b"a", b"b")))
    with uploads.spool.open(number) as file:
        assert file.read() in told
    assert 1000 in told


@ON_ONE
def test_more_than_announced_is_refused(uploads: UploadStorage, course: Course, announce: Callable[..., str]):
    number = announce(size=10)
    with pytest.raises(TooLarge):
        append(uploads, course.anna, number, 0, b"x" * 11, now=NOON)
    assert uploads.spool.has(number) == 0


@ON_ONE
def test_another_digest_than_announced_ends_the_upload(
    uploads: UploadStorage, course: Course, announce: Callable[..., str]
):
    number = announce(digest="0" * 64)
    append(uploads, course.anna, number, 0, CONTENT, now=NOON)
    with pytest.raises(DigestMismatch):
        settle(uploads, course.anna, number)
    assert not uploads.spool.has(number)
    with pytest.raises(NotFound):
        settle(uploads, course.anna, number)


@ON_ONE
def test_bytes_that_a_dead_request_left_do_not_count(
    uploads: UploadStorage, course: Course, announce: Callable[..., str]
):
    """It wrote, but died before its transaction ended."""
    number = announce()
    append(uploads, course.anna, number, 0, CONTENT[:1000], now=NOON)
    uploads.spool.write(number, 1000, b"?" * 500)
    append(uploads, course.anna, number, 1000, CONTENT[1000:], now=NOON)
    assert settle(uploads, course.anna, number).sha256 == sha256(CONTENT).hexdigest()


@ON_ONE
def test_a_spool_that_was_lost_is_begun_anew(
    uploads: UploadStorage, course: Course, announce: Callable[..., str]
):
    number = announce()
    append(uploads, course.anna, number, 0, CONTENT[:1000], now=NOON)
    uploads.spool.discard(number)
    with pytest.raises(OffsetMismatch) as refused:
        append(uploads, course.anna, number, 1000, CONTENT[1000:], now=NOON)
    assert refused.value.extras["offset"] == 0
    assert append(uploads, course.anna, number, 0, CONTENT, now=NOON).completed_at == NOON


@ON_ONE
def test_a_full_disk_keeps_what_was_there(
    uploads: UploadStorage, course: Course, announce: Callable[..., str], monkeypatch: pytest.MonkeyPatch
):
    number = announce()
    append(uploads, course.anna, number, 0, CONTENT[:1000], now=NOON)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.pwrite", full)
        with pytest.raises(StoreFull):
            append(uploads, course.anna, number, 1000, CONTENT[1000:], now=NOON)
    assert append(uploads, course.anna, number, 1000, CONTENT[1000:], now=NOON).completed_at == NOON


@ON_ONE
def test_what_would_touch_the_reserve_is_not_begun(course: Course, tmp_path: Path):
    request = Announced("weights.zip", 1000)
    for free, taken in ((RESERVE + 1000, True), (RESERVE + 999, False)):
        uploads = UploadStorage(
            course.database, Spool(tmp_path / "spool", free=lambda _folder, free=free: free)
        )  # type: ignore[misc]
        with nullcontext() if taken else pytest.raises(StoreFull):
            begin(uploads, course.anna, SLUG, request, now=NOON, zone=ZONE)


@ON_ONE
def test_a_piece_that_would_touch_the_reserve_is_not_kept(course: Course, tmp_path: Path):
    free = RESERVE + 5000
    uploads = UploadStorage(course.database, Spool(tmp_path / "spool", free=lambda _folder: free))
    request = Announced("weights.zip", len(CONTENT))
    number = begin(uploads, course.anna, SLUG, request, now=NOON, zone=ZONE).id
    append(uploads, course.anna, number, 0, CONTENT[:1000], now=NOON)
    free = RESERVE + 999
    with pytest.raises(StoreFull):
        append(uploads, course.anna, number, 1000, CONTENT[1000:2000], now=NOON)
    free = RESERVE + 5000
    assert append(uploads, course.anna, number, 1000, CONTENT[1000:], now=NOON).completed_at == NOON


def test_announced_sizes_count_against_the_day(course: Course, uploads: UploadStorage):
    """Each is small enough, together they are not: refused before a byte, and taken again an hour later."""
    with course.database.write() as session:
        an_assignment(session, "small", per_day=1, upload_mib=1, trials=0)
    request = Announced("weights.zip", 1 << 20)
    for _ in range(SIZES):
        begin(uploads, course.anna, "small", request, now=NOON, zone=ZONE)
    with pytest.raises(DayUsedUp):
        begin(uploads, course.anna, "small", request, now=NOON, zone=ZONE)
    begin(uploads, course.bela, "small", request, now=NOON, zone=ZONE)
    begin(uploads, course.anna, "small", request, now=NOON + IDLE, zone=ZONE)


def test_uploads_of_others_do_not_exist(uploads: UploadStorage, course: Course, announce: Callable[..., str]):
    number = announce()
    for who in (course.bela, course.lecturer):
        for attempt in (
            lambda who=who: append(uploads, who, number, 0, b"x", now=NOON),
            lambda who=who: settle(uploads, who, number),
            lambda who=who: drop(uploads, who, number),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_uploads_at_rest_give_way_and_busy_ones_do_not(
    uploads: UploadStorage, course: Course, announce: Callable[..., str]
):
    with uploads.database.write() as session:
        busy = a_resting_upload(session, course.anna, slug="large", size=1 << 30).id
        idle = a_resting_upload(session, course.anna, size=1 << 30, touched_at=NOON - IDLE).id
    fresh = announce()
    with uploads.database.read() as session:
        left = {one.id for one in resumable.under_way(session, course.anna)}
    assert left == {busy, fresh}
    assert idle not in left
    with uploads.database.write() as session:
        a_resting_upload(session, course.anna, slug="large", size=(1 << 30) - len(CONTENT))
    with pytest.raises(TooManyUploads):
        announce()


def test_the_janitor_takes_what_is_a_day_old(
    uploads: UploadStorage, course: Course, announce: Callable[..., str]
):
    number, clock = announce(), [NOON + LIFE]
    append(uploads, course.anna, number, 0, CONTENT, now=NOON)
    janitor = Janitor(uploads, lambda: clock[0])
    assert janitor.look() == 0
    clock[0] += timedelta(seconds=1)
    assert janitor.look() == 0  # not again so soon
    clock[0] += EVERY
    assert janitor.look() == 1
    assert not uploads.spool.has(number)
    with uploads.database.read() as session:
        assert session.scalars(select(Upload)).all() == []


@ON_ONE
def test_files_without_a_row_are_cleared_away(
    uploads: UploadStorage, course: Course, announce: Callable[..., str]
):
    known, stray = announce(), "11111111-2222-4333-8444-555555555555"
    append(uploads, course.anna, known, 0, b"x", now=NOON)
    uploads.spool.write(stray, 0, b"x")
    far = NOON.replace(year=2200)
    with uploads.database.write() as session:
        for upload in session.scalars(select(Upload)):
            upload.touched_at = far
    assert clear_away(uploads, far) == 1
    assert (uploads.spool.has(known), uploads.spool.has(stray)) == (1, 0)


@ON_ONE
@pytest.mark.parametrize(
    ("name", "size"),
    [("a/b.zip", 1), ("model.pt", 1), ("a.zip", 0), ("a.zip", (1 << 20) + 1), ("", 1), ("a\u202e.zip", 1)],
)
def test_hopeless_files_are_refused_before_a_byte(
    uploads: UploadStorage, course: Course, name: str, size: int
):
    with pytest.raises(Refusal):
        begin(uploads, course.anna, SLUG, Announced(name, size), now=NOON, zone=ZONE)
