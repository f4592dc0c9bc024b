"""The three functions as they should be."""

import math

import torch
from torch import Tensor


def relu(x: Tensor) -> Tensor:
    return x.clamp(min=0)


def softmax(x: Tensor, dim: int = -1) -> Tensor:
    raised = (x - x.amax(dim, keepdim=True)).exp()  # the largest exponent is 0, so nothing overflows
    return raised / raised.sum(dim, keepdim=True)


def glorot_uniform(fan_in: int, fan_out: int) -> Tensor:
    limit = math.sqrt(6 / (fan_in + fan_out))
    return torch.empty(fan_in, fan_out).uniform_(-limit, limit)
