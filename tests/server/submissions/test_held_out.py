"""The course's secret: made once, kept in the database alone; graders get the key of one assignment."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

import assignments
from server.database import Database
from server.grading.held_out import held_out_keys, key_of, secret_of
from server.grading.models import HeldOutSecret
from server.store.folder import FolderStore
from server.submissions.publishing import sync
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import SLUG
from tests.server.submissions.conftest import Course
from tests.server.submissions.queue.test_releasing import let_in, release_now

secrets_ = st.binary(min_size=16, max_size=16)
slugs = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)


def secrets_kept(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(HeldOutSecret.secret)))


def published_once_more(database: Database, store_url: str, folder: Path, now: datetime = NOON) -> None:
    sync(database, FolderStore(Path(store_url)), folder, ZoneInfo("UTC"), now, course_id=COURSE)


def test_sync_makes_the_secret_once(database: Database, store_url: str, tmp_path: Path):
    published_once_more(database, store_url, tmp_path)
    first = secrets_kept(database)
    published_once_more(database, store_url, tmp_path)
    assert secrets_kept(database) == first
    assert re.fullmatch("[0-9a-f]{32}", first[0])


def test_the_secret_is_in_no_file_of_course_and_store(database: Database, store_url: str, tmp_path: Path):
    folder = tmp_path / "course"
    shutil.copytree(assignments.ROOT / "lenet-digits", folder / "lenet-digits")
    published_once_more(database, store_url, folder)
    [secret] = secrets_kept(database)
    files = [path for place in (folder, Path(store_url)) for path in place.rglob("*") if path.is_file()]
    assert not any(secret.encode() in path.read_bytes() for path in files)


def test_processes_that_make_it_at_once_agree(database: Database):
    def make(_number: int) -> bytes:
        with database.write() as session:
            return secret_of(session, COURSE, NOON)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(make, range(8)))) == 1


def test_a_job_has_the_key_of_its_assignment(course: Course):
    let_in(course)
    [one] = release_now(course)
    with course.database.read() as session:
        keys = held_out_keys(session, COURSE, NOON)
    assert one.job.held_out_key == keys.of(SLUG)
    assert re.fullmatch("[0-9a-f]{64}", one.job.held_out_key)


def test_no_print_of_a_job_or_of_the_keys_shows_a_key(course: Course):
    let_in(course)
    [one] = release_now(course)
    with course.database.read() as session:
        keys = held_out_keys(session, COURSE, NOON)
    [secret] = secrets_kept(course.database)
    assert one.job.held_out_key not in repr(one)
    assert secret not in repr(keys)
    assert repr(bytes.fromhex(secret)) not in repr(keys)


def test_no_error_of_the_database_shows_the_secret(database: Database):
    secret = "5e" * 16
    row = insert(HeldOutSecret).values(course_id=COURSE, secret=secret, made_at=NOON)
    with database.write() as session:
        session.execute(row)
    with database.write() as session, pytest.raises(IntegrityError) as error:
        session.execute(row)
    assert secret not in str(error.value)


@given(secret=secrets_, slug=slugs, other=slugs, nonce=st.sampled_from(["", "a", "ab"]))
def test_every_assignment_and_draw_has_a_key_of_its_own(secret: bytes, slug: str, other: str, nonce: str):
    assert (key_of(secret, slug) == key_of(secret, other, nonce)) is ((slug, "") == (other, nonce))


@given(secret=secrets_, other=secrets_, slug=slugs)
def test_another_secret_gives_other_keys(secret: bytes, other: bytes, slug: str):
    assert (key_of(secret, slug) == key_of(other, slug)) is (secret == other)
