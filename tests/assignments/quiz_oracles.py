"""What the answers of the quiz bank must be, computed by PyTorch and scikit-learn and not by hand."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Sequence

import torch
from sklearn import metrics
from torch import nn
from torch.nn import functional

from tests.assignments.quiz_bank import code, questions

LECTURE = ((15, 3, 8), (4, 23, 1), (9, 2, 19))
CLASSES = ("rocket", "car", "airplane")


def ran(text: str) -> dict[str, object]:
    """The names that a question's program leaves behind."""
    names: dict[str, object] = {"torch": torch, "nn": nn}
    exec(code(text), names)
    return names


def parameters(text: str) -> int:
    """How many parameters the module has that a question shows."""
    module = eval(code(text), {"nn": nn})
    assert isinstance(module, nn.Module)
    return sum(one.numel() for one in module.parameters())


def table(text: str) -> list[list[float]]:
    """The numbers of a Markdown table, row by row; cells of words are left out."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    numbers = [[float(cell) for cell in row if re.fullmatch(r"\s*[0-9.]+\s*", cell)] for row in rows]
    return [row for row in numbers if row]


def labels(matrix: Sequence[Sequence[float]]) -> tuple[list[str], list[str]]:
    """True and predicted classes, one of each for every example that a confusion matrix counts."""
    pairs = [
        (CLASSES[row], CLASSES[column])
        for row, line in enumerate(matrix)
        for column, count in enumerate(line)
        for _ in range(int(count))
    ]
    return [true for true, _ in pairs], [predicted for _, predicted in pairs]


def score(metric: Callable[..., float], matrix: Sequence[Sequence[float]], name: str) -> float:
    """Precision, recall or F1 of one class."""
    return float(metric(*labels(matrix), labels=[name], average="macro"))


@functools.cache
def false_cells(name: str, *, positive: bool) -> frozenset[tuple[int, int]]:
    """The cells that scikit-learn counts wrongly for, or against, a class when they stand alone."""
    found = set()
    for row in range(len(CLASSES)):
        for column in range(len(CLASSES)):
            counts = metrics.multilabel_confusion_matrix([CLASSES[row]], [CLASSES[column]], labels=[name])[0]
            if counts[0, 1] if positive else counts[1, 0]:
                found.add((row, column))
    return frozenset(found)


def loss_of_table(name: str) -> float:
    """Mean cross-entropy of the table in a question; its first column is the true class from 1."""
    rows = torch.tensor(table(questions()[name].text.en), dtype=torch.float64)
    return functional.nll_loss(rows[:, 1:].log(), rows[:, 0].long() - 1).item()


def steepest_sigmoid() -> float:
    inputs = torch.linspace(-6, 6, 1201, requires_grad=True)
    torch.sigmoid(inputs).sum().backward()
    assert inputs.grad is not None
    return inputs.grad.max().item()


def glorot_limit() -> float:
    torch.manual_seed(1)
    return nn.init.xavier_uniform_(torch.empty(100, 200)).abs().max().item()


def kaiming_deviation() -> float:
    torch.manual_seed(1)
    return nn.init.kaiming_normal_(torch.empty(1024, 512), nonlinearity="relu").std().item()


def padding_that_keeps_the_size() -> int:
    picture = torch.zeros(1, 1, 20, 20)
    same = [pad for pad in range(10) if nn.Conv2d(1, 1, 7, padding=pad)(picture).shape == picture.shape]
    assert len(same) == 1
    return same[0]


def receptive_field() -> int:
    """The width of the input's part that one value after three convolutions has a gradient for."""
    picture = torch.zeros(1, 1, 15, 15, requires_grad=True)
    result = picture
    for _ in range(3):
        result = functional.conv2d(result, torch.ones(1, 1, 3, 3), padding=1)
    result[0, 0, 7, 7].backward()
    assert picture.grad is not None
    return int((picture.grad[0, 0, 7] != 0).sum())


def bottom_right() -> float:
    picture = torch.tensor([[1.0, 2, 0], [0, 1, 3], [2, 1, 1]])
    kernel = torch.tensor([[1.0, 0], [2, -1]])
    return functional.conv2d(picture[None, None], kernel[None, None])[0, 0, -1, -1].item()


def rare_precision() -> float:
    """10 rockets of which 9 are found; 10 000 others of which 100 raise an alarm."""
    true = [1] * 10 + [0] * 10_000
    called = [1] * 9 + [0] + [1] * 100 + [0] * 9_900
    return float(metrics.precision_score(true, called))


def true_negatives() -> float:
    return float(metrics.multilabel_confusion_matrix(*labels(LECTURE), labels=["rocket"])[0][0, 0])


RELEVANT, EVERYTHING_RELEVANT = (1, 0, 1, 1, 0), 6

NUMBERS: dict[str, Callable[[], float]] = {
    "sigmoid-steepest": steepest_sigmoid,
    "leaky-relu-value": lambda: functional.leaky_relu(torch.tensor(-3.0), 0.01).item(),
    "glorot-limit": glorot_limit,
    "kaiming-deviation": kaiming_deviation,
    "convolution-fan-in": nn.Conv2d(64, 128, kernel_size=3).weight[0].numel,
    "softmax-of-logits": torch.tensor([0, 0, math.log(2)]).softmax(0)[2].item,
    "first-table-loss": lambda: loss_of_table("first-table-loss"),
    "second-table-loss": lambda: loss_of_table("second-table-loss"),
    "untrained-loss": lambda: functional.cross_entropy(torch.zeros(1, 10), torch.tensor([3])).item(),
    "binary-loss": lambda: functional.binary_cross_entropy(torch.tensor(0.8), torch.tensor(0.0)).item(),
    "rocket-true-negatives": true_negatives,
    "rocket-precision": lambda: score(metrics.precision_score, LECTURE, "rocket"),
    "rocket-f1": lambda: score(metrics.f1_score, LECTURE, "rocket"),
    "auc-of-five": lambda: float(metrics.roc_auc_score([1, 1, 1, 0, 0], [0.9, 0.6, 0.4, 0.7, 0.3])),
    "precision-at-three": lambda: sum(RELEVANT[:3]) / 3,
    "recall-at-five": lambda: sum(RELEVANT[:5]) / EVERYTHING_RELEVANT,
    "average-precision": lambda: float(metrics.average_precision_score([1, 0, 1, 0], [4, 3, 2, 1])),
    "alarms-in-a-rare-class": rare_precision,
    "same-size-padding": padding_that_keeps_the_size,
    "one-output-value": bottom_right,
    "three-small-kernels": receptive_field,
    "lenet-5-parameters": lambda: parameters(questions()["lenet-5-parameters"].text.en),
}
"""Each numeric question whose numbers are not drawn, by id."""
