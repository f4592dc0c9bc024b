"""Tables of extensions: looked at first, then granted whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.deadline_pages.extension_csv import SheetPlan, as_text, plan_sheet, read_sheet, take_sheet
from server.deadlines.models import Extension
from server.errors import BadInput
from tests.server.builders import COURSE
from tests.server.deadline_pages.conftest import Course, local
from tests.server.submissions.builders import SLUG, an_assignment

HEADING = "neptun,assignment,due,reason\n"


def planned(course: Course, text: str) -> SheetPlan:
    with course.database.read() as session:
        return plan_sheet(session, COURSE, read_sheet(text.encode()))


def take(course: Course, text: str) -> SheetPlan:
    with course.database.write() as session:
        return take_sheet(session, COURSE, read_sheet(text.encode()), course.author())


def dues(course: Course) -> list[tuple[int | None, str]]:
    with course.database.read() as session:
        return [(one.user_id, one.due.isoformat()) for one in session.scalars(select(Extension))]


@pytest.mark.parametrize(
    "content",
    [
        "neptun,assignment,due,reason\nabc123,digits,+2d,ill",
        "Neptun-kód;Feladat;Határidő;Indok\r\nABC123;digits;+2d;ill\r\n\r\n",
        "reason\tmore\tdue\tassignment\tneptun\nill\t?\t'+2d\tdigits\t ABC123 ",
        '\ufeffneptun,assignment,due,reason\nABC123,digits,2026-10-27T23:59:59,"ill"',
        "sep=;\r\n\r\nneptun;assignment;due;reason\r;;;\rABC123;digits;+2d;ill\r",
    ],
)
def test_columns_are_found_by_their_names(course: Course, content: str):
    (one,) = planned(course, content).good
    assert one.granted.person == course.anna
    assert one.granted.request.due == local("2026-10-27T23:59:59")
    assert one.row.reason == "ill"


@pytest.mark.parametrize(
    "content", ["", "ABC123,digits,+2d,ill", "neptun,assignment,due\nABC123,x,+2d", "\0"]
)
def test_a_table_without_its_columns_is_refused(content: str):
    with pytest.raises(BadInput, match="neptun, assignment, due, reason"):
        read_sheet(content.encode())


def test_a_table_is_read_in_utf_16_and_a_workbook_is_named():
    rows = read_sheet(f"{HEADING}\nABC123,digits,+2d,őszi\n".encode("utf-16"))
    assert [(row.number, row.reason) for row in rows] == [(3, "őszi")]
    with pytest.raises(BadInput, match=r"is an Excel workbook\. Save it as CSV\."):
        read_sheet(b"PK\x03\x04[Content_Types].xml xl/workbook.xml")


def test_each_bad_row_says_why(course: Course):
    with course.database.write() as session:
        late = "per_day = 0.1\nlast_day = 3\ncloses = 2026-10-28T12:00:00"
        an_assignment(session, "walled", late=late)
    rows = [
        "AAA000,digits,+1d,ill",
        "ASS001,digits,+1d,ill",
        "ABC123,none,+1d,ill",
        "ABC123,walled,+4d,ill",
        "ABC123,digits,soon,ill",
        "ABC123,digits,+1d,",
        "ABC123,digits,2026-10-01T12:00,ill",
        "ABC123,digits,+1d,ill",
        "abc123,digits,+1d,ill",
    ]
    plan = planned(course, HEADING + "\n".join(rows))
    told = {bad.row.number: str(bad.problem) for bad in plan.bad}
    words = {2: "AAA000", 3: "ASS001", 4: "“none”", 5: "2026-10-28 12:00:00", 6: "soon", 7: "reason"}
    words |= {8: "later", 10: "row 9"}
    assert {number: word in told[number] for number, word in words.items()} == dict.fromkeys(words, True)
    assert (len(told), [one.row.number for one in plan.good]) == (len(words), [9])
    assert dues(course) == []


def test_row_of_an_assignment_with_final_data_is_bad(course: Course):
    with course.database.write() as session:
        an_assignment(session, "other")
    course.draw_final()
    plan = planned(course, f"{HEADING}ABC123,{SLUG},+2d,ill\nABC123,other,+2d,ill\n")
    assert [one.row.assignment for one in plan.good] == ["other"]
    assert ["final data" in str(one.problem) for one in plan.bad] == [True]


def test_what_was_shown_is_what_is_granted(course: Course):
    """Offsets were turned into moments: confirming does not count anew, and twice is no more than once."""
    text = as_text(planned(course, HEADING + "ABC123,digits,+2d,ill\nXYZ789,digits,+1w,technical"))
    course.extend("+1d", "ABC123")
    assert len(take(course, text).good) == 2
    assert dues(course)[1:] == [
        (course.anna.id, "2026-10-27T22:59:59+00:00"),
        (course.bela.id, "2026-11-01T22:59:59+00:00"),
    ]
    with pytest.raises(BadInput, match=r"Nothing was granted\. Row 2: ABC123 has until"):
        take(course, text)
    assert len(dues(course)) == 3


def test_of_a_table_with_a_bad_row_nothing_is_taken(course: Course):
    with pytest.raises(BadInput, match="Row 3"):
        take(course, HEADING + "ABC123,digits,+2d,ill\nAAA000,digits,+2d,ill")
    with pytest.raises(BadInput, match="no row"):
        take(course, HEADING)
    assert dues(course) == []


CELLS = st.sampled_from(
    ["ABC123", "XYZ789", SLUG, "+1d", "2026-10-28T12:00", "ill", "", "=1", '"', ";", "\n", "é"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, max_size=5).map(",".join), max_size=5))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_row_is_good_or_bad_and_good_ones_are_taken(course: Course, lines: list[str]):
    try:
        rows = read_sheet((HEADING + "\n".join(lines)).encode())
    except BadInput:
        return
    with course.database.read() as session:
        plan = plan_sheet(session, COURSE, rows)
        assert len(plan.good) + len(plan.bad) == len(rows)
        again = plan_sheet(session, COURSE, read_sheet(as_text(plan).encode()))
    assert [one.granted for one in again.good] == [one.granted for one in plan.good]
    assert again.bad == ()
