"""Programs as students hand them in to an installation."""

from __future__ import annotations

_TRAINING = """
import torch

def train(train_inputs, train_labels, *, seed, log):
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(train_inputs[0].numel(), 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for epoch in range({epochs}):
        loss = torch.nn.functional.cross_entropy(model(train_inputs.float()), train_labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(epoch=epoch, loss=loss.item())
    return model

def predict(model, inputs):
    return model(inputs.float())
"""


def training(epochs: int) -> str:
    """A small model for the demo's digits, which is the better the longer it is trained."""
    return _TRAINING.format(epochs=epochs)
