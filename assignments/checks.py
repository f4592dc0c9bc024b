"""What `checks.py` of a `functions` assignment is written with: calls, and what must hold of their results.

```python
from assignments.checks import Between, Check, Gradients, Shape, Values, Variance
from assignments.draws import Draws


def load(draws: Draws) -> list[Check]:
    x = torch.from_numpy(draws.held_out("x").standard_normal((4, 10), dtype=np.float32))
    return [
        Check("relu", "relu", (torch.tensor([-1.0, 0.0, 2.0]),), visible=True),
        Check("softmax and its gradient", "softmax", (x,), expect=(Values(), Gradients()), points=2),
        Check("glorot_uniform", "glorot_uniform", (300, 200), expect=(Shape(300, 200), Variance(0.004))),
    ]
```

The calls are made in the sandbox; what comes back is compared outside
with the reference, which never enters it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Values:
    """Equal to the reference's result: the same shape, and |got - expected| <= atol + rtol * |expected|."""

    rtol: float = 1e-5
    atol: float = 1e-7


@dataclass(frozen=True, slots=True)
class Gradients:
    """Equal to the reference's gradients by each float tensor among the arguments.

    What is differentiated is the sum of the result times fixed random numbers: the plain sum of a softmax,
    for one, has no gradient at all.
    """

    rtol: float = 1e-4
    atol: float = 1e-6


@dataclass(frozen=True, slots=True, init=False)
class Shape:
    """Of exactly this shape: `Shape(4, 10)`; `Shape()` is a single number."""

    sizes: tuple[int, ...]

    def __init__(self, *sizes: int) -> None:
        object.__setattr__(self, "sizes", sizes)


@dataclass(frozen=True, slots=True)
class Dtype:
    """Of this type, by its NumPy name: `float32`, `int64`, `bool`."""

    name: str


@dataclass(frozen=True, slots=True)
class Between:
    """No value below `low` or above `high`, and none that is NaN."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of all values: |mean - value| <= atol."""

    value: float
    atol: float


@dataclass(frozen=True, slots=True)
class Variance:
    """The variance of all values: |variance - value| <= rtol * value."""

    value: float
    rtol: float = 0.1


@dataclass(frozen=True, slots=True)
class Holds:
    """A rule of your own on the result as a NumPy array; the sentences say what does not hold."""

    test: Callable[[Any], bool]
    en: str  # "some rows do not sum to 1"
    hu: str


Expectation: TypeAlias = Values | Gradients | Shape | Dtype | Between | Mean | Variance | Holds


@dataclass(frozen=True, slots=True)
class Check:
    """One call of a student's function. It passes when everything expected of it holds.

    Arguments are torch tensors, numbers, texts, None, and lists or tuples of them. `like` is what is compared
    with: the function of the same name in `reference/submission.py` unless another is given. Of a visible
    check students see the call and what does not hold; of the others only that a hidden check failed.
    """

    name: str
    function: str
    args: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
    expect: tuple[Expectation, ...] = (Values(),)
    points: float = 1.0  # in proportion to those of the other checks
    visible: bool = False
    like: Callable[..., Any] | None = None
