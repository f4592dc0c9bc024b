"""A first try: softmax regression. It runs, it learns, and it can be beaten."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

EPOCHS = 10
BATCH = 64


def train(
    train_inputs: Tensor,
    train_labels: Tensor,
    *,
    seed: int,
    valid_inputs: Tensor,
    valid_labels: Tensor,
    log: Callable[..., None],
) -> nn.Module:
    """Learn from pictures (N, 1, 16, 16) and their labels (N,). Whatever is returned goes to `predict`."""
    torch.manual_seed(seed)

    # TODO: each pixel votes on its own here, so a digit that moved by a pixel looks like a new one.
    # Let convolutions look for strokes wherever they are.
    model = nn.Sequential(
        nn.Flatten(),  # (B, 1, 16, 16) -> (B, 256)
        nn.Linear(256, 10),  # -> (B, 10) class scores
    )

    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(1, EPOCHS + 1):
        total = 0.0
        for rows in torch.randperm(len(train_inputs)).split(BATCH):
            loss = functional.cross_entropy(model(train_inputs[rows]), train_labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        right = predict(model, valid_inputs).argmax(1) == valid_labels
        # A point of the live curve on the page of your submission.
        log(epoch=epoch, loss=total / len(train_inputs), accuracy=right.float().mean().item())
    return model


@torch.no_grad()
def predict(model: nn.Module, inputs: Tensor) -> Tensor:
    """Class scores (N, 10) of pictures that the model has never seen."""
    return model(inputs)
