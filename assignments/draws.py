"""Where data that a program draws come from: one stream of chance is public, the other has a secret key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the server reads assignments too, and has no NumPy
    import numpy as np


class Draws(Protocol):
    """What the loader of an assignment is called with, where it has a parameter.

    Two names give two independent streams; the same name gives the same numbers whenever it is asked for.
    """

    def public(self, name: str) -> np.random.Generator:
        """A stream that anybody can repeat: for training and validation data, and for visible checks."""

    def held_out(self, name: str) -> np.random.Generator:
        """A stream of the course's secret: for what students must not know, and for nothing else."""
