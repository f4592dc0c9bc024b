"""Migrations end at exactly the tables of the models; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Column, Connection, MetaData, insert, select, text
from sqlalchemy import Table as SqlTable

from server.courses.models import Course, CourseState, Enrolment
from server.database import Database, Table
from server.grading.models import Grading
from server.operations.schema_version import alembic_config, is_current, migrate, migrating
from server.submissions.models import Worker
from tests.sampling import few
from tests.server.builders import COURSE, NOON, a_course, a_person, another_course

pytestmark = pytest.mark.dialects


def test_migrations_build_exactly_the_models(database: Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_an_empty_database_is_not_current(database_url: str):
    database = Database(database_url)
    assert not is_current(database)
    migrate(database)
    assert is_current(database)
    database.dispose()


def test_two_processes_may_migrate_at_once(database_url: str):
    databases = [Database(database_url) for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(migrate, databases)) == [None, None]
    for database in databases:
        assert is_current(database)
        database.dispose()


VERSION = """
INSERT INTO assignment_version (slug, digest, toml, handout_en, handout_hu, starter, published_at)
VALUES ('digits', 'abc', '', '', '', '[]', :now)
"""
SUBMISSION = """
INSERT INTO submission (id, slug, version_id, received_at, late_by_s, sha256)
SELECT 'one', 'digits', id, :now, 0, 'abc' FROM assignment_version
"""


def test_submissions_of_before_have_their_files(database_url: str):
    """The column that says when files were removed comes to a table with rows in it."""
    database = Database(database_url)
    with database.engine.connect().execution_options(hazi_write=True) as connection, connection.begin():
        config = alembic_config(connection)
        before = ScriptDirectory.from_config(config).get_revision("0008").down_revision
        command.upgrade(config, str(before))
        connection.execute(text(VERSION), {"now": NOON})
        connection.execute(text(SUBMISSION), {"now": NOON})
    migrate(database)
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT id, files_removed_at FROM submission")).all()
    assert [tuple(row) for row in rows] == [("one", None)]
    database.dispose()


def test_gradings_of_before_stay(database_url: str):
    """The newest shape is reached with what lies in the database."""
    database = Database(database_url)
    with database.engine.connect().execution_options(hazi_write=True) as connection, connection.begin():
        command.upgrade(alembic_config(connection), "0006")
        before = MetaData()
        before.reflect(connection)
        version = {"slug": "digits", "digest": "d", "toml": "t", "handout_en": "h", "handout_hu": "h"}
        rows = {
            "assignment_version": version | {"id": 1, "starter": [], "published_at": NOON},
            "submission": {
                "id": "s",
                "baseline": "starter",
                "slug": "digits",
                "version_id": 1,
                "received_at": NOON,
                "late_by_s": 0,
                "sha256": "d",
            },
            "worker": {"name": "w", "queue": "grade.cpu", "slots": 1, "last_seen_at": NOON, "versions": {}},
            "grading": {
                "id": 1,
                "submission_id": "s",
                "version_id": 1,
                "queue": "grade.cpu",
                "state": "done",
                "created_at": NOON,
                "attempt": 1,
                "losses": 0,
            },
        }
        for name, row in rows.items():
            connection.execute(insert(before.tables[name]).values(row))
    migrate(database)
    with database.read() as session:
        columns = (Grading.id, Grading.state, Grading.final, Grading.returns, Grading.not_before)
        assert session.execute(select(*columns)).all() == [(1, "done", False, 0, None)]
        assert session.scalars(select(Worker)).all() == [], "graders say anew that they are alive"
    database.dispose()


REVISIONS = [f"{number:04}" for number in range(1, 14)]
SAID_ANEW = {"worker", "login_failure"}  # who is alive, and what is throttled: dropped on the way
OF_TYPE = {bool: True, int: 1, float: 0.5, str: "x"}


@pytest.mark.parametrize("revision", few(REVISIONS, keep={"0001", "0012", "0013"}.__contains__))
def test_what_lies_in_any_older_database_is_there_afterwards(database_url: str, revision: str):
    """A row in every table, each referring to the others: SQLite drops no table that is referred to."""
    database = Database(database_url)
    with migrating(database) as connection:
        command.upgrade(alembic_config(connection), revision)
        before = MetaData()
        before.reflect(connection)
        tables = [table for table in before.sorted_tables if table.name != "alembic_version"]
        for table in tables:
            connection.execute(insert(table).values(_a_row(table)))
    migrate(database)
    with database.engine.connect() as connection:
        for table in tables:
            if table.name not in SAID_ANEW:
                count = connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one()
                assert count == 1, table.name
        after = MetaData()
        after.reflect(connection)
        for table in after.sorted_tables:
            if "course_id" in table.columns:
                courses = connection.scalars(select(table.c.course_id)).all()
                assert set(courses) <= {COURSE}, f"{table.name} is of a course that is not there"
    database.dispose()


ONE_EACH = ("final_draw", "held_out_secret", "past_game", "submission", "upload", "room")
FACTS = ("role", "nickname", "active", "named_by_course")


@pytest.fixture
def before_courses(database_url: str) -> Iterator[Database]:
    """A database as the last release without courses left it, with people and with what a course has."""
    database = Database(database_url)
    with migrating(database) as connection:
        command.upgrade(alembic_config(connection), "0012")
        tables = _tables(connection)
        people = [("student", True), ("lecturer", True), ("student", False)]
        for number, (role, active) in enumerate(people, 1):
            user = _a_row(tables["user"]) | {"neptun": f"ABC12{number}", "role": role, "active": active}
            user |= {"nickname": f"Róka {number}", "named_by_course": role == "lecturer"}
            del user["id"]  # the next free number is known to the database
            connection.execute(insert(tables["user"]).values(user))
        for name in ("assignment_version", "assignment", "quiz_version", "quiz", *ONE_EACH):
            connection.execute(insert(tables[name]).values(_a_row(tables[name])))
    yield database
    database.dispose()


def _tables(connection: Connection) -> dict[str, SqlTable]:
    found = MetaData()
    found.reflect(connection)
    return dict(found.tables)


def test_people_of_before_are_enrolled_as_who_they_were(before_courses: Database):
    with before_courses.engine.connect() as connection:
        user = _tables(connection)["user"]
        columns = [user.c.id, user.c.created_at, *(user.c[name] for name in FACTS)]
        were = connection.execute(select(*columns).order_by(user.c.id)).all()
    migrate(before_courses)
    with before_courses.read() as session:
        [course] = session.scalars(select(Course)).all()
        rows = session.scalars(select(Enrolment).order_by(Enrolment.user_id)).all()
        found = [(row.user_id, *(getattr(row, name) for name in FACTS)) for row in rows]
    assert found == [(row.id, *(getattr(row, name) for name in FACTS)) for row in were]
    assert [(row.course_id, row.labels) for row in rows] == [(course.id, [])] * 3
    assert (course.slug, course.title_en, course.title_hu) == ("course", "Course", "Kurzus")
    assert (course.zone, course.state) == ("Europe/Budapest", CourseState.OPEN)


def test_the_course_of_before_gets_its_name_from_the_next_sync(before_courses: Database):
    migrate(before_courses)
    with before_courses.write() as session:
        a_course(session)
    with before_courses.write() as session:
        assert [row.slug for row in session.scalars(select(Course))] == ["deep-learning-2026-27-1"]
        # Numbers of rows that come now do not clash with those of before.
        another_course(session)
        a_person(session, "NEW001")


def test_an_empty_database_gets_no_course(database_url: str):
    database = Database(database_url)
    migrate(database)
    with database.read() as session:
        assert session.scalars(select(Course)).all() == []
    database.dispose()


def test_the_way_back_keeps_everybody_and_everything(before_courses: Database):
    def contents() -> dict[str, list[dict[str, Any]]]:
        with before_courses.engine.connect() as connection:
            return {
                name: [
                    {one: value for one, value in row.items() if one != "late_by_s"}  # it is derived now
                    for row in connection.execute(select(table)).mappings()
                ]
                for name, table in _tables(connection).items()
            }

    before = contents()
    migrate(before_courses)
    with migrating(before_courses) as connection:
        command.downgrade(alembic_config(connection), "0012")
    assert contents() == before
    migrate(before_courses)
    assert is_current(before_courses)


def test_there_is_no_way_back_from_two_courses(before_courses: Database):
    migrate(before_courses)
    with before_courses.write() as session:
        another_course(session)
    with pytest.raises(RuntimeError, match="several courses"), migrating(before_courses) as connection:
        command.downgrade(alembic_config(connection), "0012")
    assert is_current(before_courses)


def _a_row(table: SqlTable) -> dict[str, object]:
    return {one.name: _made_up(one) for one in table.columns}


def _made_up(column: Column[Any]) -> object:
    if isinstance(column.type, JSON):
        return {}
    return OF_TYPE.get(column.type.python_type, NOON)
