"""Kind `model`: build the student's network, say how it is made, load the weights, and only predict."""

from __future__ import annotations

import json
import math
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from grader.inside import submission
from grader.inside.error_report import UnusableError, fail
from grader.inside.limits import seed
from grader.inside.pipes import Pipes, flush
from grader.inside.predictions import answer_held_out, rehearse
from grader.inside.workspace import BOX

FILE = "model.safetensors"
SOURCE = "model.py"
BATCH = 256
LAZY = "lazy"  # the type of a tensor that has no size yet; grader/kinds/model/layout.py has the same
# grader/files/weights.py has the same names.
DTYPES: Mapping[str, torch.dtype] = {
    "BOOL": torch.bool,
    "U8": torch.uint8,
    "I8": torch.int8,
    "I16": torch.int16,
    "I32": torch.int32,
    "I64": torch.int64,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F32": torch.float32,
    "F64": torch.float64,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def serve(pipes: Pipes, job: Mapping[str, Any]) -> None:
    """Answer C or X, the layout of the network, T (it predicts), then the predictions."""
    submission.check_source(pipes, job, SOURCE)
    try:
        model = _built(job)
        flush()
        _tell_layout(pipes, model)
        rehearsal = pipes.read_tensor()  # comes only where the layout fits the file
        model.load_state_dict(_with_ties(model, _weights(job["tensors"])), strict=True)
        model.to(job["device"]).eval()
        rehearse(_predict, model, rehearsal, job)
    except BaseException as error:  # noqa: BLE001 - whatever the student's code raises, SystemExit included
        fail(pipes, error)
    answer_held_out(pipes, _predict, model, job)


def _built(job: Mapping[str, Any]) -> nn.Module:
    seed(job["seed"])
    module = submission.load(SOURCE)
    build = submission.function(module, "build_model")
    model = submission.bound(build, "build_signature", {}, {"seed": job["seed"]})()
    if not isinstance(model, nn.Module):
        raise UnusableError("no_module", f"build_model returned {type(model).__name__}")
    return model


def _tell_layout(pipes: Pipes, model: nn.Module) -> None:
    """Name, type and shape of every tensor of the network, and the first that shares its memory, or ""."""
    state, ties = model.state_dict(), _ties(model)
    rows = [[name, *_form(tensor), ties.get(name, "")] for name, tensor in state.items()]
    claim = json.dumps(rows).encode()
    pipes.answer(struct.pack("<I", len(claim)) + claim)


def _form(tensor: Tensor) -> tuple[str, list[int]]:
    if is_lazy(tensor):  # it has no shape yet
        return LAZY, []
    return NAMES.get(tensor.dtype, str(tensor.dtype)), list(tensor.shape)


def _ties(model: nn.Module) -> Mapping[str, str]:
    """For each tensor that is the same memory as one before it, the name of that one."""
    first: dict[tuple[object, ...], str] = {}
    found = {}
    for name, tensor in model.state_dict().items():
        if is_lazy(tensor) or not tensor.numel():
            continue
        place = (tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride())
        if first.setdefault(place, name) != name:
            found[name] = first[place]
    return found


def _with_ties(model: nn.Module, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights under all names: of tensors that are one, a file may hold one."""
    state = dict(weights)
    groups: dict[str, list[str]] = {}
    for name, first in _ties(model).items():
        groups.setdefault(first, [first]).append(name)
    for names in groups.values():
        kept = next((state[name] for name in names if name in state), None)
        if kept is not None:
            state |= {name: kept for name in names if name not in state}
    return state


def _weights(places: Mapping[str, Any]) -> Mapping[str, Tensor]:
    """The tensors of the file, where its header was found to say they are; read-only pages of the file."""
    with Path(BOX, FILE).open("rb") as file:
        pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    return {name: _tensor(pages, *place) for name, place in places.items()}


def _tensor(pages: mmap.mmap, dtype: str, shape: list[int], offset: int) -> Tensor:
    count = math.prod(shape)
    if not count:
        return torch.empty(shape, dtype=DTYPES[dtype])
    return torch.frombuffer(pages, dtype=DTYPES[dtype], count=count, offset=offset).reshape(shape)


def _predict(model: nn.Module, inputs: Tensor, device: str) -> Tensor:
    """Class scores (N, C) or whatever tensor the network gives, batch by batch."""
    return torch.cat([_tensor_of(model(batch.to(device))) for batch in torch.split(inputs, BATCH)])


def _tensor_of(returned: object) -> Tensor:
    if not isinstance(returned, Tensor):
        raise UnusableError("no_tensor", f"the network returned {type(returned).__name__}")
    return returned.cpu()
