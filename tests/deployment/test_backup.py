"""The backup of docs/deploy.md, rehearsed: an old one comes back onto a database that was upgraded since."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import MetaData, insert, make_url, select, text

import server.operations.schema_version
from server.database import Database
from server.grading.models import Grading
from server.operations.schema_version import alembic_config, is_current
from server.submissions.models import StoreOwner
from tests import servers
from tests.server.builders import NOON

DOCS = Path(__file__).parents[2] / "docs" / "deploy.md"
OLD = "0006"  # before tables and columns of today came
DATE = "2026-11-24"
INSIDE = "docker compose exec -T postgres "


def documented(*words: str) -> list[str]:
    """The commands of the section Backup that begin with one of these words."""
    section = DOCS.read_text().partition("## Backup\n")[2].partition("\n## ")[0]
    lines = [
        line for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL) for line in block.splitlines()
    ]
    return [line.partition(" # ")[0].strip() for line in lines if line.startswith(words)]


def old_database(url: str) -> None:
    """A database as an older release left it, with a run in it."""
    database = Database(url)
    version = {"slug": "digits", "digest": "d", "toml": "t", "handout_en": "h", "handout_hu": "h"}
    submission = {"id": "s", "baseline": "starter", "slug": "digits", "version_id": 1, "received_at": NOON}
    grading = {"id": 1, "submission_id": "s", "version_id": 1, "queue": "grade.cpu", "state": "done"}
    rows = {
        "assignment_version": version | {"id": 1, "starter": [], "published_at": NOON},
        "submission": submission | {"late_by_s": 0, "sha256": "d"},
        "grading": grading | {"created_at": NOON, "attempt": 1, "losses": 0},
    }
    with database.engine.connect().execution_options(hazi_write=True) as connection, connection.begin():
        command.upgrade(alembic_config(connection), OLD)
        before = MetaData()
        before.reflect(connection)
        for name, row in rows.items():
            connection.execute(insert(before.tables[name]).values(row))
    database.dispose()


def migrate(url: str) -> None:
    """What `hazi-server migrate` does."""
    database = Database(url)
    server.operations.schema_version.migrate(database)
    database.dispose()


def upgrade_and_go_on(url: str) -> None:
    """The newest release, and something new in one of its tables."""
    migrate(url)
    database = Database(url)
    with database.write() as session:
        session.add(StoreOwner(id=1, name="of after the backup"))
    database.dispose()


def is_as_before(url: str) -> bool:
    """The rows of the backup are there, nothing that came later, and the shape is the newest."""
    database = Database(url)
    with database.read() as session:
        runs = session.execute(select(Grading.id, Grading.state, Grading.final)).all()
        owners = session.execute(select(StoreOwner.name)).all()
    current = is_current(database)
    database.dispose()
    return (runs, owners, current) == ([(1, "done", False)], [], True)


@pytest.fixture
def run_inside(
    postgres: servers.PostgresServer, tmp_path: Path
) -> Iterator[Callable[[str], subprocess.CompletedProcess[str]]]:
    """Runs a documented command as in the container of PostgreSQL, on a database of the test's own."""
    binaries = Path(servers.postgres_binary("pg_dump")).parent
    environ = {
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "PGHOST": str(postgres.folder),
        "PGPORT": str(postgres.port),
    }

    def run(line: str) -> subprocess.CompletedProcess[str]:
        inside = line.removeprefix(INSIDE).replace("$(date +%F)", DATE)
        inside = re.sub(r"(?<= )hazi(?= |$)", "rehearsal", inside.replace("-U hazi", "--username=hazi"))
        return subprocess.run(
            ["/bin/sh", "-c", inside], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    yield run
    servers.run_sql(postgres, "DROP DATABASE IF EXISTS rehearsal WITH (FORCE)")


def test_an_old_dump_comes_back_onto_an_upgraded_database(
    postgres: servers.PostgresServer, run_inside: Callable[[str], subprocess.CompletedProcess[str]]
):
    servers.run_sql(postgres, "CREATE DATABASE rehearsal")
    url = postgres.url("rehearsal")
    old_database(url)
    [dump, *restore] = documented(INSIDE)
    assert run_inside(dump).returncode == 0
    upgrade_and_go_on(url)
    assert not is_as_before(url)
    assert len(restore) == 3
    for line in restore:
        done = run_inside(line)
        assert done.returncode == 0, done.stderr
    migrate(url)
    assert is_as_before(url)


def test_an_old_copy_comes_back_onto_an_upgraded_file(tmp_path: Path):
    file, safe = tmp_path / "srv" / "hazi.sqlite3", tmp_path / "safe"
    file.parent.mkdir()
    safe.mkdir()
    url = f"sqlite:///{file}"
    old_database(url)
    database = Database(url)  # which stays open, as the server's does
    with database.write() as session:
        session.execute(text("UPDATE grading SET attempt = 2"))  # lies in the log beside the file
    [copy] = documented("sqlite3 ")
    statement = copy.partition('"')[2].strip('"').replace("/somewhere/safe", str(safe))
    with sqlite3.connect(file) as other:
        other.execute(statement)
    other.close()
    database.dispose()
    upgrade_and_go_on(url)
    for line in documented("rm -f", "cp /somewhere"):
        here = line.replace("/srv/hazi/", f"{file.parent}/").replace("/somewhere/safe", str(safe))
        subprocess.run(["/bin/sh", "-c", here], check=True)
    migrate(str(make_url(url)))
    assert is_as_before(url)
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT attempt FROM grading").fetchall() == [(2,)]
    other.close()
