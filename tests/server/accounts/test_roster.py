"""Which rows of a roster are taken, and what they would change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.roster import FromNumber, RosterRow, plan, read_table
from server.errors import BadRoster

HEADER = ["Neptun kód", "Név", "E-mail"]
ANNA = RosterRow("ABC123", "Kiss Anna", "anna@example.org")
rows = st.lists(
    st.builds(
        RosterRow,
        st.text("ABC123", min_size=6, max_size=6),
        st.sampled_from(["Kiss Anna", "Nagy Péter"]),
        st.sampled_from(["", "a@example.org", "b@example.org"]),
        st.sampled_from([None, (), ("lab-A",), ("extra-time", "lab-B")]),
    ),
    unique_by=lambda row: row.neptun,
    max_size=20,
)


def problems(*table_rows: list[str]) -> list[tuple[int, str]]:
    return [(bad.row, str(bad.problem)) for bad in read_table([HEADER, *table_rows]).bad_rows]


@pytest.mark.parametrize(
    "header",
    [
        ["Neptun kód", "Név", "E-mail"],
        ["NEPTUN KÓD", "NÉV", "EMAIL"],
        ["Neptun code", "Name", "Email address"],
        ["Neptun-kod", "Nev", "e-mail cím"],
    ],
)
def test_columns_are_found_in_both_languages(header: list[str]):
    assert read_table([header, ["abc123", "Kiss Anna", "anna@example.org"]]).rows == (ANNA,)


def test_columns_may_come_in_any_order_after_titles():
    table = [["Deep learning, 2026/27/1"], [], ["Szak", "Név", "Neptun kód"], ["BSc", "Kiss Anna", "ABC123"]]
    assert read_table(table).rows == (RosterRow("ABC123", "Kiss Anna"),)


@pytest.mark.parametrize("header", [[], ["Név", "E-mail"], ["Neptun kód"], ["a", "b", "c"]])
def test_a_table_without_the_columns_is_refused(header: list[str]):
    with pytest.raises(BadRoster, match="Neptun"):
        read_table([header, ["ABC123", "Kiss Anna", ""]])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["ABC12", "Kiss Anna", ""], "“ABC12” is not a Neptun code"),
        (["ABC123", "  ", ""], "name is missing"),
        (["ABC123", "x" * 201, ""], "longer than 200"),
        (["1.23E+05", "Kiss Anna"], "made the number “1.23E+05” of the code"),
        (["1,23e5", "Kiss Anna"], "made the number “1,23e5” of the code"),
        (["2026-05-01 00:00:00", "Kiss Anna"], "made the date “2026-05-01"),
        ([FromNumber("1234"), "Kiss Anna"], "perhaps zeros at its beginning were lost"),
        (["1234", "Kiss Anna"], "perhaps zeros at its beginning were lost"),
        ([FromNumber("123000"), "Kiss Anna"], "“123000” stands there as a number"),
        (["ABC123"], "name is missing"),
    ],
)
def test_each_bad_row_says_why(row: list[str], reason: str):
    [(number, problem)] = problems(row)
    assert number == 2
    assert reason in problem


@pytest.mark.parametrize("email", ["anna", "a@b.hu\nBcc: x@y.hu", "anna@example.org, a@b.hu"])
def test_a_bad_address_costs_the_address_and_not_the_person(email: str):
    roster = read_table([HEADER, ["ABC123", "Kiss Anna", email]])
    assert roster.rows == (replace(ANNA, email=""),)
    assert roster.bad_rows == ()
    assert [(note.row, "Kiss Anna is taken without it" in str(note.problem)) for note in roster.notes] == [
        (2, True)
    ]


def test_codes_of_digits_and_with_an_e_are_codes():
    typed = ["123E03", "1E0005", FromNumber("123456"), "123000"]
    roster = read_table([HEADER, *([code, "Kiss Anna"] for code in typed)])
    assert [row.neptun for row in roster.rows] == typed


@pytest.mark.parametrize("cell", ["'ABC123", '="ABC123"', " 'abc123 "])
def test_a_code_that_is_marked_as_text_is_one(cell: str):
    assert [row.neptun for row in read_table([HEADER, [cell, "Kiss Anna"]]).rows] == ["ABC123"]


def test_a_code_that_comes_twice_names_the_first_row():
    found = problems(["ABC123", "Kiss Anna"], [], ["abc123", "Nagy Péter"])
    assert found == [(4, "ABC123 is already in row 2.")]


def test_bad_rows_do_not_hinder_good_ones():
    roster = read_table([HEADER, ["?", "x", ""], ["ABC123", "Kiss Anna", "anna@example.org"]])
    assert roster.rows == (ANNA,)
    assert [bad.row for bad in roster.bad_rows] == [2]


def test_names_become_one_visible_line():
    [row] = read_table([HEADER, ["ABC123", " Kiss\n\u202e  Anna\x00", ""]]).rows
    assert row.name == "Kiss Anna"


def test_a_changed_name_is_a_change():
    found = plan([RosterRow("ABC123", "Kiss-Nagy Anna", "anna@example.org")], {"ABC123": ANNA})
    assert (found.added, found.unchanged) == ((), 0)
    assert found.changed[0].old == ANNA
    assert found.changed[0].new.name == "Kiss-Nagy Anna"


def test_an_empty_address_deletes_none():
    assert plan([RosterRow("ABC123", "Kiss Anna")], {"ABC123": ANNA}).unchanged == 1


@given(rows)
def test_taking_a_roster_twice_changes_nothing(roster: list[RosterRow]):
    once = plan(roster, {})
    again = plan(roster, {row.neptun: row for row in once.added})
    assert (again.added, again.changed, again.unchanged) == ((), (), len(roster))


@given(rows, rows)
def test_every_row_is_counted_once(roster: list[RosterRow], known: list[RosterRow]):
    found = plan(roster, {row.neptun: row for row in known})
    assert len(found.added) + len(found.changed) + found.unchanged == len(roster)


@pytest.mark.parametrize("header", ["Labels", "Címkék", "CIMKE", "label"])
def test_a_column_of_labels_is_read(header: str):
    table = [[*HEADER, header], ["ABC123", "Kiss Anna", "", " lab-B,extra-time  lab-B"]]
    assert read_table(table).rows == (RosterRow("ABC123", "Kiss Anna", "", ("extra-time", "lab-B")),)


def test_a_row_that_ends_before_its_labels_has_none():
    assert read_table([[*HEADER, "Labels"], ["ABC123", "Kiss Anna"]]).rows[0].labels == ()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("lab/B", "“lab/B” is no label"),
        ("lab-B;lab-C", "is no label"),
        ("x" * 41, "is no label"),
        (" ".join(f"n{number}" for number in range(21)), "at most 20"),
    ],
)
def test_a_row_with_labels_that_cannot_be_kept_is_named(cell: str, reason: str):
    roster = read_table([[*HEADER, "Labels"], ["ABC123", "Kiss Anna", "", cell]])
    assert roster.rows == ()
    assert [bad.row for bad in roster.bad_rows] == [2]
    assert reason in str(roster.bad_rows[0].problem)


def test_without_the_column_labels_stay_and_an_empty_cell_takes_them_away():
    known = {"ABC123": RosterRow("ABC123", "Kiss Anna", "", ("lab-B",))}
    assert plan([RosterRow("ABC123", "Kiss Anna")], known).unchanged == 1
    [change] = plan([RosterRow("ABC123", "Kiss Anna", "", ())], known).changed
    assert (change.old.labels, change.new.labels) == (("lab-B",), ())


@given(rows, rows)
def test_what_a_roster_changes_it_changes_once(roster: list[RosterRow], known: list[RosterRow]):
    before = {row.neptun: replace(row, labels=row.labels or ()) for row in known}
    todo = plan(roster, before)
    after = before | {row.neptun: replace(row, labels=row.labels or ()) for row in todo.added}
    after |= {change.new.neptun: change.new for change in todo.changed}
    again = plan(roster, after)
    assert (again.added, again.changed) == ((), ())
