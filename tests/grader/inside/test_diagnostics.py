"""What is seen of a student's network in training and afterwards; and that seeing disturbs nothing."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules import module as global_hooks
from torch.optim import optimizer as optimizer_hooks

from grader.contract import Verdict
from grader.inside.dead_units import dead_units, examples_in_time, examples_of
from grader.inside.diagnostics import MOST_LAYERS, Watch, merged
from tests.grader.conftest import Grade
from tests.grader.networks import inputs, mlp, step, train

PLENTY = 2**30


def hooks() -> int:
    """How many global hooks there are."""
    return (
        len(global_hooks._global_forward_hooks)
        + len(global_hooks._global_forward_pre_hooks)
        + len(optimizer_hooks._global_optimizer_pre_hooks)
    )


def forward(network: Any, data: Tensor) -> object:  # noqa: ANN401
    """A `predict` that does nothing else."""
    return network(data)


@pytest.fixture(autouse=True)
def without_hooks_in_the_end() -> Iterator[None]:
    yield
    assert hooks() == 0


@pytest.fixture(autouse=True)
def one_seed() -> None:
    torch.manual_seed(0)


def test_layers_are_seen_in_the_order_of_their_calls():
    with Watch() as watch:
        train(mlp())
    rows = watch.rows()
    assert [(row["name"], row["kind"], row["parameters"]) for row in rows] == [
        *[("0", "Linear", 272), ("1", "ReLU", 0), ("2", "Linear", 272), ("3", "ReLU", 0)],
        ("4", "Linear", 51),
    ]


def test_outputs_are_those_before_any_training():
    model = mlp(depth=1)
    first = model[0](inputs()).detach()
    with Watch() as watch:
        train(model, steps=5, lr=10)
    row = watch.rows()[0]
    assert row["mean"] == pytest.approx(float(first.mean()), rel=1e-3, abs=1e-5)
    assert row["std"] == pytest.approx(float(first.std()), rel=1e-3)


def test_gradients_are_the_first_ones():
    model, data = mlp(depth=1), inputs()
    functional.cross_entropy(model(data), torch.arange(64) % 3).backward()  # type: ignore[no-untyped-call]
    layer = model[2]
    expected = sum(float(parameter.grad.square().sum()) for parameter in layer.parameters()) ** 0.5
    with Watch() as watch:
        train(model, steps=3, lr=10)
    assert watch.rows()[2]["gradient"] == pytest.approx(expected, rel=1e-3)


def test_hooks_are_gone_once_the_second_step_begins():
    model = mlp()
    optimizer = torch.optim.Adam(model.parameters())
    with Watch():
        step(model, optimizer, inputs())
        assert hooks() == 3
        step(model, optimizer, inputs())
        assert hooks() == 0


def test_threads_never_pull_a_hook_from_under_an_optimizer():
    model = mlp()
    optimizer = torch.optim.Adam(model.parameters())
    other = threading.Thread(target=model, args=(inputs(),))
    with Watch():
        step(model, optimizer, inputs())
        other.start()
        other.join()
        assert hooks() == 1
        step(model, optimizer, inputs())


def test_training_without_an_optimizer_is_not_slowed_for_long():
    model = mlp()
    with Watch() as watch:
        for _ in range(20):
            model(inputs())
        assert hooks() == 0
    assert len(watch.rows()) == 5


def test_layers_outside_of_any_module_are_seen():
    first, second = nn.Linear(16, 8), nn.Linear(8, 3)
    optimizer = torch.optim.SGD([*first.parameters(), *second.parameters()], lr=0.1)
    with Watch() as watch:
        step(lambda data: second(first(data).relu()), optimizer, inputs())
    assert [row["name"] for row in watch.rows()] == ["Linear 1", "Linear 2"]
    assert all(row["gradient"] for row in watch.rows())


def test_first_step_of_lbfgs_has_no_gradient_yet():
    model, data = mlp(), inputs()
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=2)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = model(data).square().mean()
        loss.backward()
        return loss  # type: ignore[no-any-return]

    with Watch() as watch:
        for _ in range(2):
            optimizer.step(closure)
    assert watch.rows()[0]["gradient"] is not None


def test_recurrent_and_attention_layers_are_seen():
    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(50, 16)
            self.memory = nn.LSTM(16, 8, batch_first=True)
            self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
            self.out = nn.Linear(8, 3)

        def forward(self, text: Tensor) -> Tensor:
            states, _ = self.memory(self.words(text))
            return self.out(self.attention(states, states, states)[0].mean(1))  # type: ignore[no-any-return]

    model = Reader()
    with Watch() as watch:
        step(model, torch.optim.SGD(model.parameters()), torch.randint(0, 50, (12, 5)))
    assert [row["name"] for row in watch.rows()] == ["words", "memory", "attention", "out"]
    assert all(row["std"] and row["gradient"] for row in watch.rows())


def test_endless_networks_are_cut():
    with Watch() as watch:
        mlp(depth=100, width=4)(inputs())
    assert len(watch.rows()) == MOST_LAYERS


class Moody(nn.Module):
    """Raises on its first call, and refuses to be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(16, 3)
        self.calls = 0

    def __deepcopy__(self, memo: object) -> Moody:
        raise RuntimeError

    def forward(self, data: Tensor) -> Tensor:
        self.calls += 1
        if self.calls == 1:
            raise LookupError
        return self.layer(data)  # type: ignore[no-any-return]


