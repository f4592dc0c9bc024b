"""The arrays that the metrics are about, and how long ones are walked through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Matrices = npt.NDArray[np.int64]
"""One confusion matrix (C, C), or many (..., C, C): rows are true classes, columns predicted ones."""

IN_CACHE = 1 << 16
"""So many numbers, and what is computed from them, stay in the cache of a core."""


def blocks(rows: int, step: int) -> Iterator[slice]:
    """Slices of `step` rows that cover all of them."""
    return (slice(start, start + step) for start in range(0, rows, step))


def ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    """part / whole, and 0 where whole is 0. The two have one shape, or can be stretched to one."""
    above, below = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    return np.asarray(np.divide(above, below, out=np.zeros(above.shape), where=below != 0))
