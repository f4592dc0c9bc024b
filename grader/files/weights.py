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

from assignments.json_reading import read_json
from grader.files.unpack import WEIGHTS, shown
from grader.messages import RefusedError

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
OTHER_FORMATS = (
    *(".pt", ".pth", ".pkl", ".pickle", ".joblib", ".ckpt", ".bin", ".pt2", ".onnx"),
    *(".h5", ".hdf5", ".keras", ".npz", ".npy", ".tflite", ".mar"),
)
SIGNATURES = (
    (re.compile(rb"PK\x03\x04"), "zip (torch.save, TorchScript or .npz)"),
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
        raise _refusal("is cut off, or no safetensors file", "csonka, vagy nem safetensors fájl")
    if length > LONGEST_HEADER:
        raise _refusal("has a header of more than 1 MiB", "fejléce 1 MiB-nál hosszabb")
    raw = _raw(data[PREFIX : PREFIX + length])
    raw.pop("__metadata__", None)
    if not 0 < len(raw) <= MOST_TENSORS:
        raise _refusal(
            f"holds {len(raw)} tensors; 1 to {MOST_TENSORS} are allowed",
            f"{len(raw)} tenzort tartalmaz; 1 és {MOST_TENSORS} közötti szám megengedett",
        )
    tensors = {name: _tensor(name, entry) for name, entry in raw.items()}
    _refuse_gaps(tensors, len(data) - PREFIX - length)
    return Header(tensors, PREFIX + length)


def refuse_other_files(names: list[str]) -> None:
    """Say how to convert what other frameworks and torch.save write. Raises RefusedError."""
    for name in names:
        if name.lower().endswith(OTHER_FORMATS):
            raise RefusedError(
                f"{shown(name)} is a model of a kind that can run any program when it is opened, so it is "
                f"never taken. The two lines below save a model as {WEIGHTS}.",
                f"{shown(name)} olyan modellfájl, amely megnyitáskor bármilyen programot lefuttathat, ezért "
                f"sosem fogadjuk el. Az alábbi két sor {WEIGHTS} néven menti a modellt.",
                detail=CONVERSION,
            )


def _refuse_other_format(data: bytes) -> None:
    """A safetensors file has a brace behind its length, which no other format has there by chance."""
    if data[PREFIX : PREFIX + 1] == b"{":
        return
    for signature, format_ in SIGNATURES:
        if signature.match(data):
            raise _refusal(
                f"is no safetensors file but {format_}, which can run any program when it is opened. "
                "The two lines below save a model as safetensors",
                f"nem safetensors, hanem {format_}, amely megnyitáskor bármilyen programot lefuttathat. "
                "Az alábbi két sor safetensors formátumban menti a modellt",
                detail=CONVERSION,
            )
    raise _refusal(
        "is no safetensors file. The two lines below save a model as one",
        "nem safetensors fájl. Az alábbi két sor ilyet készít a modellből",
        detail=CONVERSION,
    )


def _raw(header: bytes) -> dict[str, Any]:
    try:
        raw = read_json(header, object_pairs_hook=_unique)
    except _TwiceError as error:
        raise _refusal(f"says {error} twice", f"kétszer tartalmazza ezt: {error}") from error
    except ValueError as error:
        raise _refusal("has a damaged header", "fejléce sérült") from error
    if not isinstance(raw, dict):
        raise _refusal("has a damaged header", "fejléce sérült")
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
        raise _refusal(f"names a tensor {name[:60]!a}", f"egy tenzor neve {name[:60]!a}")
    quoted = f"'{name[:60]}'"
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise _refusal(f"describes {quoted} in an unknown way", f"ismeretlen módon írja le ezt: {quoted}")
    dtype, shape, place = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in WIDTHS:
        raise _refusal(
            f"has numbers of a type that is not taken in {quoted}; taken are {', '.join(WIDTHS)}",
            f"nem elfogadott típusú számokat tartalmaz itt: {quoted}; elfogadott: {', '.join(WIDTHS)}",
        )
    if not _are_sizes(shape) or len(shape) > MOST_DIMENSIONS or not _are_sizes(place) or len(place) != 2:
        raise _refusal(f"gives {quoted} an impossible shape or place", f"lehetetlen alak vagy hely: {quoted}")
    tensor = Tensor(dtype, tuple(shape), *place)
    if tensor.size * WIDTHS[dtype] != tensor.end - tensor.begin:
        raise _refusal(
            f"says that {quoted} takes another number of bytes than its shape needs",
            f"szerint {quoted} nem annyi bájt, amennyi az alakjából következik",
        )
    return tensor


def _are_sizes(values: object) -> bool:
    """A list of whole numbers, none negative and none absurd."""
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**48 for value in values)


def _refuse_gaps(tensors: Mapping[str, Tensor], size: int) -> None:
    """The numbers must follow one another without a gap, an overlap or something behind them."""
    at = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end)):
        if tensor.begin != at:
            raise _refusal(
                f"has a gap or an overlap before '{name[:60]}'", f"hézagos vagy átfedő itt: '{name[:60]}'"
            )
        at = tensor.end
    if at != size:
        raise _refusal(
            f"has {size} bytes of numbers, but its header describes {at}",
            f"{size} bájt számot tartalmaz, de a fejléce {at} bájtot ír le",
        )


def _refusal(en: str, hu: str, *, detail: str = "") -> RefusedError:
    return RefusedError(f"{WEIGHTS} {en}.", f"a {WEIGHTS} {hu}.", detail=detail)
