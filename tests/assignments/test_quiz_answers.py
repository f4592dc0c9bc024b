"""Every answer of the quiz bank is right: numbers are computed anew, programs that it shows are run."""

from __future__ import annotations

import contextlib
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import torch
from sklearn import metrics
from torch import nn
from torch.nn import functional

from assignments.questions.choice import Choice
from assignments.questions.matrix import Matrix
from assignments.questions.numeric import Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from assignments.variants import draw
from tests.assignments.quiz_bank import DRAWN, FILES, generated, questions, variants_of
from tests.assignments.quiz_oracles import (
    LECTURE,
    NUMBERS,
    false_cells,
    labels,
    parameters,
    ran,
    score,
    table,
)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def of_type(*kinds: str) -> list[str]:
    """The questions of these types whose numbers are not drawn."""
    return sorted(name for name, one in questions().items() if one.type in kinds and name not in generated())


def values(name: str) -> list[dict[str, Any]]:
    """What was drawn for the variants of a question."""
    one = generated()[name]
    return draw(str(FILES["losses"].parent / one.file), one.function, 2026, DRAWN)


def answer(question: Question) -> float:
    assert isinstance(question.body, Numeric)
    [accepted] = question.body.accepted
    return accepted.value


def taken(question: Question, number: float) -> bool:
    """Whether a typed number is right."""
    assert isinstance(question.body, Numeric)
    return any(abs(number - one.value) <= one.tolerance + 1e-9 for one in question.body.accepted)


def right(name: str) -> str:
    """The one correct option."""
    body = questions()[name].body
    assert isinstance(body, Choice)
    [text] = [option.text.en for option in body.options if option.correct]
    return text


def matrix(text: str) -> list[list[int]]:
    """The matrix that a LaTeX `pmatrix` shows."""
    [inner] = re.findall(r"\\begin\{pmatrix\}(.*?)\\end", text)
    return [[int(one) for one in row.split("&")] for row in inner.split(r"\\")]


def test_every_numeric_question_is_computed():
    assert of_type("numeric") == sorted(NUMBERS)


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_number_is_as_computed(name: str):
    assert answer(questions()[name]) == pytest.approx(NUMBERS[name](), abs=0.0006)


WORDS = {"one decimal": 1, "two decimals": 2, "three decimals": 3}
ROUNDED = [
    (name, digits)
    for name in sorted(NUMBERS)
    for word, digits in WORDS.items()
    if word in questions()[name].text.en
]


@pytest.mark.parametrize(("name", "digits"), ROUNDED)
def test_a_rounded_number_is_taken_and_one_that_was_cut_off_is_not(name: str, digits: int):
    """A number that was cut off where it should be rounded up is as wrong as its neighbours."""
    number, step = NUMBERS[name](), 10.0**-digits
    rounded, cut = round(number, digits), math.floor(number / step) * step
    assert taken(questions()[name], rounded)
    assert not taken(questions()[name], rounded + step)
    assert not taken(questions()[name], rounded - step)
    assert taken(questions()[name], cut) == (abs(cut - rounded) < step / 2)


@pytest.mark.parametrize("name", [n for n in of_type("shape") if n != "targets-shape"])
def test_program_returns_the_shape(name: str):
    names = ran(questions()[name].text.en)
    result = names.get("y", names.get("logits"))
    assert isinstance(result, torch.Tensor)
    assert questions()[name].body == Shape(tuple(result.shape))


def test_loss_takes_targets_of_the_shape_said():
    body = questions()["targets-shape"].body
    assert isinstance(body, Shape)
    targets = torch.zeros(body.shape, dtype=torch.int64)
    assert nn.CrossEntropyLoss()(torch.zeros(32, 10), targets).item() == pytest.approx(math.log(10))
    with pytest.raises(RuntimeError):
        nn.CrossEntropyLoss()(torch.zeros(32, 10), targets[:, None])


@pytest.mark.parametrize(
    ("name", "positive"), [("rocket-false-positives", True), ("rocket-false-negatives", False)]
)
def test_lecture_matrix_has_these_cells(name: str, positive: bool):
    body = questions()[name].body
    assert isinstance(body, Matrix)
    assert body.counts == LECTURE
    assert {(cell.row, cell.column) for cell in body.cells} == false_cells("rocket", positive=positive)


@pytest.mark.parametrize("name", ["rocket-true-negatives", "rocket-precision"])
def test_table_shows_the_lecture_matrix(name: str):
    assert table(questions()[name].text.en) == [list(row) for row in LECTURE]
    assert table(questions()[name].text.hu) == [list(row) for row in LECTURE]


def test_relu_program_prints_the_right_option():
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        ran(questions()["relu-backward"].text.en)
    assert right("relu-backward") == f"`{printed.getvalue().strip()}`"


def test_pooled_matrix_is_the_right_option():
    before = torch.tensor([matrix(questions()["max-pooling-result"].text.en)], dtype=torch.float32)
    assert functional.max_pool2d(before, 2)[0].tolist() == matrix(right("max-pooling-result"))


def test_both_tables_have_the_accuracy_two_thirds():
    first, second = (
        torch.tensor(table(questions()[f"{one}-table-loss"].text.en)) for one in ("first", "second")
    )
    for rows in (first, second):
        assert (rows[:, 1:].argmax(1) + 1 == rows[:, 0]).float().mean().item() == pytest.approx(2 / 3)
    assert right("two-tables-accuracy") == "Both have 2/3."


