"""One split of a data set, read from a CSV table or from NumPy arrays, and what makes two examples alike."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from grader.kinds.dataset.inside import delimited
from grader.kinds.dataset.inside.delimited import Bounds, Row, TableError

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?"})
MOST_COLUMNS = 2000
LONGEST_LABEL = 40
LONGEST_NAME = 1000  # characters of a cell that are brought into one form, which takes time
MOST = Bounds(rows=10_000_000, cells=50_000_000)
DIGITS = 3  # numbers that agree in so many are near
THUMBNAIL = 16  # pixels
ALIKE = 0.995  # cosine of two thumbnails without their means
MOST_COMPARED = 5000  # pictures of a split


class UnreadableError(Exception):
    """A file is not what it should be. `code` names the sentence, `place` the row, `value` the cell."""

    def __init__(self, code: str, file: str, place: str = "", value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.file = file
        self.place = place
        self.value = value


@dataclass(frozen=True)
class Split:
    """Examples and labels: rows of text cells, or an array (N, ...)."""

    labels: list[str]
    rows: list[tuple[str, ...]] | np.ndarray
    cells: int
    missing: int
    form: str  # the types of the columns, or type and shape of an example
    names: Sequence[str] = ()  # of the columns
    digests: Sequence[bytes] = ()  # of pictures, whose `rows` are small copies
    files: Sequence[Path] = ()

    def exact(self) -> Iterator[Hashable]:
        """For each example what only an equal one has; the label is no part of it."""
        return iter(self.digests or map(_digest, self.rows))


def read_csv(folder: Path, name: str, label: str) -> Split:
    """`train.csv` with a header, one column of it the label. Raises UnreadableError."""
    file = f"{name}.csv"
    header, body = _cells(folder / file, file, label)
    at = header.index(label)
    rows = [(*row.cells[:at], *row.cells[at + 1 :]) for row in body]
    labels = [_label(row, at, file) for row in body]
    names = [*header[:at], *header[at + 1 :]]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    kinds = [f"{name}: {_type(column)}" for name, column in zip(names, columns, strict=True)]
    missing = sum(cell.casefold() in MISSING for row in rows for cell in row)
    return Split(labels, rows, len(rows) * len(names), missing, ", ".join(kinds), names)


def read_npy(folder: Path, name: str, _label: str) -> Split:
    """`train_inputs.npy` (N, ...) and `train_labels.npy` (N,) of whole numbers. Raises UnreadableError."""
    inputs, labels = (_array(folder, f"{name}_{part}.npy") for part in ("inputs", "labels"))
    if labels.ndim != 1 or labels.dtype.kind not in "iub" or inputs.ndim < 2:
        raise UnreadableError("shapes", f"{name}_labels.npy", f"{inputs.shape}, {labels.shape}")
    if len(inputs) != len(labels):
        raise UnreadableError("lengths", f"{name}_labels.npy", f"{len(inputs)}, {len(labels)}")
    missing = int(np.isnan(inputs).sum()) if inputs.dtype.kind == "f" else 0
    form = f"{inputs.dtype.name}{list(inputs.shape[1:])}"
    return Split([str(int(one)) for one in labels], inputs, inputs.size, missing, form)


def near_keys(splits: Sequence[Split]) -> list[list[Hashable]]:
    """For each example of each split a key that it shares with all that are nearly equal."""
    arrays = [split.rows for split in splits if isinstance(split.rows, np.ndarray)]
    if len(arrays) == len(splits) and all(array.ndim in {3, 4} for array in arrays):
        return _keys_of_pictures(arrays)
    return [[_rounded(row) for row in split.rows] for split in splits]


def _cells(path: Path, file: str, label: str) -> tuple[list[str], list[Row]]:
    """The names of the columns and the rows, numbers with decimal points, without a column of row numbers."""
    try:
        table = delimited.read(path.read_bytes(), lambda cells: label in map(one_form, cells), MOST)
    except FileNotFoundError as error:
        raise UnreadableError("no_file", file) from error
    except TableError as error:
        raise UnreadableError(str(error.flaw), file, str(error.line)) from error
    top, *below = table.rows
    first = next((at for at, name in enumerate(map(one_form, top.cells)) if not _is_index(name, label)), 0)
    last = max(at for at, name in enumerate(top.cells, start=1) if name)
    header = list(map(one_form, top.cells[first:last]))
    if not 2 <= len(header) <= MOST_COLUMNS or label not in header or len(set(header)) != len(header):
        raise UnreadableError("columns", file, ", ".join(header))
    for row in below:
        if len(row.cells) < last or any(row.cells[last:]):
            raise UnreadableError("cells", file, str(row.line))
    plain = (first, last, table.separator) == (0, len(top.cells), ",")
    if plain and all(len(row.cells) == last for row in below):
        return header, below  # as most tables are: no second copy of a large one
    return header, [
        Row(row.line, tuple(delimited.with_point(cell, table.separator) for cell in row.cells[first:last]))
        for row in below
    ]


def _is_index(name: str, label: str) -> bool:
    """Whether a column of this name holds row numbers, as programs put them before the others."""
    return name != label and name.casefold() in delimited.INDEX_NAMES


def _label(row: Row, at: int, file: str) -> str:
    """The class of a row. Raises UnreadableError."""
    text = one_form(row.cells[at])
    if text.casefold() in MISSING:
        raise UnreadableError("missing_label", file, str(row.line), text)
    if not is_label(text):
        raise UnreadableError("bad_label", file, str(row.line), text)
    number_ = delimited.whole_number(text)
    return text if number_ is None or text.isdigit() else str(number_)


def one_form(text: str) -> str:
    """The same letters in the same code points, whichever program wrote them."""
    return unicodedata.normalize("NFC", text) if len(text) <= LONGEST_NAME else text


def _array(folder: Path, file: str) -> np.ndarray:
    """An array of numbers; one of Python objects is a pickle, which NumPy refuses here."""
    try:
        array = np.load(folder / file, allow_pickle=False)
    except FileNotFoundError as error:
        raise UnreadableError("no_file", file) from error
    except (OSError, ValueError, EOFError, SyntaxError, MemoryError) as error:
        raise UnreadableError("no_array", file) from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        raise UnreadableError("no_array", file)
    return array


def is_label(text: str) -> bool:
    """Whether a class may be called so."""
    return 0 < len(text) <= LONGEST_LABEL and text.isprintable()


def _type(column: Sequence[str]) -> str:
    filled = [cell for cell in column if cell.casefold() not in MISSING]
    return "number" if filled and all(number(cell) is not None for cell in filled) else "text"


def number(cell: str) -> float | None:
    """The finite number that a cell holds."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _digest(row: Sequence[str] | np.ndarray) -> bytes:
    data = row.tobytes() if isinstance(row, np.ndarray) else "\x1f".join(row).encode()
    return blake2b(data, digest_size=16).digest()


