"""Which file is graded: the one of the right name, or the only one that can be meant, and that is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.files.hand_in_files import MAINS, common_folder, main_file, may_be_empty
from assignments.kinds import Kind
from grader.contract import Verdict
from grader.files import main_file as main_files
from grader.files.unpack import Contents
from grader.sentences import SENTENCES, RefusedError
from tests.grader import blobs
from tests.grader.conftest import Grade
from tests.grader.files.test_notebook import ipynb
from tests.grader.files.test_unpack import zipped

SOURCE = b"x = 1\n"


def named(*names: str, main: str = "submission.py", notebooks: bool = True) -> Contents:
    return main_files.named(Contents(dict.fromkeys(names, SOURCE)), main, notebooks=notebooks)


@pytest.mark.parametrize(
    ("names", "kept", "said"),
    [
        (["submission.py", "net.py"], {"submission.py", "net.py"}, []),
        (["solution.py"], {"submission.py"}, ["'solution.py' was taken for submission.py."]),
        (
            ["submission (1).py", "data.json"],
            {"submission.py", "data.json"},
            ["'submission (1).py' was taken"],
        ),
        (["Submission.PY", "net.py"], {"submission.py", "net.py"}, ["'Submission.PY' was taken"]),
        (
            ["submission.py", "tries.ipynb", "old/a.ipynb"],
            {"submission.py", "old/a.ipynb"},
            ["submission.py was graded; the notebook 'tries.ipynb' was not."],
        ),
        (["hw.ipynb", "net.py"], {"hw.ipynb", "net.py"}, []),
    ],
)
def test_the_main_file_is_found(names: list[str], kept: set[str], said: list[str]):
    contents = named(*names)
    assert set(contents.files) == kept
    assert [notice.en[: len(words)] for notice, words in zip(contents.notices, said, strict=True)] == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["src/submission.py", "README.md"], "found as 'src/submission.py'"),
        (["src/submission.py", "hw.ipynb"], "found as 'src/submission.py'"),
        (["a.py", "b.py"], "There are 'a.py', 'b.py'."),
        (["src/a.py", "README.md"], "There are 'src/a.py'."),
        (["a.ipynb", "b.ipynb"], "there are 2 notebooks"),
        (["submission.py.txt"], "must be called submission.py, not 'submission.py.txt'"),
        (
            ["README.md", "inner.zip"],
            "there is no submission.py among them. What was found: 'README.md', 'inner",
        ),
        (["nb/hw.ipynb", "README.md"], "'nb/hw.ipynb'"),
        ([], "there is no submission.py"),
    ],
)
def test_what_cannot_be_graded_says_what_was_found(names: list[str], said: str):
    with pytest.raises(RefusedError) as refusal:
        named(*names)
    assert said in refusal.value.text.en


def test_weights_are_found_as_source_is():
    contents = named("net.safetensors", "model.py", main="model.safetensors", notebooks=False)
    assert set(contents.files) == {"model.py", "model.safetensors"}


NAMES = st.sampled_from(
    ["submission.py", "Submission.py", "a.py", "b.py", "x.ipynb", "y.ipynb", "r.md", "d/a.py"]
)


@given(st.sets(NAMES | NAMES.map("src/{}".format), max_size=5), st.booleans())
def test_each_set_of_names_has_one_main_file_or_a_sentence(names: set[str], notebooks: bool):
    found = main_file(names, "submission.py", notebooks=notebooks)
    assert bool(found.name) != bool(found.problem)
    assert found.name in {*names, ""}
    assert found.problem in {*SENTENCES, ""}
    assert set(found.others) <= names


@given(st.lists(st.sampled_from(["a", "b", "c/d"]), max_size=3), st.sets(NAMES, min_size=2))
def test_folders_around_everything_are_found(folders: list[str], names: set[str]):
    around = "".join(f"{folder}/" for folder in folders)
    inner = common_folder(names)
    assert common_folder(around + name for name in names) == around + inner


def test_main_files_of_all_kinds_are_known():
    assert {kind.traits.source for kind in Kind} == MAINS
    assert [name for name in (*MAINS, "Model.py", "util/__init__.py", "a.csv") if may_be_empty(name)] == [
        "util/__init__.py"
    ]


def test_a_whole_project_is_graded_and_says_what_was_done(grade_files: Grade):
    files = {
        "project/submission.py": blobs.HONEST.encode(),
        "project/util/__init__.py": b"",
        "project/tries.ipynb": ipynb("x"),
        "project/Screenshot 10:30.png": b"1",
        "project/.git/HEAD": b"1",
    }
    report = grade_files({"project.zip": zipped(*files.items())})
    assert report.verdict is Verdict.SCORED, report.message
    said = [notice.en for notice in report.notices]
    assert "'project/Screenshot 10:30.png' was left out" in said[0]
    assert said[1:] == ["submission.py was graded; the notebook 'tries.ipynb' was not."]
