"""The row of the course: made and renamed by `sync`, never doubled."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from assignments.spec import Localized, read_course
from server.courses.models import CourseState
from server.courses.refusals import NoCourse
from server.courses.service import Course, keep_course, provide_course, the_course
from server.database import Database
from server.operations.schema_version import migrate
from tests.server.builders import COURSE, NOON, another_course

TEXT = 'title = { en = "Deep learning", hu = "Mélytanulás" }\nterm = "2026/27/1"\n'
DESCRIBED = read_course(TEXT)


@pytest.fixture
def fresh(database_url: str) -> Database:
    """A database that has just been migrated."""
    database = Database(database_url)
    migrate(database)
    return database


def test_before_the_first_sync_there_is_none(fresh: Database):
    with fresh.read() as session, pytest.raises(NoCourse):
        the_course(session)
    fresh.dispose()


def test_the_row_is_what_the_file_says(fresh: Database):
    with fresh.write() as session:
        keep_course(session, DESCRIBED, NOON)
    with fresh.read() as session:
        row = the_course(session)
    assert (row.slug, row.title_en, row.title_hu) == (
        "deep-learning-2026-27-1",
        "Deep learning",
        "Mélytanulás",
    )
    assert (row.term, row.zone, row.state) == ("2026/27/1", "Europe/Budapest", CourseState.OPEN)
    assert row.created_at == NOON
    fresh.dispose()


def test_another_slug_renames_the_one_row(database: Database):
    title = Localized("Deep learning II", "Mélytanulás II")
    renamed = replace(DESCRIBED, slug="dl-2", title=title, term="2027", zone=ZoneInfo("UTC"))
    with database.write() as session:
        assert keep_course(session, renamed, NOON).id == COURSE
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Course)) == 1
        row = the_course(session)
    assert (row.slug, row.title_hu, row.term, row.zone) == ("dl-2", "Mélytanulás II", "2027", "UTC")


def test_a_closed_course_stays_closed(database: Database):
    with database.write() as session:
        the_course(session).state = CourseState.CLOSED
    with database.write() as session:
        assert keep_course(session, DESCRIBED, NOON).state == CourseState.CLOSED


def test_only_sync_renames(database: Database):
    with database.write() as session:
        provided = provide_course(session, replace(DESCRIBED, slug="dl-2"), NOON)
    assert provided.slug == "deep-learning-2026-27-1"


def test_of_two_courses_the_server_serves_the_first(database: Database):
    with database.write() as session:
        another_course(session)
        assert keep_course(session, replace(DESCRIBED, slug="dl-2"), NOON).id == COURSE
        assert the_course(session).id == COURSE
