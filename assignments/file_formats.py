"""What files of a hand-in may be: models by the ending of their names, Python source by its encoding."""

from __future__ import annotations

import codecs
import re

SAFETENSORS = ".safetensors"
WEIGHTS = f"model{SAFETENSORS}"
"""What the weights of a model are called in a hand-in."""
PICKLED = frozenset({".pt", ".pth", ".pkl", ".pickle", ".joblib", ".ckpt", ".bin"})
"""Whoever opens one of these may run any program."""
OTHER_MODELS = frozenset({".pt2", ".onnx", ".h5", ".hdf5", ".keras", ".npz", ".npy", ".tflite", ".mar"})
TABLES = frozenset({".csv", ".tsv", ".txt"})
"""What a table of text may be called."""
INPUTS_TABLE, EMPTY_TABLE = "inputs.csv", "predictions.csv"
"""Held-out inputs by id, and what is to be filled in: what students of kind `predictions` begin with."""
FLAWS = "flaws.json"
"""What `verify` refuses of an assignment before it runs anything: sentences, beside its practice kit."""

CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
"""How a comment declares an encoding: https://docs.python.org/3/reference/lexical_analysis.html"""
BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
UTF_8 = frozenset({b"utf-8", b"utf8"})


def first_bad_byte(text: bytes) -> int | None:
    """The position from which on it is not UTF-8; None where all of it is."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def line_at(text: bytes, position: int) -> int:
    """The number of the line of a byte, counted from 1."""
    return text.count(b"\n", 0, position) + 1


def line_of_other_encoding(source: bytes) -> int | None:
    """The line, 1 or 2, that declares another encoding than UTF-8: it would hide what the code says."""
    lines = re.split(rb"\r\n|\r|\n", source.removeprefix(codecs.BOM_UTF8), maxsplit=2)[:2]
    for number, line in enumerate(lines, start=1):
        declared = CODING.match(line)
        if declared and declared[1].lower().replace(b"_", b"-") not in UTF_8:
            return number
        if not BLANK.match(line):
            return None
    return None
