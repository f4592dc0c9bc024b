"""Which rows of a roster are taken, and what they would change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.roster import RosterRow, plan, read_table
from server.errors import BadRoster

HEADER = ["Neptun kód", "Név", "E-mail"]
ANNA = RosterRow("ABC123", "Kiss Anna", "anna@example.org")
rows = st.lists(
    st.builds(
        RosterRow,
        st.text("ABC123", min_size=6, max_size=6),
        st.sampled_from(["Kiss Anna", "Nagy Péter"]),
        st.sampled_from(["", "a@example.org", "b@example.org"]),
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
        (["ABC123", "Kiss Anna", "anna"], "“anna” is not an e-mail address"),
        (["ABC123", "Kiss Anna", "a@b.hu\nBcc: x@y.hu"], "is not an e-mail address"),
        (["ABC123"], "name is missing"),
    ],
)
def test_each_bad_row_says_why(row: list[str], reason: str):
    [(number, problem)] = problems(row)
    assert number == 2
    assert reason in problem


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
