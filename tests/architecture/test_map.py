"""The map of the project, docs/architecture.md, shows the project as it is."""

from __future__ import annotations

import re
from pathlib import Path

from server.database import Table
from tests.architecture.source_tree import ROOT, in_room

PAGE = (ROOT / "docs/architecture.md").read_text()
PATH = re.compile(r"`((?:server|grader|cli|assignments|tests|bench|deploy|docs)(?:/[\w./-]+)?)`")


def test_every_path_on_the_map_exists():
    named = set(PATH.findall(PAGE))
    assert {path for path in named if not (ROOT / path).exists()} == set()
    assert len(named) > 60


def test_every_room_of_the_server_is_on_the_map():
    rooms = {module.path.parent for module in in_room("server") if module.path.name == "__init__.py"}
    top = {str(room.relative_to(ROOT)) for room in rooms if len(room.relative_to(ROOT).parts) == 2}
    assert top - set(PATH.findall(PAGE)) == {"server/migrations"} & top


def test_every_table_is_on_the_map_once():
    tables = PAGE.partition("## Tables")[2].partition("\n## ")[0]
    rows = [cell for line in tables.splitlines() if line.startswith("| `") for cell in line.split("|")[2:3]]
    named = [name for cell in rows for name in re.findall(r"\w+", cell)]
    assert sorted(named) == sorted(Table.metadata.tables)


def test_the_map_fits_on_two_screens_of_print():
    assert len(PAGE.splitlines()) <= 150


def test_links_of_the_readers_first_pages_lead_there():
    for page in ("README.md", "CONTRIBUTING.md"):
        assert "docs/architecture.md" in Path(ROOT, page).read_text(), page
