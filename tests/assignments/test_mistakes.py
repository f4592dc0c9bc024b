"""Every mistake in a course's TOML names its file, its line and its field, and says what is wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.spec import SpecError, read_assignment, read_course
from tests.assignments.texts import ASSIGNMENT, BUDAPEST, COURSE, changed, without

ACCURATE = 'metric = "accuracy"\npublic_share = 0.3'
PRICED = 'metric = "mean_cost"\ncosts = [[0, 1], [5, 0]]\npublic_share = 0.3'
CHANGED = [
    # what is written, what is written instead, line, field, part of the sentence
    ('slug = "xor"', 'slug = "Xor"', 1, "slug", "small letters"),
    ('slug = "xor"', 'slug = "../xor"', 1, "slug", "small letters"),
    ('slug = "xor"', 'slug = "xor-"', 1, "slug", "small letters"),
    ('slug = "xor"', 'slug = ""', 1, "slug", "one line of 1 to 200 characters"),
    ('slug = "xor"', "slug = 7", 1, "slug", "must be a text in quotes, not 7"),
    (
        'kind = "code"',
        'kind = "cod"',
        2,
        "kind",
        "'cod' is none of code, dataset, functions, model, predictions; is 'code' meant?",
    ),
    ('kind = "code"', 'knid = "code"', 1, "kind", "is missing; is 'knid' meant?"),
    ('kind = "code"', 'kind = "code"\nlesson = 3', 3, "lesson", "is not a known key"),
    ("opens = 2026-09-14T08:00:00", 'opens = "tomorrow"', 3, "opens", "a date and time without quotes"),
    ("opens = 2026-09-14T08:00:00", "opens = 2026-09-14", 3, "opens", "a date and time without quotes"),
    ("opens = 2026-09-14T08:00:00", "opens = 2026-03-29T02:30:00", 3, "opens", "does not exist"),
    ("due = 2026-10-04T23:59:59", "due = 2026-10-25T02:30:00", 4, "due", "exists twice"),
    ("due = 2026-10-04T23:59:59", "due = 2026-09-01T23:59:59", 4, "due", "must be later than opens"),
    ("due = 2026-10-04T23:59:59", "due = 2026-09-14T08:00:00", 4, "due", "must be later than opens"),
    ("due = 2026-10-04T23:59:59", "due = 9999-12-31T23:59:59", 4, "due", "year must lie between"),
    ('hu = "Kizáró vagy"', "", 6, "title.hu", "is missing"),
    ('en = "Exclusive or"', 'en = " "', 7, "title.en", "one line of 1 to 100 characters"),
    ('en = "Exclusive or"', 'en = "a\\nb"', 7, "title.en", "one line of 1 to 100 characters"),
    ('en = "Exclusive or"', 'de = "x"\nen = "Exclusive or"', 7, "title.de", "is not a known key"),
    ('en = "Learn what no line can part."', "", 10, "summary.en", "is missing"),
    ("[summary]", "[summry]", 1, "summary", "is missing; is 'summry' meant?"),
    ('grace = "5m"', 'grace = "5 minutes"', 15, "late.grace", "whole number and a unit"),
    ('grace = "5m"', 'grace = "2d"', 15, "late.grace", "must lie between"),
    ('grace = "5m"', "grace = 5", 15, "late.grace", "must be a text in quotes"),
    ("per_day = 0.1", "per_day = 10", 16, "late.per_day", "must lie between 0 and 1"),
    ("per_day = 0.1", "per_day = nan", 16, "late.per_day", "must lie between 0 and 1"),
    ("last_day = 3", "last_day = -1", 17, "late.last_day", "must lie between 0 and 60"),
    ("last_day = 3", "last_day = 1.5", 17, "late.last_day", "must be a whole number"),
    ("last_day = 3", "last_day = true", 17, "late.last_day", "must be a whole number"),
    ('wall = "60s"', 'wall = "0s"', 20, "limits.wall", "must lie between"),
    ('wall = "60s"', 'wall = "3h"', 20, "limits.wall", "must lie between"),
    ("memory_mib = 1024", "memory_mib = 64", 21, "limits.memory_mib", "must lie between 256"),
    ("memory_mib = 1024", "cpus = 0", 21, "limits.cpus", "must lie between 1"),
    ("memory_mib = 1024", "memory = 1024", 21, "limits.memory", "not a known key; is 'memory_mib' meant?"),
    ('load = "data.py:load"', 'load = "data.py"', 24, "data.load", '"data.py:load"'),
    ('load = "data.py:load"', 'load = "../data.py:load"', 24, "data.load", '"data.py:load"'),
    ('["no", "yes"]', '["no", "no"]', 25, "data.classes", "'no' is there twice"),
    ('["no", "yes"]', '["no"]', 25, "data.classes", "2 to 1000 names, not 1"),
    ('["no", "yes"]', '["no", 1]', 25, "data.classes", "each must be a text"),
    ('["no", "yes"]', '["no", ""]', 25, "data.classes", "each must be a text"),
    ('["no", "yes"]', '["no", "y\\u202es"]', 25, "data.classes", "invisible characters"),
    ('["no", "yes"]', '"no, yes"', 25, "data.classes", "must be a list of texts"),
    ('metric = "accuracy"', 'metric = "accuraci"', 28, "score.metric", "is 'accuracy' meant?"),
    ("public_share = 0.3", "public_share = 0", 29, "score.public_share", "both shares need examples"),
    ("public_share = 0.3", "public_share = 1.0", 29, "score.public_share", "both shares need examples"),
    ("full_points_at = 0.97", "full_points_at = 0.5", 30, "score.full_points_at", "greater than zero_points"),
    ("full_points_at = 0.97", "full_points_at = 97", 30, "score.full_points_at", "between 0 and 1"),
    ('metric = "accuracy"', 'metric = "r2"', 28, "score.metric", "'r2' is none of accuracy,"),
    ('metric = "accuracy"', 'metric = "mean_cost"', 28, "score.metric", "'mean_cost' is none of"),
    (ACCURATE, PRICED, 31, "score.full_points_at", "less than zero_points_at: mean_cost is an error"),
    ('["no", "yes"]', '["no", "yes"]\ntask = "label"', 26, "data.task", "is 'labels' meant?"),
    ('["no", "yes"]', '["no", "yes"]\ntask = "values"', 25, "data.classes", "no meaning where values"),
    ('["no", "yes"]', '["no", "yes", "so"]\ntask = "labels"', 29, "score.metric", "'accuracy' is none of"),
    ("points = 10", "points = 10\ncosts = [[0, 1]]", 33, "score.costs", "2 lists of 2 numbers each"),
    ("points = 10", "points = 10\ncosts = [[0, 1], [5]]", 33, "score.costs", "2 lists of 2 numbers each"),
    ("points = 10", "points = 10\ncosts = [0, 1]", 33, "score.costs", "2 lists of 2 numbers each"),
    ("points = 10", "points = 10\ncosts = [[0, -1], [5, 0]]", 33, "score.costs", "from 0 to 1e+06, not -1"),
    ("points = 10", "points = 10\ncosts = [[0, nan], [5, 0]]", 33, "score.costs", "a number from 0"),
    ("points = 10", "points = 10\ncosts = [[0, true], [5, 0]]", 33, "score.costs", "not True"),
    ("points = 10", "points = 10\ncosts = [[0, 1], [5, 1]]", 33, "score.costs", "0 on the diagonal"),
    ("points = 10", "points = 10\ncosts = [[0, 0], [0, 0]]", 33, "score.costs", "greater than 0 somewhere"),
    ("points = 10", "points = 0", 32, "score.points", "must be greater than 0"),
    ("points = 10", "points = inf", 32, "score.points", "must lie between"),
    ('focus = "yes"', 'focus = "maybe"', 33, "score.focus", "'maybe' is none of the classes"),
    ("[late]", "late = 3\n[latest]", 14, "summary.late", "is not a known key"),
    # what is no TOML at all
    ("per_day = 0.1", "per_day = ,1", 16, "syntax", "Invalid value"),
    ('slug = "xor"', 'slug = "xor', 1, "syntax", "Illegal character"),
    ("per_day = 0.1", "grace = 1", 16, "syntax", "Cannot overwrite a value"),
    ("due = 2026-10-04T23:59:59", "due = 2026-02-30T23:59:59", 4, "syntax", "Invalid date or datetime"),
    ("points = 10", f"points = {'9' * 5000}", 33, "syntax", "digits"),
    ("points = 10", f"points = {'[' * 5000}", 1, "syntax", "nested too deeply"),
]


def mistake_in(text: str) -> SpecError:
    with pytest.raises(SpecError) as caught:
        read_assignment(text, BUDAPEST, file="xor/assignment.toml")
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "problem"), CHANGED, ids=[f"{row[3]}-{row[1]:.20}" for row in CHANGED]
)
def test_mistake_is_named_with_line_and_field(old: str, new: str, line: int, field: str, problem: str):
    error = mistake_in(changed(ASSIGNMENT, f"{old}\n" if new == "" else old, new))
    assert (error.file, error.line, error.field) == ("xor/assignment.toml", line, field)
    assert problem in error.problem


@pytest.mark.parametrize("table", ["title", "data", "score"])
def test_table_that_is_missing_is_named(table: str):
    error = mistake_in(changed(ASSIGNMENT, f"[{table}]", "[other]"))
    assert error.field == table
    assert error.problem.startswith("is missing")


def test_error_reads_as_one_sentence():
    error = mistake_in(without(ASSIGNMENT, "points = 10"))
    assert str(error) == "xor/assignment.toml, line 27: score.points: is missing"


def test_line_is_found_below_texts_of_many_lines():
    text = changed(ASSIGNMENT, 'kind = "code"', 'kind = """\nslug = 3\n[score]\npoints = 1"""')
    error = mistake_in(changed(text, "points = 10", "points = -1"))
    assert (error.line, error.field) == (2, "kind")


def test_line_is_found_for_dotted_and_quoted_keys():
    text = changed(ASSIGNMENT, '[late]\ngrace = "5m"\n', '[ "late" ]\n\'grace\'   = "5x"\n')
    assert (mistake_in(text).line, mistake_in(text).field) == (15, "late.grace")


def test_windows_line_ends_are_fine():
    assert read_assignment(ASSIGNMENT.replace("\n", "\r\n"), BUDAPEST).slug == "xor"


def outcome(text: str) -> SpecError | None:
    try:
        read_assignment(text, BUDAPEST)
    except SpecError as error:
        return error
    return None


@given(st.data())
def test_text_cut_or_spliced_anywhere_never_crashes(data: st.DataObject):
    """Whatever an editor leaves behind, it is an assignment or a SpecError with a line of the text."""
    cut = data.draw(st.integers(0, len(ASSIGNMENT)))
    junk = data.draw(
        st.text(max_size=8) | st.sampled_from(["=", "[[", '"""', "[late]\n", "= {", "\x00", "1e999"])
    )
    resume = data.draw(st.integers(cut, len(ASSIGNMENT)))
    text = ASSIGNMENT[:cut] + junk + ASSIGNMENT[resume:]
    error = outcome(text)
    if error is not None:
        assert 1 <= error.line <= text.count("\n") + 1
        assert error.field
        assert error.problem


