"""Functions called in the real sandbox: what each check says, and what no check may give away."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from assignments.checks import Between, Check, Dtype, Gradients, Holds, Mean, Shape, Values, Variance
from grader import material
from grader.contract import GradeReport, RunPhase, Verdict
from grader.grade import Task, grade
from grader.kinds.functions import calling, expecting, preparing
from grader.kinds.functions.calling import ForgedAnswerError, pack_call, read_answer
from grader.material import MaterialError
from grader.prepared_check import Answer
from grader.sandbox.pool import Boxes
from tests.grader.conftest import Heard

LAYERS = Path(__file__).parents[1] / "layers"
REFERENCE = (LAYERS / "reference" / "submission.py").read_text()

GradeLayers = Callable[[str], GradeReport]


@pytest.fixture
def grade_layers(boxes: Boxes, heard: Heard) -> GradeLayers:
    """Grade the reference with more code below it, which may define a function anew."""

    def run(more: str) -> GradeReport:
        def tell(*said: object) -> None:
            heard.tell(*said)  # type: ignore[arg-type]
            if said[1] == RunPhase.START:
                boxes.warm()

        files = {"submission.py": (REFERENCE + "\nimport os, time\n" + more).encode()}
        found = material.from_folder(LAYERS)
        return grade(Task("test", 3), boxes, lambda: found, lambda _: files, tell)

    return run


def passed(report: GradeReport) -> list[bool]:
    """Whether each check passed, hidden ones too, in the order of checks.py."""
    assert report.verdict is Verdict.SCORED, report
    assert report.private is not None
    return [check.passed for check in report.private.checks]


def test_reference_earns_all_points(grade_layers: GradeLayers):
    report = grade_layers("")
    assert passed(report) == [True] * 7
    assert report.public is not None
    assert report.private is not None
    assert (report.public.points, report.private.points) == (10, 10)
    assert sum(check.out_of for check in report.private.checks) == pytest.approx(10, abs=0.05)


def test_visible_check_shows_the_call_and_hidden_ones_show_nothing(grade_layers: GradeLayers):
    report = grade_layers("def relu(x): return x.abs()")
    assert passed(report) == [False, False, True, True, True, True, True]
    assert report.public is not None
    assert report.private is not None
    assert report.public.checks[0].text.en == (
        "relu([-1.0, 0.0, 2.0]): the result is 1 instead of 0 at [0] "
        "(1 of 3 values differ; rtol 1e-05, atol 1e-07)"
    )
    assert report.public.checks[0].text.hu.startswith("relu([-1.0, 0.0, 2.0]): az eredmény 1 ehelyett: 0")
    assert report.private.checks[1].text.en == "A hidden check failed."
    assert report.private.points == pytest.approx(10 * 7 / 9, abs=0.01)


def test_wrong_gradient_behind_right_values_is_found(grade_layers: GradeLayers):
    report = grade_layers("def relu(x): return x.clamp(min=0).detach() + 0 * x")
    assert passed(report) == [True, False, True, True, True, True, True]


def test_hidden_inputs_leave_by_no_way(grade_layers: GradeLayers, heard: Heard):
    """Printed, raised, noted or kept for later: what hidden calls were given stays behind."""
    report = grade_layers("""
seen = []
def relu(x):
    seen.append(x)
    print("SECRET", x.shape) if len(seen) > 1 else print("visible")
    for descriptor in range(3, 64):
        try: os.write(descriptor, b'{"failure": "raised", "detail": "SECRET"}\\n') if x.ndim > 1 else None
        except OSError: pass
    raise ValueError("SECRET" if len(seen) > 1 else "visible")
""")
    assert report.verdict in {Verdict.SCORED, Verdict.BAD_OUTPUT}
    assert "SECRET" not in heard.log + str(report.to_message())
    assert heard.log == "visible\n"


def test_call_that_hangs_or_crashes_costs_its_own_check(grade_layers: GradeLayers):
    report = grade_layers("""
def relu(x):
    if x.ndim == 1:
        time.sleep(60)
    os._exit(0)
def softmax(x, dim=-1, right=softmax):
    if x.ndim > 1:
        raise SystemExit
    return right(x, dim)
