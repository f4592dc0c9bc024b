"""Kind `dataset`: look at a data set in three splits and say in numbers what is in it. Nothing of it is run.

Parsing happens here, behind the walls, because a file of a student's may be made to break a parser.
"""

from __future__ import annotations

import json
import struct
import tomllib
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any

from grader.inside.pipes import Pipes
from grader.inside.workspace import BOX
from grader.kinds.dataset.inside import tables
from grader.kinds.dataset.inside.images import read_images
from grader.kinds.dataset.inside.sheet import sheet
from grader.kinds.dataset.inside.tables import Split, UnreadableError

DESCRIPTION = "dataset.toml"
SPLITS = ("train", "valid", "test")
PAIRS = (("train", "valid"), ("train", "test"), ("valid", "test"))
MOST_CLASSES = 1000
FORMATS: Mapping[str, Callable[[Path, str, str], Split]] = {
    "csv": tables.read_csv,
    "npy": tables.read_npy,
    "images": read_images,
}


def serve(pipes: Pipes, _job: Mapping[str, Any]) -> None:
    """Answer with the length of a JSON object and the object: facts, or the problem that hides them."""
    try:
        document: Mapping[str, object] = facts(Path(BOX))
    except UnreadableError as error:
        document = {"problem": error.code, "file": error.file, "place": error.place, "value": error.value}
    except (OSError, ValueError, OverflowError, RecursionError, MemoryError):
        document = {"problem": "damaged", "file": "", "place": ""}
    answer = json.dumps(document).encode()
    pipes.answer(struct.pack("<I", len(answer)) + answer)


def facts(folder: Path) -> Mapping[str, object]:
    """What is in the data set. Raises UnreadableError."""
    described = _description(folder)
    read = FORMATS[described["format"]]
    splits = {name: read(folder, name, described["label"]) for name in SPLITS}
    if sum(len(Counter(split.labels)) for split in splits.values()) > 3 * MOST_CLASSES:
        raise UnreadableError("classes", DESCRIPTION)
    exact = {name: Counter(split.exact()) for name, split in splits.items()}
    near = tables.near_keys(list(splits.values()))
    keys = dict(zip(SPLITS, (Counter(found) for found in near), strict=True))
    return {
        "splits": {name: _facts_of(split) for name, split in splits.items()},
        "twice": {name: sum(found.values()) - len(found) for name, found in exact.items()},
        "exact": {f"{one}-{other}": _shared(exact[one], exact[other]) for one, other in PAIRS},
        "near": {f"{one}-{other}": _shared(keys[one], keys[other]) for one, other in PAIRS},
        "sheet": sheet(splits["train"]),
    }


def _facts_of(split: Split) -> Mapping[str, object]:
    return {
        "examples": len(split.labels),
        "classes": dict(Counter(split.labels)),
        "cells": split.cells,
        "missing": split.missing,
        "form": split.form,
    }


def _shared(one: Mapping[Hashable, int], other: Mapping[Hashable, int]) -> int:
    """How many examples of the second have an equal in the first."""
    return sum(count for key, count in other.items() if key in one)


def _description(folder: Path) -> Mapping[str, str]:
    try:
        found = tomllib.loads((folder / DESCRIPTION).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise UnreadableError("no_file", DESCRIPTION) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError("no_toml", DESCRIPTION, str(error)[:80]) from error
    format_, label = found.get("format"), found.get("label", "")
    if not isinstance(format_, str) or format_ not in FORMATS:
        raise UnreadableError("format", DESCRIPTION)
    if not isinstance(label, str) or (format_ == "csv" and not label):
        raise UnreadableError("label", DESCRIPTION)
    return {"format": format_, "label": tables.one_form(label.strip())}
