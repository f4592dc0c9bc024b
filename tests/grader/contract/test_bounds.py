"""Graders are not trusted: what no run can have had is refused, wherever it stands in a message."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.contract import GradeReport, MalformedMessageError
from tests.grader.contract.samples import MESSAGES, REPORTS

CODE = json.loads(json.dumps(REPORTS["code"].to_message()))
DATASET = json.loads(json.dumps(REPORTS["dataset"].to_message()))
REPEATED = [*range(102)]
Change = Callable[[dict[str, Any]], object]

REFUSED: Mapping[str, tuple[str, ...]] = {
    # JSON of what is put there: where it is refused, in dots, a number for an item of a list
    '"1"': (
        *("seed", "memory_mib", "timings.total", "points", "score", "metrics.accuracy", "size"),
        *("per_class.0.precision", "per_class.0.tp", "confusion_matrix.0.1", "confused.0.count"),
        *("confused.0.share", "calibration.0.confidence", "calibration.0.size", "roc.0.area", "roc.0.x.1"),
        *("precision_recall.0.y.0", "layers.0.parameters", "layers.0.dead", "private.points"),
        *("private.staff.robustness.noise",),
    ),
    "true": (
        *("seed", "memory_mib", "timings.total", "points", "score", "metrics.accuracy", "size"),
        *("per_class.0.precision", "per_class.0.tp", "confusion_matrix.0.1", "confused.0.count"),
        *("confused.0.share", "calibration.0.accuracy", "roc.0.area", "roc.0.x.1", "layers.0.parameters"),
        *("layers.0.dead", "verdict", "message", "private.staff.robustness.clean"),
    ),
    "1": (
        *("attempt_id", "verdict", "message", "message_hu", "detail", "metric", "focus", "device"),
        *("versions.torch", "classes.0", "classes", "timings", "metrics", "per_class", "confusion_matrix"),
        *("confusion_matrix.0", "per_class.0", "per_class.0.label", "confused.0.truth", "roc.0.label"),
        *("layers", "layers.0.name", "layers.0.kind", "findings.0.en", "notices.0.hu", "notices.0"),
        *("private", "private.staff", "private.staff.robustness", "private.staff.remarks.0.hu"),
    ),
    "null": (
        *("verdict", "message", "classes", "seed", "timings", "timings.total", "memory_mib", "versions"),
        *("score", "metrics", "metrics.accuracy", "per_class", "per_class.0.f1", "size", "confused"),
        *("confused.0.share", "calibration.0.accuracy", "roc.0.area", "roc.0.x.0", "checks", "layers"),
        *("findings", "private.points", "private.metrics.accuracy", "private.staff.robustness.noise"),
    ),
    "NaN": (
        *("points", "score", "confused.0.share", "calibration.0.confidence", "roc.0.area", "roc.0.x.0"),
        *("roc.0.y.0", "layers.0.dead", "layers.0.gradient_norm", "private.score"),
        *("private.staff.robustness.perturbed",),
    ),
    "Infinity": ("points", "score", "roc.0.area", "layers.0.activation_std", "calibration.0.accuracy"),
    "1e300": ("confused.0.share", "roc.0.area", "layers.0.activation_std", "calibration.0.accuracy"),
    "-1": ("points", "private.points", "confusion_matrix.0.0", "roc.0.x.0", "roc.0.y.0"),
    "1.5": ("seed", "size", "per_class.0.support", "confusion_matrix.0.0", "roc.0.x.0", "roc.0.y.0"),
    f"1{'0' * 400}": (
        *("points", "score", "roc.0.area", "layers.0.dead", "layers.0.parameters", "memory_mib"),
        *("timings.total", "confused.0.count", "calibration.0.size"),
    ),
    "[[1]]": ("confusion_matrix",),
    "[[1, 2], [3]]": ("confusion_matrix",),
    "[]": ("confusion_matrix.0", "roc.0.x", "roc.0.y", "metrics", "timings", "private.metrics"),
    '["0"]': ("classes",),
    "{}": ("per_class.0", "roc.0", "classes", "confusion_matrix", "layers.0", "findings.0"),
    '"12"': ("classes", "per_class", "confusion_matrix", "confusion_matrix.0", "roc.0.x", "layers"),
    json.dumps(REPEATED): ("roc.0.x",),
}
OF_A_DATASET: Mapping[str, tuple[str, ...]] = {
    '"1"': (
        "checks.0.points",
        "checks.0.out_of",
        "checks.0.passed",
        "sheet.classes.0.train",
        "sheet.samples",
    ),
    "1": (
        "checks.0.passed",
        "checks.0.name",
        "checks.0.text.en",
        "sheet.samples.0.pixels",
        "sheet",
        "checks",
    ),
    "null": ("checks.0.passed", "checks.0.points", "checks.0.text", "checks.0.text.hu", "sheet.classes"),
    "NaN": ("checks.0.points", "checks.0.out_of"),
    f"1{'0' * 400}": ("checks.0.out_of",),
}
CASES = [
    pytest.param(message, where, text, id=f"{where}={text:.12}")
    for message, refused in ((CODE, REFUSED), (DATASET, OF_A_DATASET))
    for text, wheres in refused.items()
    for where in wheres
]


def changed(message: Mapping[str, Any], where: str, value: object) -> dict[str, Any]:
    """The message with another value in one place."""
    copied: dict[str, Any] = copy.deepcopy(dict(message))
    *path, last = (int(part) if part.isdigit() else part for part in where.split("."))
    inner: Any = copied
    for part in path:
        inner = inner[part]
    inner[last] = value
    return copied


def test_samples_are_fine():
    for message in (CODE, DATASET):
        GradeReport.from_message(message)


@pytest.mark.parametrize(("message", "where", "text"), CASES)
def test_what_no_run_can_have_had_is_refused(message: dict[str, Any], where: str, text: str):
    with pytest.raises(MalformedMessageError):
        GradeReport.from_message(changed(message, where, json.loads(text)))


@pytest.mark.parametrize(
    "where", ["per_class.0", "confused.0", "roc.0", "checks.0", "checks.0.text", "layers.0", "findings.0"]
)
def test_rows_have_no_further_fields(where: str):
    message = DATASET if where.startswith("checks") else CODE
    with pytest.raises(MalformedMessageError):
        GradeReport.from_message(changed(message, f"{where}.further", 1))


@pytest.mark.parametrize("where", ["further", "private.further", "private.staff.further"])
def test_further_fields_of_messages_are_ignored(where: str):
    assert GradeReport.from_message(changed(CODE, where, 1)).seed == 3


OPTIONAL = {"confused", "calibration", "roc", "precision_recall", "checks", "per_class"}
OPTIONAL |= {"gpu_memory_mib", "held_out_given", "layers", "findings", "notices", "sheet", "private"}
WITHOUT_A_SCORE = {"points"}


@pytest.mark.parametrize("name", sorted(CODE.keys() - OPTIONAL - WITHOUT_A_SCORE))
def test_fields_have_to_be_there(name: str):
    with pytest.raises(MalformedMessageError):
        GradeReport.from_message({key: value for key, value in CODE.items() if key != name})


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, message in MESSAGES.items() for field in message.to_message()]
)
def test_fields_of_other_messages_have_to_be_there(name: str, field: str):
    message = MESSAGES[name].to_message()
    del message[field]
    with pytest.raises(MalformedMessageError):
        type(MESSAGES[name]).from_message(message)


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("where", ["metrics.accuracy", "per_class.0.recall", "timings.total", "memory_mib"])
def test_numbers_that_may_not_be_known_are_taken(where: str, value: float):
    GradeReport.from_message(changed(CODE, where, value))


def test_text_that_is_none_to_unicode_is_taken_and_cleaned_later():
    assert GradeReport.from_message(changed(CODE, "detail", "\ud800\0")).detail == "\ud800\0"


def test_problem_tells_where_it_is_and_no_value():
    with pytest.raises(MalformedMessageError) as refusal:
        GradeReport.from_message(changed(CODE, "private.points", "SECRET"))
    assert "private.points" in str(refusal.value)
    assert "SECRET" not in str(refusal.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def places(value: object, above: str = "") -> Iterator[str]:
    """Every place of a message."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield f"{above}{key}"
        yield from places(one, f"{above}{key}.")


PLACES = [(message, where) for message in (CODE, DATASET) for where in places(message)]


@given(st.sampled_from(PLACES), JSON)
def test_any_json_anywhere_is_a_report_or_refused(place: tuple[dict[str, Any], str], value: object):
    message, where = place
    try:
        report = GradeReport.from_message(changed(message, where, value))
    except MalformedMessageError:
        return
    json.dumps(report.to_message())


@given(st.sampled_from(sorted(MESSAGES)), JSON)
def test_any_json_is_a_message_or_refused(name: str, value: object):
    try:
        type(MESSAGES[name]).from_message(value)  # type: ignore[arg-type]
    except MalformedMessageError:
        return
