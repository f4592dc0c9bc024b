"""What the diagnostics of a network mean, and what to do: pure rules, a sentence each in both languages.

The thresholds and where they come from:
- Gradients that differ APART-fold from the first layer to the last vanish or explode. Glorot and Bengio
  (2010, section 4) see them alike in a well initialised network of five layers; He et al. (2015, section 2.2)
  show that each layer multiplies, so that a deep network leaves any bound.
- Outputs whose spread changes DRIFTS-fold from the first layer to the last hidden one before any training:
  good initialisation keeps it (He et al., 2015, eq. 10).
- A tanh beyond SATURATED: even values would have a spread of 0.58, values stuck at -1 and 1 have 1. For a
  sigmoid half of it. Glorot and Bengio (2010, section 3).
- More than DEAD of the ReLUs of a layer: see grader/contract/network.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assignments.localized import Localized
from grader.contract import DEAD, Layer
from grader.sentences import say

APART = 30.0
ENORMOUS = 1000.0  # an L2 norm: one step at a usual learning rate would throw the weights away
DRIFTS = 10.0
SATURATED = {"Tanh": 0.85, "Sigmoid": 0.425}
SMALLEST = 1e-30
NAMED = 4  # layers, in one sentence


def findings(layers: Sequence[Layer]) -> tuple[Localized, ...]:
    """What there is to say about a network; nothing about one that could not be measured."""
    weighted = [layer for layer in layers if layer.parameters and not _only_scales(layer)]
    found = (*_gradients(weighted), *_outputs(weighted), *_saturated(layers), *_dead(layers))
    return found or ((say("finding_fine"),) if any(map(_is_measured, layers)) else ())


def _gradients(weighted: Sequence[Layer]) -> Iterator[Localized]:
    """Over the depth: none at all, vanishing, exploding, or enormous everywhere."""
    norms = [(layer, layer.gradient_norm) for layer in weighted if layer.gradient_norm is not None]
    if not norms:
        return
    (first, first_norm), (_, last_norm) = norms[0], norms[-1]
    largest, largest_norm = max(norms, key=lambda pair: pair[1])
    without = [layer for layer, norm in norms if norm == 0]
    if without:
        yield say("finding_no_gradient", names=_names(without))
    elif last_norm >= APART * first_norm:
        yield say("finding_vanishing", name=first.name, fold=_fold(last_norm, first_norm))
    elif first_norm >= APART * last_norm:
        yield say("finding_exploding", name=first.name, fold=_fold(first_norm, last_norm))
    elif largest_norm >= ENORMOUS:
        yield say("finding_enormous", name=largest.name, norm=f"{largest_norm:.0e}")


def _outputs(weighted: Sequence[Layer]) -> Iterator[Localized]:
    """Over the depth, before any training; what the last layer gives is the business of the loss."""
    spreads = [layer.activation_std for layer in weighted[:-1] if layer.activation_std is not None]
    if len(spreads) < 2:
        return
    first, last = spreads[0], spreads[-1]
    if first > DRIFTS * last:
        yield say("finding_dying_out", fold=_fold(first, last))
    elif last > DRIFTS * first:
        yield say("finding_blowing_up", fold=_fold(last, first))


def _saturated(layers: Sequence[Layer]) -> Iterator[Localized]:
    stuck = [
        layer for layer in layers if (layer.activation_std or 0) > SATURATED.get(layer.kind, float("inf"))
    ]
    if stuck:
        yield say("finding_saturated", names=_names(stuck))


def _dead(layers: Sequence[Layer]) -> Iterator[Localized]:
    dead = [(layer, layer.dead) for layer in layers if layer.dead is not None and layer.dead > DEAD]
    if dead:
        worst, share = max(dead, key=lambda pair: pair[1])
        yield say("finding_dead", name=worst.name, percent=f"{100 * share:.0f}")


def _only_scales(layer: Layer) -> bool:
    """Whether a layer normalises or looks up: its size says nothing of the depth."""
    return "Norm" in layer.kind or "Embedding" in layer.kind


def _is_measured(layer: Layer) -> bool:
    return any(value is not None for value in (layer.activation_std, layer.gradient_norm, layer.dead))


def _fold(large: float, small: float) -> str:
    """By how much, with two digits that count."""
    ratio = large / max(small, SMALLEST)
    return f"{float(f'{ratio:.2g}'):.0f}" if ratio < 1e6 else f"{ratio:.0e}"


def _names(layers: Sequence[Layer]) -> str:
    shown = ", ".join(layer.name for layer in layers[:NAMED])
    return f"{shown} (+{len(layers) - NAMED})" if len(layers) > NAMED else shown
