"""The header of a safetensors file, checked before anything of the file is used; nothing is loaded here.

The format: eight bytes with the length of the header, a JSON object that says of each tensor its type, shape
and place, then the numbers. https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assignments.file_formats import OTHER_MODELS, PICKLED, WEIGHTS
from assignments.files.hand_in_files import shown
from assignments.files.tables import ZIP_MAGICS
from assignments.json_reading import read_json
from grader.sentences import RefusedError

PREFIX = 8  # bytes
LONGEST_HEADER = 2**20
MOST_TENSORS = 10_000
MOST_DIMENSIONS = 8
LONGEST_NAME = 200
WIDTHS: Mapping[str, int] = {
    "BOOL": 1,
    "U8": 1,
    "I8": 1,
    "I16": 2,
    "I32": 4,
    "I64": 8,
    "F16": 2,
    "BF16": 2,
    "F32": 4,
    "F64": 8,
}
"""Bytes of a number of each type that is taken; grader/kinds/model/inside.py has the same names."""

CONVERSION = 'from safetensors.torch import save_file\nsave_file(model.state_dict(), "model.safetensors")\n'
OTHER_FORMATS = (*PICKLED, *OTHER_MODELS)
SIGNATURES = (
    (re.compile(b"|".join(map(re.escape, ZIP_MAGICS))), "zip (torch.save, TorchScript or .npz)"),
    (re.compile(rb"\x80[\x02-\x05]"), "pickle"),
    (re.compile(rb"\x89HDF"), "HDF5"),
    (re.compile(rb"\x93NUMPY"), "NumPy"),
    (re.compile(rb"\x08[\x01-\x0f](\x12|\x1a|\x22|\x2a|\x3a)"), "ONNX"),
)


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of the file: `begin` and `end` count from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Header:
    """What a sound file holds. `start` is where its numbers begin."""

    tensors: Mapping[str, Tensor]
    start: int

    @property
    def parameters(self) -> int:
        """All numbers of the file: parameters, and buffers too."""
        return sum(tensor.size for tensor in self.tensors.values())


class _TwiceError(ValueError):
    """A key of the header is there twice: two readers could read two different files."""


def read(data: bytes) -> Header:
    """The header of a sound file. Raises RefusedError."""
    _refuse_other_format(data)
    length = int.from_bytes(data[:PREFIX], "little")
    if len(data) < PREFIX or length > len(data) - PREFIX:
        raise RefusedError("weights_cut", file=WEIGHTS)
    if length > LONGEST_HEADER:
        raise RefusedError("weights_long_header", file=WEIGHTS)
    raw = _raw(data[PREFIX : PREFIX + length])
    raw.pop("__metadata__", None)
    if not 0 < len(raw) <= MOST_TENSORS:
        raise RefusedError("weights_tensors", file=WEIGHTS, number=len(raw), most=MOST_TENSORS)
    tensors = {name: _tensor(name, entry) for name, entry in raw.items()}
    _refuse_gaps(tensors, len(data) - PREFIX - length)
    return Header(tensors, PREFIX + length)


def refuse_other_files(names: list[str]) -> None:
    """Say how to convert what other frameworks and torch.save write. Raises RefusedError."""
    for name in names:
        if name.lower().endswith(OTHER_FORMATS):
            raise RefusedError("weights_of_others", found=shown(name), file=WEIGHTS, detail=CONVERSION)


def _refuse_other_format(data: bytes) -> None:
    """A safetensors file has a brace behind its length, which no other format has there by chance."""
    if data[PREFIX : PREFIX + 1] == b"{":
        return
    for signature, format_ in SIGNATURES:
        if signature.match(data):
            raise RefusedError("weights_format", file=WEIGHTS, format=format_, detail=CONVERSION)
    raise RefusedError("weights_unknown", file=WEIGHTS, detail=CONVERSION)


def _raw(header: bytes) -> dict[str, Any]:
    try:
        raw = read_json(header, object_pairs_hook=_unique)
    except _TwiceError as error:
        raise RefusedError("weights_twice", file=WEIGHTS, key=error) from error
    except ValueError as error:
        raise RefusedError("weights_header", file=WEIGHTS) from error
    if not isinstance(raw, dict):
        raise RefusedError("weights_header", file=WEIGHTS)
    return raw


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(ascii(key[:60]))
        found[key] = value
    return found


def _tensor(name: str, entry: object) -> Tensor:
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise RefusedError("weights_name", file=WEIGHTS, tensor=f"{name[:60]!a}")
    quoted = f"'{name[:60]}'"
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise RefusedError("weights_entry", file=WEIGHTS, tensor=quoted)
    dtype, shape, place = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in WIDTHS:
        raise RefusedError("weights_type", file=WEIGHTS, tensor=quoted, types=", ".join(WIDTHS))
    if not _are_sizes(shape) or len(shape) > MOST_DIMENSIONS or not _are_sizes(place) or len(place) != 2:
        raise RefusedError("weights_shape", file=WEIGHTS, tensor=quoted)
    tensor = Tensor(dtype, tuple(shape), *place)
    if tensor.size * WIDTHS[dtype] != tensor.end - tensor.begin:
        raise RefusedError("weights_bytes", file=WEIGHTS, tensor=quoted)
    return tensor


def _are_sizes(values: object) -> bool:
    """A list of whole numbers, none negative and none absurd."""
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**48 for value in values)


def _refuse_gaps(tensors: Mapping[str, Tensor], size: int) -> None:
    """The numbers must follow one another without a gap, an overlap or something behind them."""
    at = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end)):
        if tensor.begin != at:
            raise RefusedError("weights_gap", file=WEIGHTS, tensor=f"'{name[:60]}'")
        at = tensor.end
    if at != size:
        raise RefusedError("weights_end", file=WEIGHTS, size=size, described=at)
