"""Notebooks as submissions: what is kept, what is left out and said, and what is refused."""

from __future__ import annotations

import ast
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.files import notebook_cells
from grader.contract import Verdict
from grader.files import notebook, unpack
from grader.sentences import RefusedError
from tests.grader import blobs
from tests.grader.conftest import Grade


def ipynb(*sources: object, **extra: object) -> bytes:
    """A notebook with these code cells."""
    found = [{"cell_type": "code", "source": source, "outputs": []} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": found} | extra).encode()


def joined(**files: bytes) -> notebook.Joined:
    named = {name.replace("_", "."): data for name, data in files.items()}
    return notebook.joined(unpack.Contents(named))


def source_of(*sources: object) -> str:
    return joined(hw_ipynb=ipynb(*sources)).contents.files["submission.py"].decode()


def refusal_of(**files: bytes) -> str:
    with pytest.raises(RefusedError) as refusal:
        joined(**files)
    assert refusal.value.text.en.isprintable()
    return refusal.value.text.en


def test_notebook_is_graded_and_says_what_was_left_out(grade_files: Grade):
    data = ipynb(["%matplotlib inline\n", "import torch\n"], "!pip install torch", blobs.HONEST)
    report = grade_files({"homework.ipynb": data})
    assert report.verdict is Verdict.SCORED
    assert [notice.en for notice in report.notices] == [
        "Code cell 1, line 1: `%matplotlib inline` works in notebooks only and was left out.",
        "Code cell 2, line 1: `!pip install torch` works in notebooks only and was left out.",
    ]
    assert report.notices[0].hu.startswith("1. kódcella, 1. sor: `%matplotlib inline`")


def test_notices_stay_when_the_code_does_not_compile(grade_files: Grade):
    report = grade_files({"homework.ipynb": ipynb("!ls\ndef train(:")})
    assert report.verdict is Verdict.REJECTED
    assert len(report.notices) == 1


def test_code_cells_are_joined_in_order():
    text = {"cell_type": "markdown", "source": "# %not code"}
    code = [{"cell_type": "code", "source": source} for source in ("a = 1", "b = a")]
    data = ipynb(cells=[code[0], text, code[1]])
    source = joined(hw_ipynb=data).contents.files["submission.py"].decode()
    assert [line for line in source.splitlines() if "=" in line] == ["a = 1", "b = a"]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("%time x = 1\ny = 2", "pass\ny = 2"),
        ("if True:\n    !ls \\\n  -l\n    z = 1", "if True:\n    pass\n\n    z = 1"),
        ("files = !ls", "pass"),
        ("a = (7\n % 4)", "a = (7\n % 4)"),
        ("a = 7 \\\n% 4", "a = 7 \\\n% 4"),
        ('s = """\n%no magic\n!no shell\n"""', 's = """\n%no magic\n!no shell\n"""'),
        ("s = '(['\n!ls", "s = '(['\npass"),
        ("x = 1  # ([\n%ls", "x = 1  # ([\npass"),
        ("torch.nn?", "pass"),
        ("get_ipython().run_line_magic('time', '')", "pass"),
        ("if 'colab' in str(get_ipython()):\n    x = 1", "if False:\n    x = 1"),
        ("\n%%time\nx = 1", "\npass\nx = 1"),
        ("%%bash\nrm -rf /", ""),
    ],
)
def test_only_what_a_notebook_alone_understands_is_left_out(cell: str, kept: str):
    assert "\n".join(notebook_cells.plain(cell, 1).lines) == kept


def test_many_notices_become_one():
    told = joined(hw_ipynb=ipynb("!ls\n" * 30)).notices
    assert len(told) == 21
    assert told[-1].en == "10 more such lines were left out."


def test_no_cell_can_declare_an_encoding():
    assert "coding" not in "".join(source_of("# coding: utf-7\n").splitlines()[:2])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not json", "is no notebook, or a damaged one"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[]", "is no notebook"),
        (b'{"nbformat": 4, "nbformat": 3, "cells": []}', "is of an old format"),
        (ipynb(cells={}), "is of an old format"),
        (ipynb(cells=[1]), "has a damaged cell (number 1)"),
        (ipynb(cells=[{"cell_type": ["code"], "source": ""}]), "has a damaged cell"),
        (ipynb("x = 1", 7), "has a damaged cell (number 2)"),
        (ipynb(["x", 1]), "has a damaged cell (number 1)"),
        (ipynb("\ud800"), "no text"),
        (ipynb("x", metadata={"kernelspec": {"language": "R"}}), "is not written in Python"),
        (ipynb(*[""] * 2001), "more than 2000 cells"),
        (b'{"a":[' + b"[]," * 300_000 + b"1]}", "too many values"),
        (b'"' + b"x" * (16 * 2**20) + b'"', "larger than 16 MiB"),
        (b'{"nbformat": ' + b"9" * 10_000 + b"}", "is no notebook, or a damaged one"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_sound_notebook_is_refused(data: bytes, said: str):
    assert said in refusal_of(hw_ipynb=data)


def test_one_notebook_or_one_source_file():
    assert "hand in one of the two" in refusal_of(hw_ipynb=ipynb("x"), submission_py=b"x = 1")
    assert "there are 2 notebooks" in refusal_of(a_ipynb=ipynb("x"), b_ipynb=ipynb("x"))


def test_odd_values_in_a_notebook_do_no_harm():
    data = ipynb("x = 1", metadata=[{"kernelspec": 3}])
    assert b"x = 1" in joined(hw_ipynb=data).contents.files["submission.py"]


@given(st.text(alphabet="%!?'\"\\\n()[]{}#=x: \t\r"))
def test_lines_keep_their_numbers(source: str):
    cell = notebook_cells.plain(source, 1)
    if all(one.what is not notebook_cells.What.CELL for one in cell.dropped):
        assert len(cell.lines) == len(notebook_cells.LINE_END.split(source))


@given(st.lists(st.sampled_from(["x = 1", "y = '%s' % x", "def f():\n    return '''\n!\n'''", "[1,\n2]"])))
def test_plain_python_stays_as_it_is(statements: list[str]):
    source = "\n".join(statements)
    with suppress(SyntaxError):
        ast.parse(source)
        assert "\n".join(notebook_cells.plain(source, 1).lines) == source
