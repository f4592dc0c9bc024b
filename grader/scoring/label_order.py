"""Whether the order of examples tells their labels: ids of held-out inputs stand in that order."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

DEVIATIONS = 6.0  # standard ones: hardly one in a million random orders is so far from what is expected
LONGEST_PERIOD = 100
FEWEST = 5  # examples; of fewer only sorted ones are told
LARGEST_SHARE = 0.1  # of the examples: where there are more classes, they are values


def tells_labels(labels: npt.NDArray[np.generic]) -> bool:
    """Whether whoever sees ids in this order knows more of labels than how many there are of each.

    A runs test (Mood 1940) at each distance: in a random order, examples so far apart have the same label as
    often as the numbers of labels say. Where they are sorted, neighbours nearly always have; where classes
    take turns, each is followed by itself after one turn. Of several labels each is tested.
    """
    columns = labels.reshape(len(labels), -1).astype(np.float64).T if len(labels) else ()
    return any(_is_sorted(column) or _has_pattern(_groups(column)) for column in columns)


def _is_sorted(column: npt.NDArray[np.float64]) -> bool:
    steps = np.diff(column)
    return len(column) > 2 and bool(steps.any()) and bool((steps >= 0).all() or (steps <= 0).all())


def _groups(column: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """The classes as numbers; of values, whether they lie above the median."""
    values, groups = np.unique(column, return_inverse=True)
    if len(values) > 2 and len(values) > LARGEST_SHARE * len(column):
        return (column > np.median(column)).astype(np.intp)
    return groups.reshape(-1)


def _has_pattern(groups: npt.NDArray[np.intp]) -> bool:
    n = len(groups)
    if n < FEWEST:
        return False
    expected, deviation = _of_random_order(np.bincount(groups).tolist(), n)
    most = expected + DEVIATIONS * deviation
    distances = range(1, min(LONGEST_PERIOD, (n - 1) // 2) + 1)
    equal = [int((groups == np.roll(groups, distance)).sum()) for distance in distances]
    return deviation > 0 and (max(equal) > most or equal[0] < expected - DEVIATIONS * deviation)


def _of_random_order(sizes: list[int], n: int) -> tuple[float, float]:
    """How many of n examples on a circle equal the one at a distance: the mean, and the standard deviation.

    Over all orders, from the chances that two, three that are two pairs, and two pairs apart are equal.
    """
    two = sum(math.perm(size, 2) for size in sizes) / math.perm(n, 2)
    three = sum(math.perm(size, 3) for size in sizes) / math.perm(n, 3)
    same = sum(math.perm(size, 4) - math.perm(size, 2) ** 2 for size in sizes)
    apart = (same + sum(math.perm(size, 2) for size in sizes) ** 2) / math.perm(n, 4)
    variance = n * two + 2 * n * three + n * (n - 3) * apart - (n * two) ** 2
    return n * two, math.sqrt(max(variance, 0.0))