""")
    assert passed(report) == [False, False, True, False, True, True, True]
    assert report.public is not None
    assert report.public.checks[0].text.en.endswith("the call took too long")


@pytest.mark.slow
def test_call_that_cannot_be_interrupted_costs_its_own_check(grade_layers: GradeLayers):
    report = grade_layers("""
def softmax(x, dim=-1):
    while True:
        try: time.sleep(60)
        except BaseException: pass
def glorot_uniform(fan_in, fan_out): raise ValueError(fan_in)
""")
    assert passed(report)[:3] == [True, True, False]
    assert report.public is not None
    assert report.public.checks[1].text.en.endswith("the call took too long")
    assert "raised an exception: ValueError: 3" in report.public.checks[2].text.en


def test_forged_answer_ends_the_run(grade_layers: GradeLayers):
    report = grade_layers("""
def relu(x):
    for descriptor in range(3, 64):
        try: os.write(descriptor, b"Z" * 100)
        except OSError: pass
    return x
""")
    assert report.verdict is Verdict.BAD_OUTPUT
    assert report.public is None


@pytest.mark.parametrize(
    ("more", "verdict", "said"),
    [
        ("def relu(:", Verdict.REJECTED, "is not valid Python"),
        ("raise ValueError('mine')", Verdict.FAILED, "raised an exception"),
    ],
)
def test_file_that_cannot_be_loaded_has_no_checks(
    grade_layers: GradeLayers, more: str, verdict: Verdict, said: str
):
    report = grade_layers(more)
    assert report.verdict is verdict
    assert said in report.message


def test_results_of_no_use_are_explained(grade_layers: GradeLayers):
    report = grade_layers("""
