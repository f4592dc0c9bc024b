"""`hazi get` and `hazi inputs`: what an assignment hands out, written once and never over one's own work."""

from __future__ import annotations

from pathlib import Path

import pytest

from assignments.file_formats import EMPTY_TABLE, INPUTS_TABLE
from cli.commands.handouts import TABLES
from tests.cli.conftest import Terminal
from tests.cli.contract_server import ContractServer


@pytest.fixture
def handed_out(server: ContractServer) -> ContractServer:
    names = ("submission.py", *TABLES)
    server.assignment |= {"starter": [{"name": name, "href": f"/x/{name}"} for name in names]}
    return server


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.usefixtures("handed_out")
def test_handout_and_starter_files_are_written(student: Terminal, tmp_path: Path):
    into = tmp_path / "new" / "folder"
    result = student.types("get", "lenet-digits", "--into", str(into))
    assert result.exit_code == 0, result.output
    assert names_in(into) == {"handout.md", "submission.py", *TABLES}
    assert (into / "handout.md").read_text() == "# Do it"


@pytest.mark.usefixtures("handed_out")
def test_inputs_are_two_tables_and_nothing_is_written_over(student: Terminal, tmp_path: Path):
    (tmp_path / "predictions.csv").write_text("my own")
    answer = student.json("inputs", "lenet-digits", "--into", str(tmp_path))
    assert answer == {
        "written": [str(tmp_path / "inputs.csv")],
        "kept": [str(tmp_path / "predictions.csv")],
    }
    assert (tmp_path / "predictions.csv").read_text() == "my own"
    assert (tmp_path / "inputs.csv").read_text() == "id,x_0\n"


@pytest.mark.usefixtures("server")
def test_without_a_table_the_handout_is_named(student: Terminal, tmp_path: Path):
    result = student.types("inputs", "lenet-digits", "--into", str(tmp_path))
    assert result.exit_code == 1
    assert "its handout says where they are" in " ".join(result.stderr.split())
    assert names_in(tmp_path) == set()


@pytest.mark.parametrize("name", ["../escaped.py", ".bashrc", "a/b.py", ""])
def test_a_name_that_leads_elsewhere_is_no_file_of_an_assignment(
    student: Terminal, server: ContractServer, tmp_path: Path, name: str
):
    server.assignment |= {"starter": [{"name": name, "href": "/x"}]}
    into = tmp_path / "in"
    assert student.types("get", "lenet-digits", "--into", str(into)).exit_code == 4
    assert names_in(tmp_path) <= {"in"}


def test_the_tool_calls_the_tables_as_the_grader_does():
    assert TABLES == (INPUTS_TABLE, EMPTY_TABLE)
