"""Who took part over the weeks, by a rule that is previewed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from flask import Flask

from server.person import Person
from tests.server.conftest import Browser
from tests.server.quizzes.conftest import Phone, Remote


@pytest.fixture
def played(app: Flask, person: Callable[..., Person], open_room: Callable[..., Remote]) -> Remote:
    """ABC123 knows the one question that is asked, XYZ789 does not, QWE456 stays away."""
    remote = open_room()
    phones = []
    for neptun in ("ABC123", "XYZ789", "QWE456"):
        person(neptun, password=None)
        phones.append(Phone(app.test_client(), remote.pin))
        if neptun != "QWE456":
            phones[-1].join(neptun)
    remote.ask()
    phones[0].choose("relu", "0")
    phones[1].choose("relu", "2")
    remote.close()
    remote.press("end")
    return remote


def table(lecturer: Browser, query: str = "") -> dict[str, list[str]]:
    """What the file says of each student: a mark for the week, how many, and the mean."""
    text = lecturer.get(f"/quizzes/participation.csv{query}").data.decode("utf-8-sig")
    return {row[0]: row[2:] for row in list(csv.reader(StringIO(text)))[1:]}


def test_rule_says_who_took_part(played: Remote, lecturer: Browser):
    found = table(lecturer, "?least_correct=1&least_share=")
    assert {code: row[0] for code, row in found.items()} == {"ABC123": "1", "XYZ789": "0", "QWE456": "0"}


def test_without_thresholds_an_answer_is_enough(played: Remote, lecturer: Browser):
    found = table(lecturer, "?least_correct=&least_share=")
    assert {code: row[0] for code, row in found.items()} == {"ABC123": "1", "XYZ789": "1", "QWE456": "0"}


def test_mean_is_of_the_best_weeks(played: Remote, lecturer: Browser):
    assert table(lecturer, "?keep=1")["ABC123"][2] == "100.0"
    assert "Mean of the best 1" in lecturer.get("/quizzes/participation?keep=1").text


@pytest.mark.parametrize("query", ["?keep=nan", "?keep=x", "?least_share=101", "?keep=1e9"])
def test_rule_that_makes_no_sense_is_refused(lecturer: Browser, query: str):
    assert lecturer.get(f"/quizzes/participation{query}").status_code == 422


def test_page_without_a_quiz_says_so(lecturer: Browser):
    assert "once a quiz was played" in lecturer.get("/quizzes/participation").text
