"""Every mistake in a course's TOML names its file, its line and its field, and says what is wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.spec import SpecError, read_assignment, read_course
from tests.assignments.texts import ASSIGNMENT, BUDAPEST, COURSE, changed, without

ACCURATE = 'metric = "accuracy"\npublic_share = 0.3'
PRICED = 'metric = "mean_cost"\ncosts = [[0, 1], [5, 0]]\npublic_share = 0.3'
DUE = "due = 2026-10-04T23:59:59"
GOOD_MAKEUP = "opens = 2026-12-14T08:00:00\ndue = 2026-12-20T23:59:59"
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
    (
        'kind = "code"',
        'kind = "code"\nenvironment.packages = ["no such thing"]',
        3,
        "environment.packages",
        "names no package",
    ),
    (
        'kind = "code"',
        'kind = "code"\nenvironment.packages = ["x @ https://example.com/x.whl"]',
        3,
        "environment.packages",
        "a name and versions are enough",
    ),
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
    ("per_day = 0.1", "per_day = 0.1234567", 16, "late.per_day", "at most 6 digits"),
    ("per_day = 0.1", "per_day = 1e-99", 16, "late.per_day", "at most 6 digits"),
    ("per_day = 0.1", "per_day = true", 16, "late.per_day", "must be a number, not True"),
    ("per_day = 0.1", "floor = 1.5", 16, "late.floor", "must lie between 0 and 1"),
    ("per_day = 0.1", "tokens = -1", 16, "late.tokens", "must lie between 0"),
    ("per_day = 0.1", 'after = "practise"', 16, "late.after", "is 'practice' meant?"),
    ("per_day = 0.1", "closes = 2026-10-25T02:30:00", 16, "late.closes", "add an offset like +02:00"),
    ("per_day = 0.1", "closes = 2027-03-28T02:30:00", 16, "late.closes", "write a time an hour later"),
    ("per_day = 0.1", "closes = 2026-10-04T23:59:59", 16, "late.closes", "must be later than due"),
    ("due = 2026-10-04T23:59:59", 'due = 2026-10-04T23:59:59\ncounts = "first"', 5, "counts", "none of best"),
    (
        "due = 2026-10-04T23:59:59",
        f"{DUE}\nreveal = 2026-10-04T23:59:59",
        5,
        "reveal",
        "must be later than due",
    ),
    ("due = 2026-10-04T23:59:59", f"{DUE}\nreveal = 2026-10-25T02:30:00", 5, "reveal", "exists twice"),
    ("due = 2026-10-04T23:59:59", f'{DUE}\nreveal_checks = "yes"', 5, "reveal_checks", "true or false"),
    (
        "due = 2026-10-04T23:59:59",
        f"{DUE}\ninquiry_days = 61",
        5,
        "inquiry_days",
        "must lie between 0 and 60",
    ),
    ("memory_mib = 1024", "total = -1", 21, "limits.total", "must lie between 0"),
    ("memory_mib = 1024", 'cooldown = "2d"', 21, "limits.cooldown", "must lie between"),
    (
        "memory_mib = 1024",
        "trials_per_day = 1001",
        21,
        "limits.trials_per_day",
        "must lie between 0 and 1000",
    ),
    # what is no TOML at all
    (
        "due = 2026-10-04T23:59:59",
        "due = 2026-10-24T23:59",
        4,
        "syntax",
        "needs its seconds: write 2026-10-24T23:59:59",
    ),
    ("due = 2026-10-04T23:59:59", "due = 2026-10-24 23:59 # noon", 4, "syntax", "or 2026-10-24T23:59:00"),
    ("due = 2026-10-04T23:59:59", "due = 2026-10-24T23:59+02:00", 4, "syntax", "needs its seconds"),
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


STEPS = [
    # the steps, the field, part of the sentence
    ("[]", "late.steps", "1 to 60 steps, not 0"),
    ('[{ until = "+1d" }]', "late.steps[0].keep", "one of keep, minus, cap"),
    ('[{ until = "+1d", keep = 0.9, cap = 0.5 }]', "late.steps[0].cap", "one of keep, minus, cap"),
    ("[{ keep = 0.9 }]", "late.steps[0].until", "is missing"),
    ('[{ until = "1 day", keep = 0.9 }]', "late.steps[0].until", 'like "+1d", "+2w", "+36h" or "+90m"'),
    ('[{ until = "-1d", keep = 0.9 }]', "late.steps[0].until", "a whole number and a unit"),
    ('[{ until = "+30s", keep = 0.9 }]', "late.steps[0].until", "a whole number and a unit"),
    ('[{ until = "+0d", keep = 0.9 }]', "late.steps[0].until", "longer than nothing"),
    ('[{ until = "+367d", keep = 0.9 }]', "late.steps[0].until", "at most 366 days"),
    ('[{ until = "+1d", keep = 1.1 }]', "late.steps[0].keep", "must lie between 0 and 1"),
    ('[{ until = "+1d", kept = 0.9 }]', "late.steps[0].keep", "one of keep, minus, cap"),
    ('[{ until = "+1d", keep = 0.9, why = "x" }]', "late.steps[0].why", "is not a known key"),
    ("[0.9, 0.8]", "late.steps", "must be tables"),
    ('[{ until = "+2d", keep = 0.9 }, { until = "+2d", keep = 0.8 }]', "late.steps[1].until", "later than"),
    ('[{ until = "+2d", keep = 0.9 }, { until = "+1d", keep = 0.8 }]', "late.steps[1].until", "later than"),
    (
        '[{ until = "+1d", keep = 0.9 }, { until = "+24h", keep = 0.8 }]',
        "late.steps[1].until",
        "clocks change",
    ),
    (
        '[{ until = "+1d", keep = 0.9 }, { until = "+25h", keep = 0.8 }]',
        "late.steps[1].until",
        "clocks change",
    ),
    (
        '[{ until = "+23h", keep = 0.9 }, { until = "+1d", keep = 0.8 }]',
        "late.steps[1].until",
        "clocks change",
    ),
    (
        '[{ until = "+1d", keep = 0.8 }, { until = "+2d", keep = 0.9 }]',
        "late.steps[1].keep",
        "never get more",
    ),
    ('[{ until = "+1d", minus = 0.2 }, { until = "+2d", minus = 0.1 }]', "late.steps[1].minus", "get more"),
    ('[{ until = "+1d", cap = 0.5 }, { until = "+2d", cap = 0.6 }]', "late.steps[1].cap", "get more"),
    (
        '[{ until = "+1d", keep = 0.9 }, { until = "+7d", cap = 0.5 }]',
        "late.steps[1].cap",
        "of 0.5 of the points cap = 0.5 leaves 0.5, but keep = 0.9 of the step before only 0.45",
    ),
    ('[{ until = "+1d", minus = 0.1 }, { until = "+7d", cap = 0.5 }]', "late.steps[1].cap", "get more"),
    ('[{ until = "+1d", minus = 0.1 }, { until = "+7d", keep = 0.5 }]', "late.steps[1].keep", "get more"),
    ('[{ until = "+1d", keep = 0.8 }, { until = "+7d", minus = 0.1 }]', "late.steps[1].minus", "get more"),
    ('[{ until = "+1d", cap = 0.5 }, { until = "+7d", keep = 0.6 }]', "late.steps[1].keep", "get more"),
]


@pytest.mark.parametrize(("steps", "field", "problem"), STEPS, ids=[row[0][:60] for row in STEPS])
def test_mistake_in_a_step_is_named(steps: str, field: str, problem: str):
    error = mistake_in(changed(ASSIGNMENT, "per_day = 0.1\nlast_day = 3", f"steps = {steps}"))
    assert (error.line, error.field) == (16, field)
    assert problem in error.problem


def test_step_in_a_table_of_its_own_is_named_with_its_line():
    tables = '[[late.steps]]\nuntil = "+1d"\nkeep = 0.8\n[[late.steps]]\nuntil = "+2d"\nkeep = 0.9'
    error = mistake_in(changed(ASSIGNMENT, "per_day = 0.1\nlast_day = 3", tables))
    assert (error.line, error.field) == (21, "late.steps[1].keep")


@pytest.mark.parametrize("kept", ["per_day = 0.1", "last_day = 3"])
def test_steps_and_their_shorthand_are_refused_together(kept: str):
    text = changed(ASSIGNMENT, kept, f'{kept}\nsteps = [{{ until = "+1d", keep = 0.9 }}]')
    other = {"per_day = 0.1": "last_day = 3", "last_day = 3": "per_day = 0.1"}[kept]
    error = mistake_in(without(text, other))
    assert (error.line, error.field) == (16, f"late.{kept.partition(' ')[0]}")
    assert "shorthand for steps" in error.problem


def test_long_years_of_rules_are_refused():
    many = ", ".join(f'{{ until = "+{day}d", keep = 0.5 }}' for day in range(1, 62))
    error = mistake_in(changed(ASSIGNMENT, "per_day = 0.1\nlast_day = 3", f"steps = [{many}]"))
    assert error.problem == "must be 1 to 60 steps, not 61"


MAKEUP = [
    # what is written in [makeup], line, field, part of the sentence
    ("due = 2026-12-20T23:59:59", 35, "makeup.opens", "is missing"),
    ("opens = 2026-10-04T23:59:59\ndue = 2026-12-20T23:59:59", 36, "makeup.opens", "must be later than due"),
    (
        "cap = 0.5\nopens = 2026-12-14T08:00:00\ndue = 2026-12-14T08:00:00",
        38,
        "makeup.due",
        "later than makeup.opens",
    ),
    ("opens = 2027-03-28T02:30:00\ndue = 2027-04-20T23:59:59", 36, "makeup.opens", "does not exist"),
    (f"{GOOD_MAKEUP}\ncap = 1.5", 38, "makeup.cap", "must lie between 0 and 1"),
    (f"{GOOD_MAKEUP}\ncap = 0.5\nbelow = 2", 39, "makeup.below", "must lie between 0 and 1"),
    (f'{GOOD_MAKEUP}\nwho = "some"', 38, "makeup.who", "none of all, failed"),
    (f"{GOOD_MAKEUP}\ncap = 1.0", 35, "makeup.below", 'like below = 0.4, or write who = "all"'),
    (GOOD_MAKEUP, 35, "makeup.below", "say who has failed"),
    (f"{GOOD_MAKEUP}\ncap = 0.5\nfee = 2500", 39, "makeup.fee", "must be true or false"),
    (f"{GOOD_MAKEUP}\ncap = 0.5\nfees = true", 39, "makeup.fees", "is 'fee' meant?"),
]


@pytest.mark.parametrize(("told", "line", "field", "problem"), MAKEUP, ids=[row[3] for row in MAKEUP])
def test_mistake_in_a_make_up_is_named(told: str, line: int, field: str, problem: str):
    error = mistake_in(f"{ASSIGNMENT}\n[makeup]\n{told}\n")
    assert (error.line, error.field) == (line, field)
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


def test_lines_of_a_cut_text_are_counted_by_line_feeds_alone():
    """Unicode knows more ends of lines than TOML does."""
    error = outcome('slug = "x\x85y\u2028')
    assert error is not None
    assert error.line == 1


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
    ('zone = "Europe/Budapest"', "[tokens]\nper_term = -1", 4, "tokens.per_term", "must lie between 0"),
    ('zone = "Europe/Budapest"', '[tokens]\nday = "1 day"', 4, "tokens.day", '"+36h"'),
    ('zone = "Europe/Budapest"', '[tokens]\nteam = "each"', 4, "tokens.team", "is not a known key"),
    ('zone = "Europe/Budapest"', "[makeup]\nmax_per_term = -1", 4, "makeup.max_per_term", "between 0"),
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
