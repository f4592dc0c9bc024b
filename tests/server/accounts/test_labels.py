"""Labels of people: by roster, on the page, and in the file of people."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.accounts import service
from server.accounts.labels import LabelChange, change_labels
from server.accounts.people import plan_roster
from server.accounts.roster import RosterRow
from server.accounts.roster_files import as_csv, read_roster
from server.database import Database
from server.errors import BadInput, Forbidden
from server.person import EVERYBODY, Person, Role
from server.web import services
from tests.server.builders import COURSE, NOON, a_person
from tests.server.conftest import Browser

People = Callable[..., Person]
WORDS = st.sampled_from(["lab-A", "lab-B", "extra-time", "külön_óra"])
LABELS = st.none() | st.lists(WORDS, unique=True).map(lambda words: tuple(sorted(words)))
ROWS = st.builds(
    lambda code, labels: RosterRow(code, "Kiss Anna", "", labels),
    st.sampled_from(["ABC123", "XYZ789", "QWE456"]),
    LABELS,
)
ROSTERS = st.lists(ROWS, unique_by=lambda row: row.neptun, max_size=3)


def labels_of(app: Flask) -> dict[str, tuple[str, ...]]:
    with services(app).database.read() as session:
        everybody = service.people(session, COURSE).values()
    return {one.neptun: one.labels for one in everybody if one.labels}


class Undone(Exception):  # noqa: N818 - ends a transaction
    """What was tried is taken back."""


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rosters=st.lists(ROSTERS, max_size=3), last=ROSTERS)
def test_a_roster_taken_twice_changes_labels_once(
    database: Database, rosters: list[list[RosterRow]], last: list[RosterRow]
):
    with suppress(Undone), database.write() as session:
        for roster in (*rosters, last):
            service.apply_roster(session, COURSE, roster, NOON, seed=1, reach=EVERYBODY)
        found = {one.neptun: one.labels for one in service.people(session, COURSE).values()}
        assert all(found[row.neptun] == row.labels for row in last if row.labels is not None)
        again = service.apply_roster(session, COURSE, last, NOON, seed=1, reach=EVERYBODY)
        assert (again.added, again.changed, again.unchanged) == ((), (), len(last))
        assert {one.neptun: one.labels for one in service.people(session, COURSE).values()} == found
        raise Undone


def test_labels_of_a_new_roster_are_shown_then_taken(app: Flask, lecturer: Browser, person: People):
    person("ABC123", name="Kiss Anna")
    text = "Neptun kód;Név;Címkék\nABC123;Kiss Anna;lab-B\nNEW001;Új Ubul;lab-A extra-time\n"
    preview = lecturer.post("/people/import", {"file": (io.BytesIO(text.encode()), "r.csv")}).text
    assert "<ins>lab-B</ins>" in preview
    assert "extra-time lab-A" in preview
    assert labels_of(app) == {}
    handed_on = as_csv(read_roster(text.encode()))
    lecturer.post("/people/import", {"text": handed_on, "apply": "1"})
    assert labels_of(app) == {"ABC123": ("lab-B",), "NEW001": ("extra-time", "lab-A")}
    assert '<span class="badge">extra-time</span>' in lecturer.get("/people").text


def test_labels_are_added_and_taken_away_on_the_page(app: Flask, assistant: Browser, person: People):
    for code in ("ABC123", "XYZ789"):
        person(code)
    form = {"neptun": ["ABC123", "XYZ789"], "labels": "lab-B, extra-time", "change": "add"}
    assert assistant.post("/people/labels", form).status_code == 302
    assert labels_of(app) == dict.fromkeys(("ABC123", "XYZ789"), ("extra-time", "lab-B"))
    form = {"neptun": "XYZ789", "labels": "extra-time", "change": "remove"}
    assert assistant.post("/people/labels", form).status_code == 302
    assert labels_of(app) == {"ABC123": ("extra-time", "lab-B"), "XYZ789": ("lab-B",)}


@pytest.mark.parametrize(
    "change", [{"labels": "a/b"}, {"labels": ""}, {"neptun": []}, {"change": "drop"}, {"change": ""}]
)
def test_a_form_that_makes_no_sense_changes_nothing(
    app: Flask, lecturer: Browser, person: People, change: dict[str, object]
):
    person("ABC123")
    answer = lecturer.post("/people/labels", {"neptun": "ABC123", "labels": "a", "change": "add"} | change)
    assert answer.status_code == 422
    assert labels_of(app) == {}


def test_an_assistant_labels_students_only(app: Flask, assistant: Browser, person: People):
    person("ABC123")
    form = {"neptun": ["ABC123", "ASS001"], "labels": "lab-B", "change": "add"}
    assert assistant.post("/people/labels", form).status_code == 403
    assert labels_of(app) == {}


def test_students_label_nobody(app: Flask, student: Browser):
    form = {"neptun": "ABC123", "labels": "extra-time", "change": "add"}
    assert student.post("/people/labels", form).status_code == 403
    assert student.get("/people.csv").status_code == 403
    assert labels_of(app) == {}


def test_nobody_gets_more_labels_than_a_person_has(database: Database):
    with database.write() as session:
        a_person(session, "ABC123")
        twenty = [f"n{number}" for number in range(20)]
        assert change_labels(session, COURSE, ["ABC123"], twenty, LabelChange.ADD) == 1
        assert change_labels(session, COURSE, ["ABC123"], twenty, LabelChange.ADD) == 0
        with pytest.raises(BadInput, match="at most 20"):
            change_labels(session, COURSE, ["ABC123"], ["more"], LabelChange.ADD)


def test_a_roster_of_an_assistant_labels_no_staff(database: Database):
    with database.write() as session:
        a_person(session, "LEC001", "Kiss Anna", role=Role.LECTURER)
        row = RosterRow("LEC001", "Kiss Anna", "", ("lab-B",))
        with pytest.raises(Forbidden):
            plan_roster(session, COURSE, [row])


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_file_of_people_is_a_roster_that_changes_nothing(
    app: Flask, lecturer: Browser, person: People, suffix: str
):
    person("ABC123", name="Kiss Anna", email="anna@example.org")
    person("XYZ789", name="=Nagy Péter")
    form = {"neptun": "ABC123", "labels": "lab-B -x extra-time", "change": "add"}
    lecturer.post("/people/labels", form)
    lecturer.post("/people/labels", form | {"neptun": "LEC001", "labels": "-x"})
    for language in ("en", "hu"):
        lecturer.post("/language", {"language": language})
        content = lecturer.get(f"/people.{suffix}").data
        rows = {row.neptun: row for row in read_roster(content).rows}
        assert rows["ABC123"] == RosterRow(
            "ABC123", "Kiss Anna", "anna@example.org", ("-x", "extra-time", "lab-B")
        )
        assert (rows["LEC001"].labels, rows["XYZ789"].labels) == (("-x",), ())


def test_there_is_no_other_file_of_people(lecturer: Browser):
    assert lecturer.get("/people.pdf").status_code == 404


def test_labels_are_told_by_the_api(
    client: FlaskClient, token: Callable[[str], dict[str, str]], person: People
):
    person("LEC001", role=Role.LECTURER)
    person("ABC123", name="Kiss Anna")
    text = "Neptun;Name;Labels\nABC123;Kiss Anna;lab-B\nNEW001;Új Ubul;lab-A\n"
    answer = client.post(
        "/api/v1/roster?apply=true",
        data={"file": (io.BytesIO(text.encode()), "r.csv")},
        headers=token("LEC001"),
    ).get_json()
    assert [one["labels"] for one in answer["added"]] == [["lab-A"]]
    assert [(one["old_labels"], one["labels"]) for one in answer["changed"]] == [([], ["lab-B"])]
