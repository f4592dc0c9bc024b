"""The shape of messages and of stored reports does not change: golden files, written before the schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.contract import GradeReport, ScoreCard, StaffNotes
from tests.grader.contract.samples import MESSAGES, REPORTS

GOLDEN = Path(__file__).parent / "golden"


def text_of(name: str) -> str:
    return (GOLDEN / f"{name}.json").read_text()


def written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_are_written_as_ever(name: str):
    assert written(MESSAGES[name].to_message()) == text_of(name)


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_are_read_as_ever(name: str):
    message = json.loads(text_of(name))
    assert written(type(MESSAGES[name]).from_message(message).to_message()) == text_of(name)


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_written_as_ever(name: str):
    assert written(REPORTS[name].to_message()) == text_of(f"report_{name}")


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_read_as_ever(name: str):
    report = GradeReport.from_message(json.loads(text_of(f"report_{name}")))
    assert as_numbers(report.to_message()) == as_numbers(json.loads(text_of(f"report_{name}")))


def as_numbers(value: object) -> str:
    """Text in which 1 and 1.0 are the same, and the order of keys says nothing."""
    return json.dumps(json.loads(json.dumps(value), parse_int=float), sort_keys=True)


@pytest.mark.parametrize("name", REPORTS)
def test_stored_reports_are_read_as_ever(name: str):
    """In a stored report null stands where a number was not finite; the private share lies apart."""
    row = json.loads(text_of(f"stored_{name}"))
    report = row["report"] | {"attempt_id": "", "private": None}
    report["memory_mib"] = report["memory_mib"] or 0.0
    assert as_numbers(GradeReport.from_stored(row["report"]).to_message()) == as_numbers(report)
    if share := row["private_share"]:
        staff = StaffNotes.from_message(share["staff"])
        assert as_numbers(
            ScoreCard.from_message(share).to_message() | {"staff": staff.to_message()}
        ) == as_numbers(share)


OLDER_HAVE_NO = (
    *("gpu_memory_mib", "held_out_given", "layers", "findings", "notices", "sheet"),
    *("confused", "calibration", "roc", "precision_recall", "checks"),
)


@pytest.mark.parametrize("missing", OLDER_HAVE_NO)
def test_stored_reports_of_older_graders_are_read(missing: str):
    row = json.loads(text_of("stored_code"))
    report = row["report"] | {"attempt_id": "", "private": None}
    del report[missing]
    message = GradeReport.from_stored(report).to_message()
    assert bool(message.pop(missing)) is (missing == "held_out_given")
    assert as_numbers(message) == as_numbers(report)
