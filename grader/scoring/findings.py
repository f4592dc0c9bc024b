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

APART = 30.0
ENORMOUS = 1000.0  # an L2 norm: one step at a usual learning rate would throw the weights away
DRIFTS = 10.0
SATURATED = {"Tanh": 0.85, "Sigmoid": 0.425}
SMALLEST = 1e-30
NAMED = 4  # layers, in one sentence

SENTENCES = {
    "no_gradient": Localized(
        "No gradient at all reaches {names}: nothing is learned there. Look for detach(), no_grad(), "
        "an output that is not used, or ReLUs that never fire.",
        "Egyáltalán nem jut gradiens ide: {names}. Ezek a rétegek nem tanulnak. Keress detach() vagy "
        "no_grad() hívást, fel nem használt kimenetet vagy sosem tüzelő ReLU-kat.",
    ),
    "vanishing": Localized(
        "Gradients shrink {fold}-fold from the last layer to the first ({name}): a vanishing "
        "gradient, so the first layers hardly learn. Use ReLU instead of sigmoid or tanh, Kaiming "
        "initialisation (nn.init.kaiming_normal_), batch normalisation or residual connections.",
        "A gradiens az utolsó rétegtől az elsőig ({name}) {fold}× kisebbre csökken: eltűnő gradiens, "
        "az első rétegek alig tanulnak. Segít a ReLU a sigmoid vagy tanh helyett, a Kaiming- "
        "inicializálás (nn.init.kaiming_normal_), a batch-normalizálás vagy a reziduális kapcsolat.",
    ),
    "exploding": Localized(
        "Gradients grow {fold}-fold from the last layer to the first ({name}): an exploding gradient. "
        "Begin with smaller weights (Kaiming or Xavier initialisation), clip the gradient "
        "(nn.utils.clip_grad_norm_) or lower the learning rate.",
        "A gradiens az utolsó rétegtől az elsőig ({name}) {fold}× nagyobbra nő: felrobbanó gradiens. "
        "Indulj kisebb súlyokkal (Kaiming- vagy Xavier-inicializálás), vágd a gradienst "
        "(nn.utils.clip_grad_norm_), vagy csökkentsd a tanulási rátát.",
    ),
    "enormous": Localized(
        "The first gradient of {name} is enormous (norm {norm}): one step may throw the weights away. "
        "Scale the inputs to mean 0 and deviation 1, begin with smaller weights, or clip the gradient "
        "(nn.utils.clip_grad_norm_).",
        "Óriási az első gradiens itt: {name} (normája {norm}); egyetlen lépés szétdobhatja a "
        "súlyokat. Skálázd a bemenetet 0 átlagra és 1 szórásra, indulj kisebb súlyokkal, vagy vágd a "
        "gradienst (nn.utils.clip_grad_norm_).",
    ),
    "dying_out": Localized(
        "Before any training, outputs die out over the depth: their spread falls {fold}-fold from the "
        "first layer to the last hidden one. The weights begin too small; Kaiming initialisation "
        "keeps the spread for ReLU, Xavier for tanh.",
        "Tanítás előtt a kimenetek a mélységgel elhalnak: szórásuk az első rétegtől az utolsó "
        "rejtettig {fold}× kisebb lesz. Túl kicsik a kezdősúlyok; ReLU-hoz a Kaiming-, tanh-hoz a "
        "Xavier-inicializálás tartja meg a szórást.",
    ),
    "blowing_up": Localized(
        "Before any training, outputs blow up over the depth: their spread grows {fold}-fold from the "
        "first layer to the last hidden one. The weights begin too large; Kaiming initialisation "
        "keeps the spread for ReLU, Xavier for tanh.",
        "Tanítás előtt a kimenetek a mélységgel elszállnak: szórásuk az első rétegtől az utolsó "
        "rejtettig {fold}× nagyobb lesz. Túl nagyok a kezdősúlyok; ReLU-hoz a Kaiming-, tanh-hoz a "
        "Xavier-inicializálás tartja meg a szórást.",
    ),
    "saturated": Localized(
        "Saturated from the start: {names}. Most outputs sit at the ends of the curve, where it is "
        "flat and passes no gradient. Begin with smaller weights (Xavier initialisation) or scale the "
        "inputs.",
        "Már induláskor telített: {names}. A kimenetek többsége a görbe lapos szélén ül, ahol nem jut "
        "át gradiens. Indulj kisebb súlyokkal (Xavier-inicializálás), vagy skálázd a bemenetet.",
    ),
    "dead": Localized(
        "After training, {percent} % of the ReLU units of {name} never fire: they are dead and learn "
        "no more. Try a smaller learning rate, biases that begin at 0, or LeakyReLU.",
        "Tanítás után a ReLU egységek {percent}%-a sosem tüzel itt: {name}. Halottak, és már nem "
        "tanulnak. Próbálj kisebb tanulási rátát, 0-ról induló eltolást vagy LeakyReLU-t.",
    ),
    "fine": Localized(
        "Nothing to complain about: what was measured of outputs, gradients and dead units is all right.",
        "Nincs kifogás: amit a kimenetekről, a gradiensekről és a halott egységekről mértünk, rendben van.",
    ),
}


