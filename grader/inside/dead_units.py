"""Which units of a trained network are dead: a copy of it predicts, and ReLUs that never fire are counted."""

from __future__ import annotations

import copy
import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from grader.inside.diagnostics import LONGEST_NAME, Row, is_layer

# A unit that fires on 2 % of all inputs is missed by 128 of them with a chance of 8 %; more cost more time.
MOST_EXAMPLES, MOST_EXAMPLE_BYTES = 128, 16 * 2**20
LONGEST_PASS_S = 2.0
ATEN = torch.ops.aten
RELUS = frozenset({ATEN.relu.default, ATEN.relu_.default})
CLAMPS = frozenset({ATEN.clamp.default, ATEN.clamp_.default, ATEN.clamp_min.default, ATEN.clamp_min_.default})


def dead_units(
    model: object, predict: Callable[[Any, Tensor], object], examples: Tensor, *, most_bytes: int
) -> list[Row]:
    """The layers of a trained model, each with the share of its ReLU units that stay 0 on all `examples`.

    Units are channels of convolutions and features of other layers. Only a copy of the model is run; random
    generators go on as if nothing had been drawn. Empty where the model is no module or cannot be copied.
    """
    model = getattr(model, "_orig_mod", model)  # of a compiled one, the module itself
    if not isinstance(model, nn.Module) or not len(examples) or _bytes_of(model) > most_bytes:
        return []
    try:
        with _undisturbed(), torch.compiler.set_stance("force_eager"):
            counter = _Relus(copy.deepcopy(model).eval())
            with counter:
                predict(counter.network, examples)
            return counter.rows()
    except BaseException:  # noqa: BLE001 - the student's predict may even exit
        return []


def examples_of(inputs: Tensor) -> Tensor:
    """The first inputs, as many as `dead_units` looks at; a copy, for `train` may write into its data."""
    row_bytes = max(1, inputs[:1].numel() * inputs.element_size())
    return inputs[: min(MOST_EXAMPLES, MOST_EXAMPLE_BYTES // row_bytes)].clone()


def examples_in_time(examples: Tensor, *, rehearsed: int, took_s: float) -> Tensor:
    """As many examples as a pass may take, judged by one over `rehearsed` of them."""
    return examples[: int(LONGEST_PASS_S * rehearsed / max(took_s, 1e-6))]


class _Relus(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """While active, notes for each layer which units its first ReLU lets through, as module or function."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.network = network
        self._alive: dict[str, Tensor] = {}
        self._called: dict[str, nn.Module] = {}
        self._current = ""
        for name, module in network.named_modules():
            has_units = is_layer(module) and "Norm" not in type(module).__name__
            if has_units and next(module.parameters(), None) is not None:
                module.register_forward_pre_hook(self._entering(name or type(module).__name__))

    def _entering(self, name: str) -> Callable[[nn.Module, object], None]:
        def enter(module: nn.Module, _inputs: object) -> None:
            self._current = name
            self._called[name] = module

        return enter

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # noqa: ANN401
        """Run the operation; look at what comes out of a ReLU."""
        output = func(*args, **(kwargs or {}))
        if self._current and (func in RELUS or (func in CLAMPS and args[1:] == (0,))):
            self._look(output)
        return output

    def _look(self, output: Tensor) -> None:
        name, self._current = self._current, ""
        if output.ndim < 2:
            return
        units = 1 if "Conv" in type(self._called[name]).__name__ else output.ndim - 1
        fired = output.amax([axis for axis in range(output.ndim) if axis != units]) > 0
        before = self._alive.get(name)
        self._alive[name] = fired if before is None else before | fired

    def rows(self) -> list[Row]:
        """The layers in the order of their calls."""
        return [
            {
                "name": name[:LONGEST_NAME],
                "kind": type(module).__name__[:LONGEST_NAME],
                "parameters": sum(parameter.numel() for parameter in module.parameters()),
                "dead": round(1.0 - float(self._alive[name].double().mean()), 4)
                if name in self._alive
                else None,
            }
            for name, module in self._called.items()
        ]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Leave the random generators as they are, and print nothing."""
    ours, numpys = random.getstate(), np.random.get_state()
    devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()  # type: ignore[no-untyped-call]
    try:
        with torch.random.fork_rng(devices), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            yield
    finally:
        random.setstate(ours)
        np.random.set_state(numpys)


def _bytes_of(model: nn.Module) -> int:
    tensors = [*model.parameters(), *model.buffers()]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
