"""A trial: a run with public data alone. Nothing of the held-out data takes part in it."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np

from assignments.spec import Kind, Splits
from grader.draws import DEVELOPMENT_KEY
from grader.kinds.functions.preparing import checks_of
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
    learned = kind in {Kind.CODE, Kind.MODEL}
    checks = checks_of(material) if kind is Kind.FUNCTIONS else ()
    visible = tuple(one for one in checks if one.check.visible)
    practice = Practice(
        data=_public(material) if learned else None,
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