def findings(layers: Sequence[Layer]) -> tuple[Localized, ...]:
    """What there is to say about a network; nothing about one that could not be measured."""
    weighted = [layer for layer in layers if layer.parameters and not _only_scales(layer)]
    found = (*_gradients(weighted), *_outputs(weighted), *_saturated(layers), *_dead(layers))
    return found or ((SENTENCES["fine"],) if any(map(_is_measured, layers)) else ())


def _gradients(weighted: Sequence[Layer]) -> Iterator[Localized]:
    """Over the depth: none at all, vanishing, exploding, or enormous everywhere."""
    norms = [(layer, layer.gradient_norm) for layer in weighted if layer.gradient_norm is not None]
    if not norms:
        return
    (first, first_norm), (_, last_norm) = norms[0], norms[-1]
    largest, largest_norm = max(norms, key=lambda pair: pair[1])
    without = [layer for layer, norm in norms if norm == 0]
    if without:
        yield _said("no_gradient", names=_names(without))
    elif last_norm >= APART * first_norm:
        yield _said("vanishing", name=first.name, fold=_fold(last_norm, first_norm))
    elif first_norm >= APART * last_norm:
        yield _said("exploding", name=first.name, fold=_fold(first_norm, last_norm))
    elif largest_norm >= ENORMOUS:
        yield _said("enormous", name=largest.name, norm=f"{largest_norm:.0e}")


def _outputs(weighted: Sequence[Layer]) -> Iterator[Localized]:
    """Over the depth, before any training; what the last layer gives is the business of the loss."""
    spreads = [layer.activation_std for layer in weighted[:-1] if layer.activation_std is not None]
    if len(spreads) < 2:
        return
    first, last = spreads[0], spreads[-1]
    if first > DRIFTS * last:
        yield _said("dying_out", fold=_fold(first, last))
    elif last > DRIFTS * first:
        yield _said("blowing_up", fold=_fold(last, first))


def _saturated(layers: Sequence[Layer]) -> Iterator[Localized]:
    stuck = [
        layer for layer in layers if (layer.activation_std or 0) > SATURATED.get(layer.kind, float("inf"))
    ]
    if stuck:
        yield _said("saturated", names=_names(stuck))


def _dead(layers: Sequence[Layer]) -> Iterator[Localized]:
    dead = [(layer, layer.dead) for layer in layers if layer.dead is not None and layer.dead > DEAD]
    if dead:
        worst, share = max(dead, key=lambda pair: pair[1])
        yield _said("dead", name=worst.name, percent=f"{100 * share:.0f}")


def _only_scales(layer: Layer) -> bool:
    """Whether a layer normalises or looks up: its size says nothing of the depth."""
    return "Norm" in layer.kind or "Embedding" in layer.kind


def _is_measured(layer: Layer) -> bool:
    return any(value is not None for value in (layer.activation_std, layer.gradient_norm, layer.dead))


def _said(code: str, **values: str) -> Localized:
    text = SENTENCES[code]
    return Localized(text.en.format(**values), text.hu.format(**values))


def _fold(large: float, small: float) -> str:
    """By how much, with two digits that count."""
    ratio = large / max(small, SMALLEST)
    return f"{float(f'{ratio:.2g}'):.0f}" if ratio < 1e6 else f"{ratio:.0e}"


def _names(layers: Sequence[Layer]) -> str:
    shown = ", ".join(layer.name for layer in layers[:NAMED])
    return f"{shown} (+{len(layers) - NAMED})" if len(layers) > NAMED else shown
