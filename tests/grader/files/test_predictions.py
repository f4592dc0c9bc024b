from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.files import tables
from assignments.localized import Localized
from assignments.scoring import LearningTask
from grader.contract import Verdict
from grader.files import predictions
from grader.sentences import RefusedError
from tests.grader.conftest import Grade
from tests.grader.files.test_unpack import zipped

CLASSES = ("rocket", "car", "airplane")


def table(*rows: str, header: str = "id,label") -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def test_labels_are_put_in_the_order_of_the_ids():
    read = predictions.read(table("2,car", "0,airplane", "1,rocket"), rows=3, classes=CLASSES)
    assert read.labels.tolist() == [2, 0, 1]
    assert read.scores is None


SAME = ["2,car", "0,airplane", "1,rocket"]


@pytest.mark.parametrize(
    "data",
    [
        b"\n\nid,label\n2,car\n,\n0,airplane\n\n1,rocket\n",
        b"id,label\r2,car\r0,airplane\r1,rocket\r",
        b'"id","label"\n"2","car"\n"0","airplane"\n"1","rocket"\n',
        b"sep=;\r\nid;label\r\n2;car\r\n0;airplane\r\n1;rocket\r\n",
        b"id\tlabel\n2\tcar\n0\tairplane\n1\trocket\n",
        table(*SAME).decode().encode("utf-16"),
        table(*SAME).decode().encode("utf-16-le"),
        b"ID, Label\n2.0, CAR\n0.0, Airplane\n1.00e+00, rocket\n",
        b",id,label\n0,2,car\n1,0,airplane\n2,1,rocket\n",
        b"Unnamed: 0,id,label\n0,2,car\n1,0,airplane\n2,1,rocket\n",
        b"label,id\ncar,2\nairplane,0\nrocket,1\n",
        b'"id,label"\n"2,""car"""\n"0,airplane"\n"1,rocket"\n',
        b"id,label,\n2,car,\n0,airplane,\n1,rocket,\n",
        b"id,label\n2,car,,\n0,airplane,,\n1,rocket,,\n",
    ],
)
def test_tables_of_all_programs_read_the_same(data: bytes):
    assert predictions.read(data, rows=3, classes=CLASSES).labels.tolist() == [2, 0, 1]


def test_labels_are_found_whatever_their_case_form_and_notation():
    classes = ("3", "12", "Épület, nagy", "Fa", "fa")
    rows = ["0,3.0", "1,12,0"[:4], '2,"E\u0301PÜLET, NAGY"', "3,Fa", "4,fa", "5,0.3e1"]
    read = predictions.read(table(*rows), rows=6, classes=classes)
    assert read.labels.tolist() == [0, 1, 2, 3, 4, 0]
    with pytest.raises(RefusedError, match="row 2: 'FA' is no label"):
        predictions.read(table("0,FA"), rows=1, classes=classes)


def labels_of(data: bytes, classes: tuple[str, ...]) -> list[int]:
    rows = len(data.split(b"\n")) - 2
    return predictions.read(data, rows=rows, classes=classes).labels.tolist()


NAMES = (
    st.text(st.sampled_from("aáAÁe\u0301f ﬁi１1,;ßS.0"), min_size=1, max_size=6).map(str.strip).filter(bool)
)


@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), st.sampled_from(",;\t"))
def test_every_class_is_found_by_its_own_name_whatever_others_are_called(names: list[str], separator: str):
    """However alike two names are: only what stands there exactly decides between them."""
    rows = [f'{number}{separator}"{name}"' for number, name in enumerate(names)]
    assert labels_of(table(*rows, header=f"id{separator}label"), tuple(names)) == list(range(len(names)))


@pytest.mark.parametrize(
    ("cell", "classes", "found"),
    [
        ("E\u0301", ("é", "É"), 1),  # composed alone decides
        ("piros\u00a0 autó", ("kék autó", "Piros autó"), 1),
        ("ﬁat １", ("fiat 1", "fiat 2"), 0),
        ("1,5", ("1.5", "2,5"), 0),
        ("2,5", ("1.5", "2,5"), 1),
        ("3,0", ("2", "3"), 1),
    ],
)
def test_a_label_is_found_in_the_strictest_form_that_knows_it(
    cell: str, classes: tuple[str, ...], found: int
):
    assert labels_of(table(f"0;{cell}", header="id;label"), classes) == [found]


def test_two_classes_that_look_alike_are_never_mixed_up():
    long = "x" * 300
    for cell, classes in (
        ("FA", ("Fa", "fa")),
        (f"{long}c", (f"{long}a", f"{long}b")),
        ("y" * 1001, ("y" * 1000, "z")),
        ("1.0", ("01", "1")),
    ):
        with pytest.raises(RefusedError, match="is no label"):
            labels_of(table(f"0,{cell}"), classes)


