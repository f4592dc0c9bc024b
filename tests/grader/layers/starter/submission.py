"""Write the three functions. One of them is done."""

import torch
from torch import Tensor


def relu(x: Tensor) -> Tensor:
    """max(0, x), value by value."""
    return x.clamp(min=0)


def softmax(x: Tensor, dim: int = -1) -> Tensor:
    """exp(x) divided by its sum along `dim`."""
    raise NotImplementedError


def glorot_uniform(fan_in: int, fan_out: int) -> Tensor:
    """A matrix (fan_in, fan_out) drawn uniformly between -l and l, l = sqrt(6 / (fan_in + fan_out))."""
    return torch.zeros(fan_in, fan_out)
