"""A practice kit: one safetensors file with all of an assignment that a student may have.

The training and validation data, the settings without their comments, and the visible checks with what the
reference answers to them. Held-out data, hidden checks, the reference and the assignment's programs stay
at home.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import tomli_w
import torch
from safetensors.torch import save
from torch import Tensor

import assignments
from assignments.json_reading import read_json
from assignments.spec import SpecError, Split, Splits, read_assignment
from grader.kinds.outer import outer_half
from grader.material import ZONE, Material, MaterialError, Practice, data_of
from grader.practice import checks as spelled
from grader.prepared_check import PreparedCheck

FORMAT = "hazi-practice-1"
NOTE = "hazi"  # the one key of the file's metadata: of several, safetensors keeps no order
PARTS = ("train.inputs", "train.labels", "valid.inputs", "valid.labels")
LONGEST_NOTE = 16 * 2**20
DAMAGES = (
    *(safetensors.SafetensorError, SpecError, MaterialError, OSError),
    *(KeyError, TypeError, ValueError, AttributeError, RecursionError),
)


class KitError(ValueError):
    """A file is no practice kit, or not one of this release. The sentence says which."""


def pack(material: Material) -> bytes:
    """The kit of an assignment: equal material gives equal bytes. Raises MaterialError."""
    kind = material.assignment.kind
    tensors: dict[str, Tensor] = {}
    checks: list[dict[str, Any]] = []
    untried = 0
    if brought := outer_half(kind).checks:
        checks, untried = _visible_checks(brought.of(material), tensors)
    if kind.traits.has_public_data:
        tensors |= _public_parts(material.data.splits)
    rows = len(material.data.held_out_labels) if kind.traits.leaks_little else 0
    note = {
        "format": FORMAT,
        "version": material.version,
        "assignment": _without_comments(material.folder),
        "checks": checks,
        "untried": untried,
        "held_out_rows": rows,
    }
    return save(tensors, {NOTE: json.dumps(note, sort_keys=True)})


def read(path: Path) -> Material:
    """The assignment in a kit, with the validation data in place of the held-out. Raises KitError."""
    try:
        with safetensors.safe_open(path, "pt") as file:
            note = _note(file.metadata() or {})
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        assignment = read_assignment(note["assignment"], ZONE, file=assignments.ASSIGNMENT_FILE)
        practice = Practice(
            data=data_of(_splits(tensors), assignment.data) if PARTS[0] in tensors else None,
            checks=tuple(spelled.read(one, tensors) for one in note["checks"]),
            untried=int(note["untried"]),
            held_out_rows=int(note["held_out_rows"]),
        )
        return Material(assignment, str(note["version"]), path.parent, practice)
    except DAMAGES as error:
        raise KitError(f"{path.name} is no practice kit of this release of Házi: {error}") from error


def _note(metadata: dict[str, str]) -> dict[str, Any]:
    text = metadata.get(NOTE, "")
    if not text or len(text) > LONGEST_NOTE:
        raise KitError("its description is missing or too long")
    note: dict[str, Any] = read_json(text)
    if note.get("format") != FORMAT:
        raise KitError(f"its format is {note.get('format')!r}, not {FORMAT!r}")
    return note


def _without_comments(folder: Path) -> str:
    """The settings as values: what a lecturer noted beside them is nobody else's."""
    text = (folder / assignments.ASSIGNMENT_FILE).read_text(encoding="utf-8-sig")
    return tomli_w.dumps(tomllib.loads(text))


def _public_parts(splits: Splits) -> dict[str, Tensor]:
    parts = (splits.train.inputs, splits.train.labels, splits.valid.inputs, splits.valid.labels)
    # Clones: tensors may share their memory, held-out rows included, and a view would be written whole.
    return {name: torch.as_tensor(part).clone() for name, part in zip(PARTS, parts, strict=True)}


def _visible_checks(
    prepared: tuple[PreparedCheck, ...], tensors: dict[str, Tensor]
) -> tuple[list[dict[str, Any]], int]:
    """Those that can travel, and how many stay at home."""
    travelling = [one for one in prepared if one.check.visible and spelled.can_travel(one.check)]
    return [spelled.write(one, tensors) for one in travelling], len(prepared) - len(travelling)


def _splits(tensors: dict[str, Tensor]) -> Splits:
    """Without validation data the training data stand in for the held-out."""
    train = Split(tensors["train.inputs"], tensors["train.labels"])
    valid = Split(tensors["valid.inputs"], tensors["valid.labels"])
    return Splits(train, valid, test=valid if len(np.asarray(valid.labels)) else train)
