"""Tables for spreadsheets: the texts arrive, and none of them as a program."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from server.spreadsheets import as_csv, as_xlsx, safe

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=40)
HOSTILE = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "%0A=1", "|x"]


def test_hungarian_excel_reads_columns_and_numbers():
    assert as_csv([["Név", 2.5, 3, "1,5"]], "hu").decode("utf-8-sig") == "Név;2,5;3;1,5\r\n"


def cells_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_like_a_formula_gets_an_apostrophe(text: str):
    assert safe(text).startswith("'")
    [[cell]] = cells_of(as_csv([[text]]))
    assert cell.startswith("'")


@pytest.mark.parametrize("text", [*HOSTILE, "Kiss Anna", ""])
def test_text_in_xlsx_is_never_a_formula(text: str):
    sheet = load_workbook(BytesIO(as_xlsx("Heti [kvíz]", [[text, 1.5]]))).active
    assert sheet is not None
    assert [cell.data_type for cell in sheet[1]] in (["s", "n"], ["n", "n"], ["inlineStr", "n"])


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_texts_come_back_from_csv(rows: list[list[str]]):
    back = cells_of(as_csv(rows))
    assert back == [[safe(text) for text in row] for row in rows]


@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=5))
def test_texts_come_back_from_xlsx(texts: list[str]):
    sheet = load_workbook(BytesIO(as_xlsx("x", [texts]))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == texts


def test_numbers_stay_numbers():
    assert cells_of(as_csv([["x", -1.5, None]])) == [["x", "-1.5", ""]]


def test_characters_that_no_cell_holds_are_left_out():
    assert cells_of(as_csv([["a\x00b\x07"]])) == [["ab"]]
    assert load_workbook(BytesIO(as_xlsx("", [["a\x00b\x07"]])))