def test_ten_sigmoids_leave_a_millionth():
    """Just so much, where each bias takes its input to 0."""
    start = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    result = start
    for _ in range(10):
        result = torch.sigmoid(result - result.detach())
    result.backward()
    assert start.grad is not None
    assert start.grad.item() == pytest.approx(0.25**10) == pytest.approx(1e-6, rel=0.05)


def test_signals_grow_in_the_order_said():
    body = questions()["signals-after-twenty-layers"].body
    assert isinstance(body, Ordering)
    deviations = [0.01, math.sqrt(2 / 512), math.sqrt(2 / 256), 0.2]
    sizes = [signal_after_twenty_layers(one) for one in deviations]
    parts = ("0.01", "(256 + 256)", "{2/256}", "0.2")
    assert all(part in item.en for part, item in zip(parts, body.items, strict=True))
    assert [round(math.log10(size)) for size in sizes] == [-19, -3, 0, 7]


def signal_after_twenty_layers(deviation: float) -> float:
    torch.manual_seed(1)
    signal = torch.randn(64, 256, dtype=torch.float64)
    for _ in range(20):
        signal = torch.relu(signal @ (torch.randn(256, 256, dtype=torch.float64) * deviation))
    return signal.square().mean().sqrt().item()


def test_dense_layer_would_have_fifty_million_parameters():
    dense = nn.Linear(3 * 32 * 32, 16 * 32 * 32, device="meta")
    assert sum(one.numel() for one in dense.parameters()) == 50_348_032
    assert parameters("```python\nnn.Conv2d(3, 16, 3, padding=1)\n```") == 448
    assert right("convolution-or-linear") == "about 50 million"


def test_third_layer_of_lenet_has_these_parameters():
    seen = [3] * 6 + [4] * 9 + [6]
    assert sum(parameters(f"```python\nnn.Conv2d({maps}, 1, 5)\n```") for maps in seen) == 1516
    assert parameters("```python\nnn.Conv2d(6, 16, 5)\n```") == 2416


def test_alexnet_is_large_in_its_linear_layers():
    sizes = [(3, 96, 11, 1), (96, 256, 5, 2), (256, 384, 3, 1), (384, 384, 3, 2), (384, 256, 3, 2)]
    convolutions = [nn.Conv2d(a, b, k, groups=g, device="meta") for a, b, k, g in sizes]
    dense = [nn.Linear(a, b, device="meta") for a, b in ((9216, 4096), (4096, 4096), (4096, 1000))]
    counts = [sum(p.numel() for one in part for p in one.parameters()) for part in (convolutions, dense)]
    assert [round(count / 1e6, 1) for count in counts] == [2.3, 58.6]
    assert questions()["where-alexnet-is-large"].body == TrueFalse(correct=False)


def test_softmax_twice_cannot_reach_a_small_loss():
    best = functional.cross_entropy(torch.eye(10)[:1], torch.tensor([0])).item()
    assert best == pytest.approx(1.46, abs=0.005)
    assert "1.46" in getattr(questions()["softmax-twice"].explanation, "en", "")


def test_loss_of_one_example_may_pass_a_hundred():
    assert functional.cross_entropy(torch.tensor([[0.0, 150.0]]), torch.tensor([0])).item() > 100
    assert questions()["loss-has-no-bound"].body == TrueFalse(correct=True)


def drawn(name: str) -> list[tuple[Question, Mapping[str, Any]]]:
    return list(zip(variants_of(name), values(name), strict=True))


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("precision-of-a-drawn-matrix", metrics.precision_score),
        ("recall-of-a-drawn-matrix", metrics.recall_score),
    ],
)
def test_drawn_matrix_has_this_score(name: str, metric: Callable[..., float]):
    for question, value in drawn(name):
        number = score(metric, table(question.text.en), value["name"])
        assert answer(question) == pytest.approx(number)
        assert taken(question, round(number, 2))
        assert f"{number:.3f}" in getattr(question.explanation, "en", "")


def test_drawn_matrix_has_these_false_positives():
    for question, value in drawn("false-positives-of-a-drawn-matrix"):
        assert isinstance(question.body, Matrix)
        cells = {(cell.row, cell.column) for cell in question.body.cells}
        assert cells == false_cells(value["name"], positive=True)
        true, called = labels(question.body.counts)
        assert value["wrong"] == called.count(value["name"]) - sum(
            one == two == value["name"] for one, two in zip(true, called, strict=True)
        )


def test_drawn_convolution_returns_this_shape():
    for question, _ in drawn("drawn-convolution-shape"):
        result = ran(question.text.en)["y"]
        assert isinstance(result, torch.Tensor)
        assert question.body == Shape(tuple(result.shape))


def test_drawn_layer_has_these_parameters():
    for question, _ in drawn("drawn-parameter-count"):
        assert answer(question) == parameters(question.text.en)


def test_drawn_prediction_has_this_cross_entropy():
    for question, value in drawn("cross-entropy-of-a-prediction"):
        probabilities = torch.tensor([value["probabilities"]], dtype=torch.float64)
        assert probabilities.sum().item() == pytest.approx(1)
        loss = functional.nll_loss(probabilities.log(), torch.tensor([value["true"] - 1])).item()
        assert answer(question) == pytest.approx(loss)
        assert taken(question, round(loss, 2))