relu = 3
def softmax(x, dim=-1): return "softmax"
def glorot_uniform(fan_in, fan_out): return ()
""")
    assert passed(report) == [False] * 7
    assert report.public is not None
    texts = [check.text.en for check in report.public.checks]
    assert texts[0].endswith("there is no function relu")
    assert "it must return a tensor, an array, a number or a tuple of them" in texts[1]
    assert texts[2].endswith("the result is empty")


def answer_of(value: object, *gradients: object) -> Answer:
    return Answer((np.asarray(value),), tuple(np.asarray(one) for one in gradients))


@pytest.mark.parametrize(
    ("wanted", "good", "bad", "said"),
    [
        (Values(), [1.0, np.nan], [1.0, 1.0], "is 1 instead of nan at [1]"),
        (Values(), [1.0, 2.0], [[1.0, 2.0]], "has the shape (1, 2) instead of (2,)"),
        (Values(atol=0.5), 1.0, 1.6, "is 1.6 instead of 1 (1 of 1 values differ"),
        (Shape(2), [1, 2], 1, "the shape is () instead of (2,)"),
        (Dtype("float64"), 1.0, 1, "the type is int64 instead of float64"),
        (Between(0, 1), [0.0, 1.0], [0.0, np.nan], "leave the range 0 … 1"),
        (Between(0, 1), 0.0, [], "the result is empty"),
        (Mean(1, 0.1), [0.95, 1.0], [np.inf], "the mean is inf, not 1"),
        (Variance(1, 0.1), [-1.0, 1.0], [1.0, 1.0], "the variance is 0, not 1"),
        (Holds(lambda part: part[1] > 0, "no", "nem"), [0, 1], 1, "no"),
    ],
)
def test_every_expectation_says_what_does_not_hold(wanted: object, good: object, bad: object, said: str):
    check = Check("name", "f", expect=(wanted,))  # type: ignore[arg-type]
    expected = answer_of(good)
    assert expecting.failure(check, answer_of(good), expected) is None
    failure = expecting.failure(check, answer_of(bad), expected)
    assert failure is not None
    assert said in failure.en


def test_missing_gradients_fail():
    check = Check("name", "f", expect=(Gradients(),))
    assert expecting.failure(check, answer_of(1.0), answer_of(1.0, 2.0)) is not None


def test_calls_are_shown_short():
    check = Check("name", "f", (torch.zeros(3, 4), [1, "a"], torch.tensor(2.0)), {"p": None})
    assert expecting.shown_call(check) == "f(float32[3, 4], [1, 'a'], 2.0, p=None)"
    assert len(expecting.shown_call(Check("name", "f", ("x" * 500,)))) <= expecting.LONGEST_CALL


def test_argument_that_cannot_be_sent_is_ours():
    with pytest.raises(TypeError, match="set cannot be sent"):
        pack_call("f", [{1}], {}, weights=None, settings={})


def part(code: int, shape: list[int], size: int, data: bytes = b"") -> bytes:
    return struct.pack(f"<BB{len(shape) + 1}Q", code, len(shape), *shape, size) + data


def test_answer_is_read():
    float32 = 7
    data = b"V\x01" + part(float32, [2], 8, struct.pack("<2f", 1, 2)) + b"\x01" + part(0, [], 1, b"\x02")
    read = read_answer(io.BytesIO(data).read)
    assert read is not None
    assert read.parts[0].tolist() == [1, 2]
    assert read.gradients[0].tolist() is True


@pytest.mark.parametrize(
    "data",
    [
        b"Z",
        b"V\xff",
        b"V\x01" + part(200, [], 1),
        b"V\x01" + part(1, [1] * 9, 1),
        b"V\x01" + part(1, [2**63, 2], 0),
        b"V\x01" + part(1, [0, 2**40, 2**40], 0),
        b"V\x01" + part(1, [2**25], 2**25),
        b"V\x01" + part(8, [3], 8, bytes(8)),
    ],
    ids=range(8),
)
def test_answer_of_impossible_size_is_forged(data: bytes):
    with pytest.raises(ForgedAnswerError):
        read_answer(io.BytesIO(data).read)


def test_parts_of_an_answer_share_one_limit():
    source = io.BytesIO(b"\x02" + 2 * part(1, [6], 6, bytes(6)))
    with pytest.raises(ForgedAnswerError):
        calling._Parts(source.read, left=10).read_all()


@given(st.binary(max_size=120))
def test_noise_is_an_answer_or_forged(noise: bytes):
    source = io.BytesIO(b"V" + noise)
    try:
        read_answer(lambda size: source.read(size).ljust(size, b"\0"))
    except ForgedAnswerError:
        return


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return []", "at least one visible and one hidden check"),
        ("return [3]", "must return a list of assignments.checks.Check"),
        ("return [Check('a', 'f', visible=True), Check('a', 'f')]", "two checks have the same name"),
        ("return [Check('a', 'f', visible=True), Check('b', 'f')]", "the check 'a' cannot be prepared"),
        ("return [Check('a', 'relu', ({1},), visible=True), Check('b', 'f')]", "set cannot be sent"),
        ("return [Check('a', 'relu', visible=True, points=0), Check('b', 'f')]", "must have points"),
    ],
)
def test_checks_of_no_use_are_ours_to_repair(tmp_path: Path, body: str, said: str):
    folder = tmp_path / "layers"
    (folder / "reference").mkdir(parents=True)
    for name in ("assignment.toml", "reference/submission.py"):
        (folder / name).write_text((LAYERS / name).read_text())
    (folder / "checks.py").write_text(f"from assignments.checks import Check\ndef load():\n    {body}\n")
    with pytest.raises(MaterialError, match=said):
        preparing.checks_of(material.from_folder(folder))


def test_gradients_of_the_reference_are_weighted():
    """Of a plain sum, every softmax would have the same gradient: none."""
    prepared = {one.check.name: one for one in preparing.checks_of(material.from_folder(LAYERS))}
    gradient = prepared["gradient of softmax"].expected.gradients[0]
    assert math.isclose(gradient.sum(), 0, abs_tol=1e-5)
    assert abs(gradient).max() > 1e-3


@pytest.mark.parametrize("ending", ["import sys; sys.exit(0)", "import os; os.kill(os.getpid(), 9)"])
def test_a_file_that_ends_the_program_is_told_of_its_functions(grade_layers: GradeLayers, ending: str):
    report = grade_layers(ending)
    assert report.verdict is Verdict.FAILED
    assert "unctions" in report.message
    assert not any(word in report.message + report.message_hu for word in ("`train`", "predict", "jóslat"))