COURSE_CHANGED = [
    ('hu = "Mélytanulás"', 'de = "Tiefes Lernen"', 1, "title.hu", "is missing"),
    ('zone = "Europe/Budapest"', 'slug = "Deep learning"', 3, "slug", "small letters and digits"),
    ('zone = "Europe/Budapest"', 'slug = "../deep"', 3, "slug", "small letters and digits"),
    ('zone = "Europe/Budapest"', f'slug = "{"x" * 65}"', 3, "slug", "at most 64 characters"),
    ('term = "2026/27/1"', "term = 2026", 2, "term", "must be a text in quotes"),
    ('zone = "Europe/Budapest"', 'zone = "Europe/Budapst"', 3, "zone", "is no time zone"),
    ('zone = "Europe/Budapest"', 'zone = "Europe"', 3, "zone", "is no time zone"),
    ('zone = "Europe/Budapest"', 'zone = "../../etc/passwd"', 3, "zone", "is no time zone"),
    ('zone = "Europe/Budapest"', 'zome = "Europe/Budapest"', 3, "zome", "is 'zone' meant?"),
    ('neptun = "XYZ789"', 'neptun = "xyz789"', 12, "staff[1].neptun", "six capital letters or digits"),
    ('neptun = "XYZ789"', 'neptun = "ABC123"', 12, "staff[1].neptun", "ABC123 is there twice"),
    ('name = "Nagy Bence"', 'nick = "Bence"', 11, "staff[1].name", "is missing"),
    ('role = "assistant"', 'role = "student"', 14, "staff[1].role", "none of assistant, lecturer"),
    ('email = "anna@example.org"', 'email = "anna"', 9, "staff[0].email", "an e-mail address"),
    ('email = "anna@example.org"', 'email = "a@b.org\\r\\nBcc: c@d.org"', 9, "staff[0].email", "one line"),
    ('email = "anna@example.org"', 'phone = "1234567"', 9, "staff[0].phone", "is not a known key"),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "problem"),
    COURSE_CHANGED,
    ids=[f"{row[3]}-{row[1]:.20}" for row in COURSE_CHANGED],
)
def test_mistake_in_a_course_is_named(old: str, new: str, line: int, field: str, problem: str):
    with pytest.raises(SpecError) as caught:
        read_course(changed(COURSE, old, new))
    assert (caught.value.file, caught.value.line, caught.value.field) == ("course.toml", line, field)
    assert problem in caught.value.problem