@pytest.mark.parametrize(
    "data",
    [
        b"id,label\n0,car, red\n1,car,blue\n",
        b"id,label\n0,car, red,,\n1,car,blue,\n",
        b'id,label\n0,"car, red"\n1,Car ,Blue\n',
        b"label,id\ncar, red,0\ncar,  blue,1\n",
        b",id,label\n0,0,car, red\n1,1,car,blue\n",
    ],
)
def test_a_label_with_separators_needs_no_quotes(data: bytes):
    assert labels_of(data, ("car, blue", "car, red")) == [1, 0]


def test_a_row_of_too_many_cells_is_still_told():
    with pytest.raises(RefusedError, match="has 3 cells; the header has 2"):
        labels_of(table("0,car,red"), ("car, blue", "car"))


@pytest.mark.parametrize("name", sorted(tables.INDEX_NAMES))
def test_columns_of_row_numbers_are_no_part_of_a_table(name: str):
    assert labels_of(table("0,0,b", header=f"{name.title()},id,label"), ("a", "b")) == [1]


def test_decimal_commas_are_read_beside_semicolons():
    data = b"id;p_0;p_1;p_2\n0,0;0,25;0,5;,25\n"
    read = predictions.read(data, rows=1, classes=CLASSES)
    assert read.scores is not None
    assert read.scores.tolist() == [[0.25, 0.5, 0.25]]
    read = predictions.read(b"id;value\n0;-1,5\n", rows=1, classes=(), task=LearningTask.VALUES)
    assert read.labels.tolist() == [-1.5]


def test_a_guessed_encoding_is_told():
    told: list[Localized] = []
    data = "id;label\n0;őr\n".encode("cp1250")
    predictions.read(data, rows=1, classes=("őr", "ház"), tell=told.append)
    assert "Windows-1250" in told[0].en


def test_excel_line_ends_and_byte_order_mark_are_fine():
    read = predictions.read(b"\xef\xbb\xbfid,label\r\n0,car\r\n", rows=1, classes=CLASSES)
    assert read.labels.tolist() == [1]


@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_scores_are_read_exactly(rows: int, seed: int):
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(rows, 3))
    lines = [
        f"{number},{','.join(map(repr, map(float, scores[number])))}"
        for number in generator.permutation(rows)
    ]
    read = predictions.read(table(*lines, header="id,p_0,p_1,p_2"), rows=rows, classes=CLASSES)
    assert read.scores is not None
    np.testing.assert_array_equal(read.scores, scores)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        ("id,label\n0,ő\n".encode() + b"1,\xf5\n", "line 3 is damaged"),
        (b"PK\x03\x04 [Content_Types].xml xl/workbook.xml", "is an Excel workbook: save it as CSV"),
        (b"# mine\n" + table("0,car"), "row 1 is '# mine'"),
        (table("0,car", header="id,class"), "the first row of predictions.csv must be"),
        (table("0,1,0,0", header="id,p_0,p_1,p_3"), "'id,p_0,...,p_2'"),
        (table("0,car,1"), "row 2 of predictions.csv has 3 cells"),
    ],
)
def test_what_is_no_such_table_is_refused(data: bytes, said: str):
    with pytest.raises(RefusedError) as refusal:
        predictions.read(data, rows=1, classes=CLASSES)
    assert said in refusal.value.text.en


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["0,car"], "it has 1 rows below the header; there must be 2"),
        (["0,car", "1,car", "2,car"], "it has 3 rows below the header; there must be 2"),
        (["0,car"] * 12, "it has more than the 2 rows"),
        (["0,car", "0,car"], "row 3: the id 0 is there twice; it stands in row 2 too"),
        (["", "0,car", "", "0,car"], "row 5: the id 0 is there twice; it stands in row 3 too"),
        (["0,car", "2,car"], "row 3: the id '2' is unknown; ids are the whole numbers from 0 to 1"),
        (["0,car", "0.5,car"], "row 3: the id '0.5' is unknown"),
        (["0,car", "-1,car"], "row 3: the id '-1' is unknown"),
        (
            ["0,car", "1,boat"],
            "row 3: 'boat' is no label of this assignment. Allowed are 'rocket', 'car', 'air",
        ),
        (["0,car", "1,1"], "row 3: '1' is no label of this assignment"),
        (["0,car", "9" * 5000 + ",car"], "is unknown"),
    ],
)
def test_each_defect_is_named_by_row(rows: list[str], said: str):
    with pytest.raises(RefusedError) as refusal:
        predictions.read(table(*rows), rows=2, classes=CLASSES)
    assert said in refusal.value.text.en


