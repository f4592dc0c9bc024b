"""Facts that must stand in two programs, because one of them may not import the other: they are equal."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable
from pathlib import Path

import pytest
from flask import Flask, get_template_attribute

from assignments.files import tables
from assignments.kinds import Kind
from assignments.scoring import DATASET_CHECK_NAMES, METRIC_NAMES, METRICS
from cli import files as tool_files
from cli.api import client
from cli.api.address import PAGES
from cli.commands import import_check, refusals
from cli.language.translation import Language
from cli.terminal import report_tables, wording
from grader.contract import DEAD, RunPhase, Verdict
from grader.files import table_flaws
from grader.inside import python_imports
from grader.kinds.dataset.inside import delimited
from grader.sentences import SENTENCES
from server import create_app
from server.deadlines import rules as deadlines
from server.grading.service import State
from server.http import time_zone
from server.person import Role
from server.submissions.report.card import UNPUBLISHED
from server.submissions.report.measures import MEASURES
from tests.server.builders import a_config


def test_the_tool_hears_the_time_zone_that_the_server_tells():
    assert client.TIME_ZONE == time_zone.HEADER


def test_the_tool_marks_the_same_layers_as_the_page():
    assert report_tables.MOSTLY_DEAD == DEAD


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (wording.PHASES, RunPhase),
        (wording.VERDICTS, Verdict),
        (wording.SUBMISSION_STATES, State),
        (wording.ASSIGNMENT_STATES, [*deadlines.DeadlinePhase, UNPUBLISHED]),
        (wording.ROLES, Role),
    ],
    ids=["phases", "verdicts", "states of submissions", "states of assignments", "roles"],
)
def test_the_tool_has_words_for_each_code_of_the_server(words: Collection[str], codes: Iterable[str]):
    assert set(words) == set(codes)


@pytest.mark.parametrize("language", Language)
def test_the_tool_calls_metrics_as_the_grader_does(language: Language):
    said = {name: words.in_language(language) for name, words in wording.METRICS.items()}
    assert said == {name: words.in_language(language) for name, words in METRIC_NAMES.items()}


@pytest.mark.parametrize("language", Language)
def test_the_tool_calls_checks_of_data_sets_as_the_page_does(language: Language):
    said = {name: words.in_language(language) for name, words in wording.DATASET_CHECKS.items()}
    assert said == {name: words.in_language(language) for name, words in DATASET_CHECK_NAMES.items()}


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_goes_through_phases_of_a_run_in_order(kind: Kind):
    assert [phase for phase in RunPhase if phase in kind.traits.phases] == list(kind.traits.phases)


def test_pages_have_a_name_and_a_sentence_for_each_metric():
    assert METRICS - MEASURES.keys() == set()


SHARED = Path(tables.__file__).parent


def test_the_box_reads_tables_and_imports_with_the_same_files_as_the_server():
    """Links, for the box may import nothing of ours; installed, they are copies of the same bytes."""
    assert Path(delimited.__file__).read_bytes() == (SHARED / "tables.py").read_bytes()
    assert Path(python_imports.__file__).read_bytes() == (SHARED / "python_imports.py").read_bytes()


def test_the_tool_has_the_same_rules_of_files():
    def bytes_of(folder: Path) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in folder.glob("[!_]*.py")}

    assert bytes_of(Path(tool_files.__file__).parent) == bytes_of(SHARED)


@pytest.mark.parametrize("language", Language)
def test_the_tool_says_of_files_what_the_grader_says(language: Language):
    said = refusals.ENTRIES | refusals.MAINS | {"table_cells": refusals.cells}
    said |= {
        "imports_missing": import_check.missing,
        "imports_hidden": import_check.hidden,
        "import_at": import_check.at,
        "import_in_cell": import_check.in_cell,
    }
    said |= {table_flaws.SENTENCES[flaw]: sentence for flaw, sentence in refusals.TABLES.items()}
    told = {key: _template(sentence().english, language) for key, sentence in said.items()}
    assert told == {key: SENTENCES[key].in_language(language) for key in said}
    assert set(refusals.TABLES) == set(table_flaws.Flaw)


def _template(english: str, language: Language) -> str:
    blanks = {name: f"{{{name}}}" for _, name, _, _ in string.Formatter().parse(english) if name}
    return language.gettext(english, **blanks)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(a_config(tmp_path_factory.mktemp("server")))


def test_the_tool_knows_where_the_pages_of_a_server_begin(app: Flask):
    """Whoever copies the address of a page into `hazi login --url` means the server."""
    firsts = {str(rule).split("/")[1].partition(".")[0] for rule in app.url_map.iter_rules()} - {""}
    assert firsts <= PAGES


@pytest.mark.parametrize(
    ("macro", "codes"), [("phase_name", RunPhase), ("state_name", State), ("verdict_name", Verdict)]
)
def test_pages_have_words_for_each_code(app: Flask, macro: str, codes: Iterable[str]):
    with app.test_request_context():
        named = get_template_attribute("_parts.html", macro)
        further = (Kind.CODE.traits,) if codes is RunPhase else ()
        wordless = {code for code in codes if str(named(code, *further)) == code}
    assert wordless == set()
