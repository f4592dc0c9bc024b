"""Small networks and how they are trained, for tests of what is seen in them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

Forward = Callable[[Tensor], Tensor]


def inputs(count: int = 64) -> Tensor:
    """Numbers of mean 0 and deviation 1."""
    return torch.randn(count, 16, generator=torch.Generator().manual_seed(1))


def mlp(activation: Callable[[], nn.Module] = nn.ReLU, *, depth: int = 2, width: int = 16) -> nn.Sequential:
    """16 inputs, `depth` hidden layers of the same width, three outputs."""
    widths = [16, *[width] * (depth - 1)]
    hidden = [layer for before in widths for layer in (nn.Linear(before, width), activation())]
    return nn.Sequential(*hidden, nn.Linear(width, 3))


def step(forward: Forward, optimizer: torch.optim.Optimizer, data: Tensor) -> None:
    """One step of training towards labels that mean nothing."""
    loss = functional.cross_entropy(forward(data), torch.arange(len(data)) % 3)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def train(model: nn.Module, *, steps: int = 3, lr: float = 0.1) -> None:
    """A few steps of gradient descent."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        step(model, optimizer, inputs())