@pytest.mark.parametrize("cell", ["nan", "inf", "1_0", "", "0x1", "1e999", "٣", "9" * 100])
def test_scores_that_are_no_plain_numbers_are_refused(cell: str):
    data = table(f"0,0.1,0.2,{cell}", header="id,p_0,p_1,p_2")
    with pytest.raises(RefusedError, match="row 2"):
        predictions.read(data, rows=1, classes=CLASSES)


def test_values_are_read_in_the_order_of_the_ids():
    data = table("1,-2.5", "0,1e3", header="id,value")
    assert predictions.read(data, rows=2, classes=(), task=LearningTask.VALUES).labels.tolist() == [
        1000,
        -2.5,
    ]


def test_several_labels_are_read_from_scores_or_from_zeros_and_ones():
    scores = table("0,0.2,0.9,0.6", header="id,p_0,p_1,p_2")
    read = predictions.read(scores, rows=1, classes=CLASSES, task=LearningTask.LABELS)
    assert (read.labels.tolist(), read.scores is None) == ([[0, 1, 1]], False)
    labels = table("0,0,1,1", header="id,p_0,p_1,p_2")
    read = predictions.read(labels, rows=1, classes=CLASSES, task=LearningTask.LABELS)
    assert (read.labels.tolist(), read.scores is None) == ([[0, 1, 1]], True)


@pytest.mark.parametrize(
    ("task", "said"), [(LearningTask.VALUES, "'id,value'"), (LearningTask.LABELS, "'id,p_0,...,p_2'")]
)
def test_header_of_another_task_is_refused(task: LearningTask, said: str):
    with pytest.raises(RefusedError) as refusal:
        predictions.read(table("0,car"), rows=1, classes=CLASSES, task=task)
    assert f"must be {said}; row 1 is 'id,label'." in refusal.value.text.en


@pytest.mark.parametrize("cell", ["nan", "1e101", "-1e300", "1_0", "car"])
def test_values_that_are_no_usable_numbers_are_refused(cell: str):
    with pytest.raises(RefusedError, match="row 2"):
        predictions.read(table(f"0,{cell}", header="id,value"), rows=1, classes=(), task=LearningTask.VALUES)


@given(st.binary(max_size=200))
def test_noise_is_read_or_refused(noise: bytes):
    with suppress(RefusedError):
        predictions.read(b"id,label\n" + noise, rows=1, classes=CLASSES)


def test_table_is_graded_without_running_anything(grade_files: Grade):
    names = CLASSES * 50
    data = table(*(f"{number},{name}" for number, name in enumerate(names)))
    report = grade_files({"predictions.csv": data}, kind="predictions")
    assert report.verdict is Verdict.SCORED
    assert report.public is not None
    assert report.public.points == 10
    assert "start" not in report.timings


def test_a_table_of_another_length_costs_no_try(grade_files: Grade):
    """Ids and classes are known to everybody: nothing is learned of labels."""
    report = grade_files({"predictions.csv": table("0,car")}, kind="predictions")
    assert report.verdict is Verdict.REJECTED
    assert "there must be 150" in report.message


def test_missing_table_is_rejected(grade_files: Grade):
    report = grade_files({"submission.py": b"1"}, kind="predictions")
    assert report.verdict is Verdict.REJECTED
    assert "there is no predictions.csv" in report.message


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("Predictions.csv", {}),
        ("predictions (1).csv", {"notes.txt": b"x"}),
        ("predictions.csv", {"old.csv": b"x"}),
        ("table.tsv", {}),
        ("out/table.csv", {"README": b"x"}),
    ],
)
def test_a_single_table_is_taken_under_any_name(name: str, others: dict[str, bytes], grade_files: Grade):
    data = table(*(f"{number},{label}" for number, label in enumerate(CLASSES * 50)))
    report = grade_files({name: data, **others}, kind="predictions")
    assert report.verdict is Verdict.SCORED, report.message
    taken = [f"'{name}' was taken for predictions.csv."] if name != "predictions.csv" else []
    assert [notice.en for notice in report.notices] == taken


def test_several_tables_are_listed(grade_files: Grade):
    report = grade_files({"a.csv": b"x", "b.csv": b"x"}, kind="predictions")
    assert report.verdict is Verdict.REJECTED
    assert "there are several tables ('a.csv', 'b.csv')" in report.message


def test_a_workbook_is_named_though_it_is_a_zip(grade_files: Grade):
    data = zipped(("[Content_Types].xml", b"<a/>"), ("xl/workbook.xml", b"<a/>"))
    report = grade_files({"predictions.csv": data}, kind="predictions")
    assert report.verdict is Verdict.REJECTED
    assert "is an Excel workbook: save it as CSV" in report.message
