"""Courses on disk: what is read, in which order, and that one broken folder hides no other."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import assignments
from assignments.late_policy import LatePolicy, daily_steps
from assignments.scoring import LearningTask
from assignments.spec import SLUG, SLUG_LENGTH, Assignment, DataSource, Kind, Limits, SpecError, read_course
from tests.assignments.texts import ASSIGNMENT, BUDAPEST, COURSE, assignment, changed, write_course


def test_everything_written_is_read():
    xor = assignment()
    assert (xor.slug, xor.kind, xor.title.hu) == ("xor", Kind.CODE, "Kizáró vagy")
    assert xor.late == LatePolicy(grace=timedelta(minutes=5), steps=daily_steps(Decimal("0.1"), 3))
    assert xor.limits == Limits(wall=timedelta(seconds=60), memory_mib=1024)
    assert (xor.data.load, xor.data.classes) == ("data.py:load", ("no", "yes"))
    assert (xor.score.metric, xor.score.points, xor.score.focus) == ("accuracy", 10.0, "yes")


def test_what_is_not_said_is_one_class_an_example():
    assert (assignment().data.task, assignment().score.costs) == (LearningTask.CLASSES, ())


def test_errors_earn_more_when_lower():
    old = ASSIGNMENT[ASSIGNMENT.index("classes =") :]
    score = 'metric = "rmse"\npublic_share = 0.3\nfull_points_at = 2\nzero_points_at = 50\npoints = 10\n'
    regression = assignment(old, f'task = "values"\n[score]\n{score}')
    assert regression.data == DataSource("data.py:load", task=LearningTask.VALUES)
    assert (regression.score.full_points_at, regression.score.zero_points_at) == (2.0, 50.0)


def test_costs_are_rows_of_the_true_class():
    priced = assignment("points = 10", "points = 10\ncosts = [\n    [0, 1],\n    [5.5, 0],\n]")
    assert priced.score.costs == ((0.0, 1.0), (5.5, 0.0))


def test_window_is_kept_in_utc():
    window = assignment().window
    assert window.opens == datetime(2026, 9, 14, 6, tzinfo=UTC)
    assert window.due == datetime(2026, 10, 4, 21, 59, 59, tzinfo=UTC)
    assert window.closes == datetime(2026, 10, 7, 22, 4, 59, tzinfo=UTC)  # the grace is in it
    assert window.opens.tzinfo is UTC


def test_late_days_over_a_clock_change_end_at_the_wall_clock_time():
    window = assignment("due = 2026-10-04T23:59:59", "due = 2026-10-23T23:59:59").window
    assert window.closes - window.due == timedelta(days=3, hours=1, minutes=5)


def test_tables_with_defaults_may_be_missing():
    bare = assignment(ASSIGNMENT[ASSIGNMENT.index("[late]") : ASSIGNMENT.index("[data]")], "")
    assert (bare.late, bare.limits) == (LatePolicy(), Limits())
    assert bare.window.closes == bare.window.due


def test_course_names_its_staff():
    course = read_course(COURSE)
    assert (course.title.hu, course.term, course.zone) == ("Mélytanulás", "2026/27/1", BUDAPEST)
    assert [(member.neptun, member.role) for member in course.staff] == [
        ("ABC123", "lecturer"),
        ("XYZ789", "assistant"),
    ]


@pytest.mark.parametrize(
    ("title", "term", "slug"),
    [
        ("Deep learning", "2026/27/1", "deep-learning-2026-27-1"),
        ("Mély  tanulás & more!", "2026 ősz", "mely-tanulas-more-2026-osz"),
        ("深層学習", "2026", "2026"),
        ("深層学習", "後期", "course"),
        ("long " * 20, "2026/27/2", "long-" * 10 + "long-2026-27-2"),
    ],
)
def test_a_course_is_called_after_its_english_title_and_its_term(title: str, term: str, slug: str):
    text = changed(changed(COURSE, 'en = "Deep learning"', f'en = "{title.strip()}"'), "2026/27/1", term)
    assert read_course(text).slug == slug


def test_a_course_may_say_what_it_is_called():
    assert read_course('slug = "dl-26"\n' + COURSE).slug == "dl-26"


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=100)


@example(title="Deep learning", term="℻" * 30)  # three letters each
@given(title=words, term=words.map(lambda text: text[:30]))
def test_every_course_has_a_slug_that_fits(title: str, term: str):
    quoted = [json.dumps(text, ensure_ascii=False) for text in (title, term)]
    text = "title = {{ en = {}, hu = 'x' }}\nterm = {}\n".format(*quoted)
    slug = read_course(text).slug
    assert SLUG.fullmatch(slug)
    assert len(slug) <= SLUG_LENGTH


def test_course_without_zone_is_in_budapest():
    assert read_course(changed(COURSE, 'zone = "Europe/Budapest"\n', "")).zone == BUDAPEST


def test_load_reads_one_assignment_in_the_zone_of_the_course(tmp_path: Path):
    root = write_course(tmp_path, "xor")
    (root / "course.toml").write_text(changed(COURSE, "Europe/Budapest", "UTC"), encoding="utf-8")
    assert assignments.load("xor", root).window.opens == datetime(2026, 9, 14, 8, tzinfo=UTC)


@pytest.mark.parametrize("slug", ["and", "../xor", "", "xor/"])
def test_load_of_an_unknown_slug_is_a_key_error(tmp_path: Path, slug: str):
    with pytest.raises(KeyError):
        assignments.load(slug, write_course(tmp_path / "course", "xor"))


def test_catalog_has_the_next_deadline_first(tmp_path: Path):
    root = write_course(tmp_path, "and", "or", "xor")
    path = root / "or" / "assignment.toml"
    path.write_text(
        changed(path.read_text("utf-8"), "due = 2026-10-04", "due = 2026-09-20"), encoding="utf-8"
    )
    assert [found.slug for found in assignments.catalog(root)] == ["or", "and", "xor"]


def test_broken_assignment_hides_no_other(tmp_path: Path):
    root = write_course(tmp_path, "and", "or", "xor")
    (root / "or" / "assignment.toml").write_text("slug = ")
    outcomes = assignments.survey(root)
    assert [type(outcome) for outcome in outcomes.values()] == [Assignment, SpecError, Assignment]
    assert str(outcomes["or"]).startswith("or/assignment.toml, line 1: syntax:")
    assert [found.slug for found in assignments.catalog(root)] == ["and", "xor"]


def refused(root: Path, slug: str) -> SpecError:
    outcome = assignments.survey(root)[slug]
    assert isinstance(outcome, SpecError)
    return outcome


def test_slug_must_be_the_name_of_the_folder(tmp_path: Path):
    root = write_course(tmp_path, "xor")
    (root / "xor").rename(root / "nor")
    assert str(refused(root, "nor")) == (
        "nor/assignment.toml, line 1: slug: must be the name of the folder, 'nor'"
    )


def test_data_file_must_be_there(tmp_path: Path):
    root = write_course(tmp_path, "xor")
    (root / "xor" / "data.py").unlink()
    assert (refused(root, "xor").field, refused(root, "xor").line) == ("data.load", 24)


def test_handout_has_both_languages(tmp_path: Path):
    handout = assignments.handout(write_course(tmp_path, "xor") / "xor")
    assert (handout.en, handout.hu) == ("# Exclusive or\n", "# Kizáró vagy\n")


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (None, 1, "cannot be read: No such file or directory"),
        (b" \n", 1, "is empty"),
        ("# Kizáró\nvagy".encode("utf-16"), 1, "is not UTF-8"),
        (b"# Kiz\n\xe1r\xf3", 2, "is not UTF-8"),
    ],
)
def test_handout_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, line: int, problem: str):
    root = write_course(tmp_path, "xor")
    path = root / "xor" / "handout.hu.md"
    path.unlink() if content is None else path.write_bytes(content)
    error = refused(root, "xor")
    assert (error.file, error.line, error.problem) == ("xor/handout.hu.md", line, problem)


def test_byte_order_mark_and_windows_line_ends_are_taken_off(tmp_path: Path):
    root = write_course(tmp_path, "xor")
    (root / "xor" / "handout.en.md").write_bytes(b"\xef\xbb\xbf# Exclusive or\r\n")
    assert assignments.handout(root / "xor").en == "# Exclusive or\n"


def test_reading_a_course_loads_no_torch():
    """The server reads courses, and must start in a blink."""
    program = (
        "import sys, assignments, assignments.archive; assignments.catalog(); "
        "print({'torch', 'numpy', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
