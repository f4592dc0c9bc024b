"""A trial: a run with public data alone. Nothing of the held-out data takes part in it."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np

from assignments.spec import Splits
from grader.draws import DEVELOPMENT_KEY
from grader.kinds.outer import outer_half
from grader.material import Data, Material, Practice, data_of


def trial_of(material: Material) -> Material:
    """The same assignment with the validation data in place of the held-out, and the visible checks alone.

    Whatever its loader draws besides is drawn with a key that is in every copy of Házi: the server's own is
    not even sent along. Raises MaterialError.
    """
    return _trial(replace(material, held_out_key=DEVELOPMENT_KEY))


@functools.lru_cache(maxsize=8)
def _trial(material: Material) -> Material:
    kind = material.assignment.kind
    brought = outer_half(kind).checks
    checks = brought.of(material) if brought else ()
    visible = tuple(one for one in checks if one.check.visible)
    practice = Practice(
        data=_public(material) if kind.traits.predicts_here else None,
        checks=visible,
        untried=len(checks) - len(visible),
        held_out_rows=0,
    )
    return replace(material, practice=practice)


def _public(material: Material) -> Data:
    """Without validation data the training data stand in for the held-out."""
    splits = material.data.splits
    test = splits.valid if len(np.asarray(splits.valid.labels)) else splits.train
    return data_of(Splits(splits.train, splits.valid, test), material.assignment.data)
