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

from grader.inside import submission
from grader.inside.error_report import UnusableError, fail
from grader.inside.limits import seed
from grader.inside.pipes import Pipes, flush
from grader.inside.predictions import answer_held_out, rehearse
from grader.inside.workspace import BOX

FILE = "model.safetensors"
SOURCE = "model.py"
BATCH = 256
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
        model.load_state_dict(dict(_weights(job["tensors"])), strict=True)
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
    """Name, type and shape of every tensor of the network."""
    rows = [
        [name, NAMES.get(tensor.dtype, str(tensor.dtype)), list(tensor.shape)]
        for name, tensor in model.state_dict().items()
    ]
    claim = json.dumps(rows).encode()
    pipes.answer(struct.pack("<I", len(claim)) + claim)


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
    """Class scores (N, C) or whatever the network gives, batch by batch."""
    return torch.cat([model(batch.to(device)).cpu() for batch in torch.split(inputs, BATCH)])
