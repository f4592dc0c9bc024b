"""Whether a public score lies further above the private one than chance explains."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

COMPARED = ("accuracy", "subset_accuracy", "hamming_accuracy")
"""Means over examples of something between 0 and 1: for these the formula holds."""
MOST_ERRORS = 3.0  # by chance alone one score in 740 lies this far above


@dataclass(frozen=True, slots=True)
class ShareMean:
    """A mean over the examples of one share."""

    score: float  # in [0, 1]
    size: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A measure on both shares, and by how many standard errors the public one lies above."""

    key: str
    public: float
    private: float = field(repr=False)
    errors: float


def standard_errors(public: ShareMean, private: ShareMean) -> float:
    """The difference of two means over independent examples, in standard errors of it.

    z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2)) with the pooled share p (NIST/SEMATECH e-Handbook of
    Statistical Methods, section 7.3.3). The variance of what lies between 0 and 1 is at most p (1 - p)
    (Bhatia and Davis, 2000), so that of other means than accuracies too few are found, never too many.
    """
    total = public.size + private.size
    if not public.size or not private.size:
        return 0.0
    pooled = (public.score * public.size + private.score * private.size) / total
    variance = pooled * (1 - pooled) * (1 / public.size + 1 / private.size)
    return (public.score - private.score) / math.sqrt(variance) if variance > 0 else 0.0


def gap(
    public: Mapping[str, float], private: Mapping[str, float], public_size: int, private_size: int
) -> Gap | None:
    """What there is to say about the measures of both shares; mostly nothing."""
    for key in COMPARED:
        above, below = public.get(key), private.get(key)
        if above is None or below is None:
            continue
        errors = standard_errors(ShareMean(above, public_size), ShareMean(below, private_size))
        return Gap(key, above, below, errors) if errors > MOST_ERRORS else None
    return None
