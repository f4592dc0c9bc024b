"""The report card's picture of a confusion matrix, on the lecture's example; handouts and printed numbers."""

from __future__ import annotations

import pytest
from flask import Flask

from grader.contract import ConfusedPair
from server.grading.handouts import drawn
from server.submissions import template_filters
from server.submissions.report.card import HEAT_LEVELS, matrix_rows, most_confused

CLASSES = ("rocket", "car", "airplane")
COUNTS = ((15, 3, 8), (4, 23, 1), (9, 2, 19))


def test_rows_are_true_classes():
    rocket = matrix_rows(CLASSES, COUNTS)[0]
    assert (rocket.label, rocket.total) == ("rocket", 26)
    assert [cell.count for cell in rocket.cells] == [15, 3, 8]
    assert [cell.right for cell in rocket.cells] == [True, False, False]


def test_heat_is_the_share_of_the_row():
    perfect = matrix_rows(("a", "b"), ((5, 0), (0, 0)))
    assert [cell.level for cell in perfect[0].cells] == [HEAT_LEVELS, 0]
    assert [cell.share for cell in perfect[1].cells] == [0.0, 0.0]


def test_a_single_mistake_is_never_invisible():
    assert matrix_rows(("a", "b"), ((999, 1), (0, 1)))[0].cells[1].level == 1


def test_worst_confusions_come_first():
    assert most_confused(CLASSES, COUNTS) == (
        ConfusedPair("airplane", "rocket", 9, 9 / 30),
        ConfusedPair("rocket", "airplane", 8, 8 / 26),
        ConfusedPair("car", "rocket", 4, 4 / 28),
        ConfusedPair("rocket", "car", 3, 3 / 26),
        ConfusedPair("airplane", "car", 2, 2 / 30),
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "[x](data:text/html,x)",
    ],
)
def test_handout_never_carries_a_script(hostile: str):
    html = drawn(hostile, "/files")
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html


def test_headings_go_down_one_level_and_no_further():
    assert drawn("# a\n\n###### b\n", "/files") == "<h2>a</h2>\n<h6>b</h6>\n"


def test_tables_are_drawn():
    assert "<td>1</td>" in drawn("| a |\n|---|\n| 1 |\n", "/files")


def test_numbers_are_printed_in_the_readers_language(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "hu"}):
        assert template_filters.points(7.5, 10) == "7,5"
        assert template_filters.percent(0.9999) == "99,9 %"
        assert template_filters.percent(None) == "–"
        assert template_filters.size(2048) == "2 KiB"
