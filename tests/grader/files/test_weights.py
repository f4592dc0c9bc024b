"""Headers of safetensors files, sound and hostile; nothing is run here."""

from __future__ import annotations

import json
import pickle
from contextlib import suppress

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save

from grader.files import weights
from grader.kinds.model.inside import DTYPES
from grader.sentences import RefusedError

ONE = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def file_of(header: object, numbers: bytes = bytes(8)) -> bytes:
    """A file with this header, as JSON or as text."""
    text = header if isinstance(header, str) else json.dumps(header)
    return len(text.encode()).to_bytes(8, "little") + text.encode() + numbers


def refusal_of(data: bytes) -> str:
    with pytest.raises(RefusedError) as refusal:
        weights.read(data)
    assert refusal.value.text.en.isprintable()
    return refusal.value.text.en


def test_what_the_library_writes_is_read():
    tensors = {name: torch.zeros(2, 3, dtype=dtype) for name, dtype in DTYPES.items()}
    data = save(tensors | {"scalar": torch.tensor(1.5), "empty": torch.zeros(0, 4)}, {"format": "pt"})
    header = weights.read(data)
    assert {name: tensor.dtype for name, tensor in header.tensors.items() if name in DTYPES} == {
        name: name for name in DTYPES
    }
    assert header.parameters == 6 * len(DTYPES) + 1
    assert header.tensors["scalar"].shape == ()


def test_box_and_grader_know_the_same_types():
    widths = {name: torch.empty(0, dtype=dtype).element_size() for name, dtype in DTYPES.items()}
    assert widths == dict(weights.WIDTHS)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no safetensors file"),
        (b"\x02\0\0", "no safetensors file"),
        (file_of({"a": ONE})[:40], "cut off"),
        ((2**63).to_bytes(8, "little") + b"{}", "cut off"),
        (file_of("{" + " " * 2**20 + "}"), "more than 1 MiB"),
        (file_of({}), "holds 0 tensors"),
        (file_of({f"{number}": ONE for number in range(10_001)}), "holds 10001 tensors"),
        (file_of('{"a": %s, "a": %s}' % ((json.dumps(ONE),) * 2)), "says 'a' twice"),
        (file_of('{"a": {"dtype": "F32", "shape": [2], "shape": [1], "data_offsets": [0, 8]}}'), "twice"),
        (file_of('{"a": ' + "[" * 100_000), "a damaged header"),
        (file_of('{"a": ' + "9" * 5000 + "}"), "a damaged header"),
        (file_of({"a": 3}), "in an unknown way"),
        (file_of({"a": ONE | {"more": 1}}), "in an unknown way"),
        (file_of({"a": ONE | {"dtype": "F8_E4M3"}}), "of a type that is not taken"),
        (file_of({"a": ONE | {"dtype": ["F32"]}}), "of a type that is not taken"),
        (file_of({"a": ONE | {"shape": [-2]}}), "an impossible shape"),
        (file_of({"a": ONE | {"shape": [True, 2]}}), "an impossible shape"),
        (file_of({"a": ONE | {"shape": [2.0]}}), "an impossible shape"),
        (file_of({"a": ONE | {"shape": [1] * 9}}), "an impossible shape"),
        (file_of({"a": ONE | {"data_offsets": [0, 8, 8]}}), "an impossible shape"),
        (file_of({"a": ONE | {"shape": [2**40, 2**40]}}), "another number of bytes"),
        (file_of({"a": ONE | {"data_offsets": [8, 0]}}), "another number of bytes"),
        (file_of({"a": ONE | {"data_offsets": [4, 12]}}), "a gap or an overlap before 'a'"),
        (file_of({"a": ONE, "b": ONE}), "a gap or an overlap before"),
        (file_of({"a": ONE}, bytes(12)), "12 bytes of numbers, but its header describes 8"),
        (file_of({"a": ONE}, bytes(4)), "4 bytes of numbers, but its header describes 8"),
        (file_of({"a\u202e": ONE}), "names a tensor"),
        (file_of({"": ONE}), "names a tensor"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_sound_file_is_refused(data: bytes, said: str):
    assert said in refusal_of(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04" + bytes(30), "zip"),
        (pickle.dumps({"a": 1}), "pickle"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"\x93NUMPY\x01\x00", "NumPy"),
        (b"\x08\x08\x12\x07pytorch", "ONNX"),
    ],
)
def test_other_formats_are_recognised_and_the_way_out_is_shown(data: bytes, kind: str):
    with pytest.raises(RefusedError, match=kind) as refusal:
        weights.read(data)
    assert refusal.value.detail == (
        'from safetensors.torch import save_file\nsave_file(model.state_dict(), "model.safetensors")\n'
    )


@pytest.mark.parametrize("name", ["m.pt", "M.PTH", "a/b.pkl", "m.onnx", "m.h5", "m.npz", "m\u202e.pt"])
def test_other_formats_are_recognised_by_name(name: str):
    with pytest.raises(RefusedError, match="never taken") as refusal:
        weights.refuse_other_files(["model.py", name])
    assert "save_file(" in refusal.value.detail
    assert refusal.value.text.hu.isprintable()


@given(st.binary(max_size=200), st.integers(0, 150))
def test_noise_is_read_or_refused(noise: bytes, at: int):
    whole = file_of({"a": ONE})
    for data in (noise, whole[:at] + noise, whole[:at] + noise + whole[at + len(noise) :]):
        with suppress(RefusedError):
            weights.read(data)