def test_moody_modules_are_left_alone():
    model = Moody()
    with Watch():
        with pytest.raises(LookupError):
            model(inputs())
        train(model)
    assert dead_units(model, forward, inputs(), most_bytes=PLENTY) == []


def test_compiled_networks_are_compiled_once():
    frames = []

    def backend(graph: torch.fx.GraphModule, _inputs: object) -> Callable[..., Any]:
        frames.append(graph)
        return graph.forward

    model = mlp()
    compiled = torch.compile(model, backend=backend)
    with Watch() as watch:
        train(compiled, steps=4)
    dead = dead_units(compiled, forward, inputs(), most_bytes=PLENTY)
    assert len(frames) == 1
    assert [row["name"] for row in merged(watch.rows(), dead)] == ["0", "2", "4"]


@pytest.mark.parametrize(
    "fire",
    [nn.ReLU(), nn.ReLU(inplace=True), functional.relu, torch.relu, lambda x: x.clamp(min=0)],
    ids=["module", "in place", "function", "torch", "clamp"],
)
def test_units_with_a_very_negative_bias_are_dead(fire: Callable[[Tensor], Tensor]):
    class Half(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden, self.out = nn.Linear(16, 8), nn.Linear(8, 3)
            with torch.no_grad():
                self.hidden.bias[:4] = -100.0

        def forward(self, data: Tensor) -> Tensor:
            return self.out(fire(self.hidden(data)))  # type: ignore[no-any-return]

    hidden, out = dead_units(Half(), forward, inputs(128), most_bytes=PLENTY)
    assert (hidden["name"], hidden["dead"]) == ("hidden", 0.5)
    assert out["dead"] is None


def test_units_of_a_convolution_are_its_channels():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.LazyLinear(3))
    model(torch.randn(2, 1, 6, 6))
    with torch.no_grad():
        model[1].bias[0] = -100.0
    rows = dead_units(model, forward, torch.randn(32, 1, 6, 6), most_bytes=PLENTY)
    assert [(row["name"], row["dead"]) for row in rows] == [("0", 0.25), ("4", None)]


def predict_in_train_mode(network: Any, data: Tensor) -> object:  # noqa: ANN401
    """As students do who forget `eval()`: each call moves the averages of BatchNorm."""
    network.train()
    sys.stdout.write("predicting")
    return network(data) + torch.rand(1) + random.random() + np.random.rand()


def test_predictions_are_the_same_bit_for_bit(capsys: pytest.CaptureFixture[str]):
    def predictions(*, diagnosed: bool) -> Tensor:
        torch.manual_seed(3)
        random.seed(3)
        np.random.seed(3)
        model = nn.Sequential(nn.Linear(16, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 3))
        if diagnosed:
            with Watch() as watch:
                train(model)
            assert merged(watch.rows(), dead_units(model, predict_in_train_mode, inputs(), most_bytes=PLENTY))
        else:
            train(model)
        assert capsys.readouterr().out == ""
        result = predict_in_train_mode(model, inputs())
        assert capsys.readouterr().out
        assert isinstance(result, Tensor)
        return result

    assert torch.equal(predictions(diagnosed=True), predictions(diagnosed=False))


def test_predict_that_ends_the_program_ends_nothing():
    assert dead_units(mlp(), lambda *_: sys.exit(1), inputs(), most_bytes=PLENTY) == []


@pytest.mark.parametrize(
    "model", [None, {"weights": 1}, lambda x: x], ids=["nothing", "a dict", "a function"]
)
def test_models_that_are_no_module_have_no_layers(model: object):
    assert dead_units(model, forward, inputs(), most_bytes=PLENTY) == []


def test_large_models_are_not_copied():
    assert dead_units(mlp(), forward, inputs(), most_bytes=100) == []


def test_slow_models_predict_fewer_examples():
    examples = examples_of(inputs(5000))
    assert len(examples) == 128
    assert len(examples_in_time(examples, rehearsed=64, took_s=4.0)) == 32
    assert len(examples_in_time(examples, rehearsed=64, took_s=0.001)) == 128


TRAIN = """
torch.manual_seed(seed)
model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(60):
    loss = torch.nn.functional.cross_entropy(model(train_inputs), train_labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
return model
"""


def test_report_shows_the_network_of_a_student(grade_code: Grade):
    report = grade_code(train=TRAIN, predict="return model(inputs)")
    assert report.verdict is Verdict.SCORED
    assert [(layer.name, layer.kind) for layer in report.layers] == [
        *[("0", "Linear"), ("1", "ReLU"), ("2", "Linear")],
    ]
    assert report.layers[0].gradient_norm
    assert report.layers[0].dead is not None
    assert report.findings
