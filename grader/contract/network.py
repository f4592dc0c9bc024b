"""What a report says of a student's network, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

from grader.contract.fields import Number, Text, Whole
from grader.contract.messages import Row

DEAD = 0.4
"""A share of dead units above this one is too many, by Karpathy's notes to CS231n ("as much as 40 %")."""


@dataclass(frozen=True, slots=True)
class Layer(Row):
    """What one layer of the student's network did, as measured in the box: shown, never scored."""

    name: Text  # as in `named_modules`, e.g. "features.0"
    kind: Text  # the class of the module, e.g. "Conv2d"
    parameters: Whole
    activation_mean: Number | None = None  # of its output in the first forward pass, before any training
    activation_std: Number | None = None
    gradient_norm: Number | None = None  # L2 norm over its parameters after the first backward pass
    dead: Number | None = None  # share of units that stay 0 on all validation inputs after training
