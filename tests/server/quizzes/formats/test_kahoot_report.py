"""Kahoot's reports: both shapes, with numbers that are texts and players who came back."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from server.quizzes.formats.kahoot_report import KahootReport, PlayerAnswer, PlayerTotal, read_kahoot_report
from server.quizzes.formats.result import Unreadable
from tests.server.quizzes.formats.samples import sample

SCORES = ["Rank", "Player", "Total Score (points)", "Correct Answers", "Incorrect Answers"]
RAW = [
    "Question Number", "Question", "Answer 1", "Answer 2", "Correct Answers",
    "Time Allotted to Answer (seconds)", "Player", "Answer", "Correct / Incorrect", "Correct",
    "Score (points)", "Answer Time (seconds)",
]  # fmt: skip


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def scores(*rows: list[object]) -> KahootReport:
    return read_kahoot_report(workbook(Final_Scores=[["Week 3"], ["Final Scores"], SCORES, *rows]))


def raw(*rows: list[object]) -> KahootReport:
    return read_kahoot_report(workbook(RawReportData_Data=[RAW, *rows]))


def answer(
    player: str, text: str, points: object, seconds: object = 2, number: str = "1 Quiz"
) -> list[object]:
    word = "Correct" if text == "a" else "Incorrect"
    return [number, "What?", "a", "b", "a", 20, player, text, word, int(text == "a"), points, seconds]


def test_raw_data_gives_what_each_player_answered():
    report = read_kahoot_report(sample("kahoot-report-rawdata.xlsx"))
    assert report.answers[0] == PlayerAnswer(1, "Player A", "Indentation", True, 875, 5.019)
    assert [one.correct for one in report.answers] == [True, False, True, False]


def test_raw_data_gives_how_hard_each_question_was():
    first, second = read_kahoot_report(sample("kahoot-report-rawdata.xlsx")).questions
    assert (first.asked, first.answered, first.right, first.time_limit) == (2, 2, 1, 20)
    assert (first.kind, first.options, first.correct) == (
        "Quiz",
        ("Brackets", "Indentation", "Key"),
        "Indentation",
    )
    assert (second.number, second.mean_seconds) == (2, pytest.approx((5.019 + 3.396) / 2))


def test_numbers_that_are_texts_are_added_up():
    report = read_kahoot_report(sample("kahoot-report-rawdata.xlsx"))
    assert report.totals == (PlayerTotal("Player A", 1875, 2, 0), PlayerTotal("Player B", 0, 0, 2))
    assert report.notes == ()


def test_final_scores_give_the_totals():
    report = read_kahoot_report(sample("kahoot-report-finalscores.xlsx"))
    assert (report.title, len(report.totals)) == ("DVD Lecture 1: Introduction", 5)
    assert report.totals[0] == PlayerTotal("Joe.blow", 8871, 9, 0)
    assert (report.questions, report.answers, report.notes) == ((), (), ())


def test_a_player_who_came_back_is_summed():
    assert scores([1, "Anna", 900, 1, 0], [2, "Béla", 800, 1, 0], [3, "anna ", "300", "1", 2]).totals == (
        PlayerTotal("Anna", 1200, 2, 2),
        PlayerTotal("Béla", 800, 1, 0),
    )


def test_raw_rows_of_a_player_who_came_back_are_summed():
    report = raw(answer("Anna", "b", 0), answer("Anna&nbsp;", "a", "500"))
    assert report.totals == (PlayerTotal("Anna", 500, 1, 1),)


def test_no_answer_is_asked_but_not_answered():
    [question] = raw(answer("Anna", "a", 500, 4), answer("Béla", "", 0, None)).questions
    assert (question.asked, question.answered, question.right, question.mean_seconds) == (2, 1, 1, 4)


def test_questions_come_in_their_order():
    report = raw(answer("Anna", "a", 5, number="10 Quiz"), answer("Anna", "b", 0, number="2 True/False"))
    assert [(one.number, one.kind) for one in report.questions] == [(2, "True/False"), (10, "Quiz")]


@pytest.mark.parametrize("points", ["many", 1e300, "١٢", "1e3", True])
def test_a_row_with_no_sound_number_is_told(points: object):
    report = scores([1, "Anna", points, 1, 0], [2, "Béla", 800, 1, 0])
    assert [total.player for total in report.totals] == ["Béla"]
    assert [(note.line, note.what) for note in report.notes] == [(4, "Anna")]


def test_points_may_be_negative():
    assert scores([1, "Anna", "-5", 1, 0]).totals[0].points == -5


def test_a_row_without_a_player_is_told():
    assert [note.line for note in scores([1, None, 5, 1, 0]).notes] == [4]


@pytest.mark.parametrize("name", ["Sheet1", "Overview"])
def test_another_workbook_is_refused(name: str):
    with pytest.raises(Unreadable, match="no Kahoot report"):
        read_kahoot_report(workbook(**{name: [["a"]]}))


def test_a_sheet_without_its_columns_is_refused():
    with pytest.raises(Unreadable, match="columns"):
        read_kahoot_report(workbook(Final_Scores=[["Rank", "Player"]]))
