"""What the diagnostics of a network mean: made-up layers, and real small networks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from grader.contract import Layer
from grader.inside.dead_units import dead_units
from grader.inside.diagnostics import Watch, merged
from grader.scoring.findings import findings
from grader.sentences.findings import SENTENCES
from tests.grader.networks import inputs, mlp, train


def codes(layers: list[Layer]) -> list[str]:
    """Which sentences were said, by how they begin."""
    starts = {text.en.partition("{")[0]: key.removeprefix("finding_") for key, text in SENTENCES.items()}
    return [
        next(code for start, code in starts.items() if sentence.en.startswith(start))
        for sentence in findings(layers)
    ]


def linear(
    name: str = "fc", *, std: float | None = 1.0, norm: float | None = 1.0, dead: float | None = None
) -> Layer:
    return Layer(name, "Linear", 100, 0.0, std, norm, dead)


def test_sentence_says_by_how_much_and_where():
    [found] = findings([linear("first", norm=0.01), linear(norm=0.1), linear(norm=0.4)])
    assert found.en.startswith("Gradients shrink 40-fold from the last layer to the first (first)")
    assert "40× kisebb" in found.hu


@pytest.mark.parametrize(
    ("layers", "code"),
    [
        ([linear(norm=0.02), linear(norm=1.0)], "vanishing"),
        ([linear(norm=60.0), linear(norm=1.0)], "exploding"),
        ([linear(norm=5e6), linear(norm=4e6)], "enormous"),
        ([linear(norm=0.0), linear(norm=1.0)], "no_gradient"),
        ([linear(std=1.0), linear(std=0.3), linear(std=0.09), linear()], "dying_out"),
        ([linear(std=1.0), linear(std=4.0), linear(std=11.0), linear()], "blowing_up"),
        ([Layer("a", "Tanh", 0, 0.0, 0.95)], "saturated"),
        ([Layer("a", "Sigmoid", 0, 0.5, 0.47)], "saturated"),
        ([linear(dead=0.41)], "dead"),
        ([linear(dead=0.4)], "fine"),
        ([linear(norm=0.04), linear(norm=1.0)], "fine"),
        ([linear(std=1.0), linear(std=0.2), linear(std=99.0)], "fine"),
        ([Layer("a", "Tanh", 0, 0.0, 0.63)], "fine"),
    ],
)
def test_each_fault_has_its_sentence(layers: list[Layer], code: str):
    assert codes(layers) == [code]


def test_normalising_layers_do_not_count_as_depth():
    norm = Layer("bn", "BatchNorm2d", 8, 0.0, 0.001, 1e-9)
    assert codes([norm, linear(), linear(), linear()]) == ["fine"]


def test_networks_that_were_not_seen_are_not_judged():
    assert findings([]) == ()
    assert findings([Layer("fc", "Linear", 10)]) == ()


NUMBERS = st.none() | st.floats(0, 1e30)
LAYERS = st.builds(
    Layer,
    name=st.text(max_size=5),
    kind=st.sampled_from(["Linear", "Tanh", "Sigmoid", "BatchNorm1d", "{0}"]),
    parameters=st.integers(0, 10**12),
    activation_mean=NUMBERS,
    activation_std=NUMBERS,
    gradient_norm=NUMBERS,
    dead=st.none() | st.floats(0, 1),
)


@settings(max_examples=30)
@given(st.lists(LAYERS, max_size=6))
def test_any_numbers_are_judged(layers: list[Layer]):
    assert all(said.en and said.hu for said in findings(layers))


def seen(model: nn.Module) -> list[Layer]:
    """The layers of a network after three steps of training."""
    with Watch() as watch:
        train(model)
    dead = dead_units(model, lambda network, data: network(data), inputs(128), most_bytes=2**30)
    names = {"mean": "activation_mean", "std": "activation_std", "gradient": "gradient_norm"}
    rows = merged(watch.rows(), dead)
    return [Layer(**{names.get(key, key): value for key, value in row.items()}) for row in rows]  # type: ignore[arg-type]


def drawn(model: nn.Sequential, draw: Callable[[torch.Tensor], object]) -> nn.Sequential:
    """The network with its weights drawn anew."""
    torch.manual_seed(0)
    for layer in model:
        if isinstance(layer, nn.Linear):
            draw(layer.weight)
    return model


def test_deep_sigmoid_network_has_a_vanishing_gradient():
    assert "vanishing" in codes(seen(drawn(mlp(nn.Sigmoid, depth=6, width=32), nn.init.xavier_normal_)))


def kaiming(weight: torch.Tensor) -> object:
    return nn.init.kaiming_normal_(weight, nonlinearity="relu")


def test_deep_relu_network_of_kaiming_has_none():
    assert codes(seen(drawn(mlp(depth=6, width=128), kaiming))) == ["fine"]


def test_weights_of_deviation_one_saturate_tanh():
    assert "saturated" in codes(seen(drawn(mlp(nn.Tanh, depth=3, width=128), nn.init.normal_)))


def test_very_negative_biases_kill_relus():
    model = drawn(mlp(width=64), kaiming)
    nn.init.constant_(model[0].bias, -10.0)
    assert "dead" in codes(seen(model))
