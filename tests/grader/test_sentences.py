"""The table of all that the grader says: each sentence is used, and both languages fill in the same."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator

import pytest

from assignments.kinds import Kind
from assignments.localized import Localized
from assignments.scoring import METRIC_NAMES, METRICS
from grader.contract import RunPhase
from grader.failures import CALLED
from grader.failures_by_kind import BY_KIND
from grader.sandbox.box import Ending
from grader.sentences import SENTENCES, TABLES, RefusedError, runs, say
from tests.architecture.source_tree import in_room

CLAIMED = {"call_": CALLED, "box_": {str(ending) for ending in Ending}}
"""Keys that are put together from a code: `call_raised` is said where the code is `raised`."""

SAYING = ("say", "RefusedError")


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def constants() -> Iterator[str]:
    """Every text in the grader's code beside its tables, and in the rules that it shares."""
    for module in (*in_room("grader"), *in_room("assignments")):
        if not module.name.startswith("grader.sentences."):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


@pytest.fixture(scope="module")
def told() -> set[str]:
    return set(constants())


def test_no_key_is_in_two_tables():
    assert sum(map(len, TABLES)) == len(SENTENCES)


@pytest.mark.parametrize("key", sorted(runs.SENTENCES))
def test_a_sentence_about_a_run_is_whole(key: str):
    assert runs.SENTENCES[key].en.endswith((".", "}", "?"))


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_both_languages_have_the_same_blanks(key: str):
    assert blanks(SENTENCES[key].en) == blanks(SENTENCES[key].hu)


def test_no_sentence_is_idle(told: set[str]):
    """A code of the box stands in its half of the kind: `data_no_file` is used where `no_file` is."""
    failures = {failure.code for known in BY_KIND.values() for failure in known.values()}
    used = told | failures | {f"{prefix}{code}" for prefix, codes in CLAIMED.items() for code in codes}
    used |= {key for key in SENTENCES if key.startswith("data_") and key.removeprefix("data_") in told}
    used |= {f"phase_{phase}" for phase in RunPhase}
    used |= {f"{kind}_{key}" for kind in Kind for key in used}
    assert set(SENTENCES) - used - {"data_damaged"} == set()


@pytest.mark.parametrize("kind", [Kind.FUNCTIONS, Kind.MODEL])
@pytest.mark.parametrize("code", ["exited", "silent_end", "unreadable_result", "output_flood"])
def test_no_kind_is_told_of_the_contract_of_another(kind: Kind, code: str):
    said = SENTENCES[f"{kind}_{code}"]
    for word in ("`train`", "`predict`", "epoch", "predictions", "jóslat"):
        assert word not in said.en + said.hu


@pytest.mark.parametrize("phase", RunPhase)
def test_hungarian_names_of_phases_are_hungarian(phase: RunPhase):
    assert SENTENCES[f"phase_{phase}"].hu not in set(RunPhase)


def _first_arguments(function: str) -> Iterator[tuple[str, ast.expr]]:
    for module in in_room("grader"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function and node.args:
                yield module.where, node.args[0]


@pytest.mark.parametrize("function", SAYING)
def test_every_key_that_is_said_is_in_a_table(function: str):
    keys = [
        (where, node.value)
        for where, argument in _first_arguments(function)
        for node in ([argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument])
        if isinstance(node, ast.Constant)
    ]
    assert len(keys) > 2
    assert [(where, key) for where, key in keys if key not in SENTENCES] == []


def test_every_blank_is_filled_where_a_sentence_is_said():
    """Read from the calls: `say("key", a=..., b=...)` names what stands in braces, and maybe more."""
    missing = [
        (module.where, node.lineno, name)
        for module in in_room("grader")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYING
        if node.args and isinstance(node.args[0], ast.Constant) and all(one.arg for one in node.keywords)
        for name in blanks(SENTENCES[str(node.args[0].value)].en) - {str(one.arg) for one in node.keywords}
    ]
    assert missing == []


def test_every_failure_has_a_sentence():
    assert set(SENTENCES) >= {failure.code for known in BY_KIND.values() for failure in known.values()}


def test_every_code_of_a_call_and_of_its_box_has_a_sentence():
    assert set(SENTENCES) >= {f"call_{code}" for code in CALLED}
    assert set(SENTENCES) >= {f"box_{ending}" for ending in Ending}


def test_every_metric_has_a_name_in_both_languages():
    assert set(METRIC_NAMES) == set(METRICS)


def test_a_value_may_differ_between_the_languages():
    said = say("scored", metric=METRIC_NAMES["macro_f1"], score=Localized("0.5", "0,5"))
    assert said == Localized("Scored: macro f1 0.5.", "Értékelve: makroátlagolt F1 0,5.")


def test_what_a_student_wrote_is_filled_in_as_it_is():
    assert RefusedError("empty_file", file="{line} {0}").text.en == "{line} {0} is empty."