def _rounded(row: Sequence[object] | np.ndarray) -> Hashable:
    cells: Sequence[object] = row.ravel().tolist() if isinstance(row, np.ndarray) else row
    return tuple(_rounded_cell(cell) for cell in cells)


def _rounded_cell(cell: object) -> Hashable:
    value = number(cell) if isinstance(cell, str) else cell
    if isinstance(value, int | float):
        return f"{value:.{DIGITS}g}"
    return "".join(character for character in str(cell).casefold() if character.isalnum())


def _keys_of_pictures(arrays: Sequence[np.ndarray]) -> list[list[Hashable]]:
    """Each picture is near those before it whose small, even-tempered copies point the same way."""
    copies = torch.cat([_thumbnails(array[:MOST_COMPARED]) for array in arrays])
    key = torch.arange(len(copies))
    for begin in range(0, len(copies), 1000):
        alike = copies[begin : begin + 1000] @ copies.T >= ALIKE
        # The first alike is the picture itself at the latest; flat pictures are alike to none.
        own = torch.arange(begin, begin + len(alike))
        alike[torch.arange(len(alike)), own] = True
        key[own] = alike.int().argmax(dim=1)
    sizes = [min(len(array), MOST_COMPARED) for array in arrays]
    return [part.tolist() for part in torch.split(key, sizes)]


def _thumbnails(array: np.ndarray) -> torch.Tensor:
    """(N, H, W) or (N, H, W, C) or (N, C, H, W) -> (N, 256), each row without its mean and of length 1."""
    pictures = torch.from_numpy(np.nan_to_num(array.astype(np.float32)))
    if pictures.ndim == 4:
        channels = 3 if pictures.shape[3] <= 4 else 1
        pictures = pictures.mean(dim=channels)
    small = functional.adaptive_avg_pool2d(pictures.unsqueeze(1), THUMBNAIL).flatten(1)
    return functional.normalize(small - small.mean(dim=1, keepdim=True), dim=1)
