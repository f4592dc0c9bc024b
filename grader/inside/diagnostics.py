"""What the layers of a network do, seen without the student's help: for the report card, never for the score.

`Watch` looks through PyTorch's global hooks at the first forward pass and the first gradients of a training,
then takes the hooks away. The code of a student may do anything; whatever goes wrong in here is left out and
disturbs nothing.
"""

from __future__ import annotations

import math
import threading
import warnings
import weakref
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch._dynamo.eval_frame import OptimizedModule
from torch.nn.modules import module as global_hooks
from torch.optim.optimizer import register_optimizer_step_pre_hook

MOST_LAYERS = 64
MOST_PASSES = 8  # forward passes of whole networks that are looked at while no optimizer steps
MOST_CALLS = 4000  # of modules, for networks whose pass never ends
MOST_STEPS = 4  # LBFGS steps once before there are gradients
MOST_ELEMENTS = 2**16  # of an output that are enough for its mean and standard deviation
LONGEST_NAME = 64
ACTIVATIONS = "torch.nn.modules.activation"

Row = dict[str, object]


@dataclass
class Seen:
    """A layer at its first call. Held weakly: a network that the student drops must not stay in memory."""

    module: weakref.ref[nn.Module]
    kind: str
    parameters: int
    spread: tuple[Tensor, Tensor] | None  # standard deviation and mean of its output
    name: str = ""
    gradient: Tensor | None = None

    def row(self) -> Row:
        """As it leaves the box."""
        deviation, mean = self.spread or (None, None)
        return {
            "name": self.name,
            "kind": self.kind,
            "parameters": self.parameters,
            "mean": _number(mean),
            "std": _number(deviation),
            "gradient": _number(self.gradient),
        }


class Watch:
    """Hooks for the time of a training; they are gone once the second step begins."""

    def __init__(self) -> None:
        self._layers: dict[int, Seen] = {}
        self._root: weakref.ref[nn.Module] | None = None  # the outermost module, while it is being called
        self._named = 0  # networks whose pass has ended
        self._passes = self._calls = self._steps = 0
        self._over = False
        self._threads: set[int] = set()  # that call modules
        self._handles: list[Any] = []

    def __enter__(self) -> Self:
        """Begin to look."""
        # The hooks are gone before a compiled network could fire them.
        warnings.filterwarnings("ignore", message="Using `torch.compile.module.` when there are global hooks")
        self._handles = [
            global_hooks.register_module_forward_pre_hook(self._before),
            global_hooks.register_module_forward_hook(self._after),
            register_optimizer_step_pre_hook(self._at_step),
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, however the training ended."""
        self._over = True
        for handle in self._handles:
            handle.remove()

    def rows(self) -> list[Row]:
        """What was seen of each layer, in the order of their first calls."""
        return [seen.row() for seen in self._layers.values() if seen.name]

    def _stop(self) -> None:
        """Take the hooks away, but for one that the optimizer of another thread may just walk through."""
        for handle in self._handles if len(self._threads) == 1 else self._handles[:2]:
            handle.remove()

    def _before(self, module: nn.Module, _inputs: object) -> None:
        if _is_traced():
            return
        self._threads.add(threading.get_ident())
        if self._over or isinstance(module, OptimizedModule):  # hooks would be compiled into the network
            self._stop()
        elif self._root is None or self._root() in {None, module}:  # called again: it raised the last time
            self._root = weakref.ref(module)
            self._passes += 1
            self._over = self._passes > MOST_PASSES

    def _after(self, module: nn.Module, _inputs: object, output: object) -> None:
        if _is_traced() or self._over:
            return
        self._calls += 1
        self._over = self._calls > MOST_CALLS
        try:
            if is_layer(module) and id(module) not in self._layers and len(self._layers) < MOST_LAYERS:
                self._layers[id(module)] = _seen(module, output)
            if self._root is not None and self._root() is module:
                self._root = None
                self._name(module)
        except Exception:  # noqa: BLE001 - a module of the student's may refuse anything
            self._over = True

    def _name(self, root: nn.Module) -> None:
        """The layers of the first network by their names in it; those of further ones say whose they are."""
        named = {id(module): name for name, module in root.named_modules()}
        owner = f"{type(root).__name__}." if self._named else ""
        for number, (at, seen) in enumerate(self._layers.items(), 1):
            if not seen.name and at in named:
                alone = f"{seen.kind} {number}"  # a layer that is no part of another module
                seen.name = (owner + named[at] if named[at] else alone)[:LONGEST_NAME]
        self._named += 1

    def _at_step(self, _optimizer: object, _args: object, _keywords: object) -> None:
        # The hook itself goes with the next forward pass: the optimizer is just walking through its hooks.
        if self._over or _is_traced():
            return
        self._steps += 1
        try:
            for seen in self._layers.values():
                seen.gradient = _gradient(seen.module())
        except Exception:  # noqa: BLE001 - gradients of any kind and on any device
            self._over = True
        got = any(seen.gradient is not None for seen in self._layers.values())
        self._over = self._over or got or self._steps >= MOST_STEPS


def is_layer(module: nn.Module) -> bool:
    """Whether a module is shown as one: it computes by itself, with parameters or as an activation."""
    inner = {name for name, _ in module.named_children()} - {"parametrizations"}
    if inner and not isinstance(module, nn.MultiheadAttention):
        return False
    return type(module).__module__ == ACTIVATIONS or next(module.parameters(), None) is not None


def merged(seen: list[Row], trained: list[Row]) -> list[Row]:
    """Both looks at a network as one list: by name and kind, what was seen in training first."""
    dead = {(row["name"], row["kind"]): row for row in trained}
    rows = [row | {"dead": dead.pop((row["name"], row["kind"]), {}).get("dead")} for row in seen]
    # Layers that training never called by themselves, e.g. of a compiled network.
    return (rows + [_UNSEEN | row for row in dead.values()])[:MOST_LAYERS]


_UNSEEN: Row = {"mean": None, "std": None, "gradient": None}


def _is_traced() -> bool:
    return torch.compiler.is_compiling() or torch.jit.is_tracing()  # type: ignore[attr-defined,no-untyped-call]


def _seen(module: nn.Module, output: object) -> Seen:
    return Seen(
        module=weakref.ref(module),
        kind=type(module).__name__[:LONGEST_NAME],
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        spread=_spread(output),
    )


def _spread(output: object) -> tuple[Tensor, Tensor] | None:
    """Standard deviation and mean of an output (N, ...), or of its first part; on its own device."""
    while isinstance(output, tuple | list) and output:
        output = output[0]
    if type(output) is not Tensor or not output.is_floating_point() or output.numel() < 2:
        return None
    rows = max(1, MOST_ELEMENTS * len(output) // output.numel())
    with torch.no_grad():
        return torch.std_mean(output.detach()[:rows].float())


def _gradient(module: nn.Module | None) -> Tensor | None:
    """L2 norm over all parameters of a layer."""
    parameters = module.parameters() if module is not None else ()
    norms = [
        torch.linalg.vector_norm(parameter.grad.float())
        for parameter in parameters
        if parameter.grad is not None and not parameter.grad.is_sparse
    ]
    return torch.linalg.vector_norm(torch.stack(norms)) if norms else None


def _number(value: Tensor | None) -> float | None:
    try:
        number = math.nan if value is None else float(value)
    except Exception:  # noqa: BLE001 - e.g. one that belongs to a transformation that is over
        return None
    return float(f"{number:.4g}") if math.isfinite(number) else None
