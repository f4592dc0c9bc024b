"""A small convolutional network that tells rockets from cars and airplanes, whichever way they point."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

EPOCHS = 10
BATCH = 64

Log = Callable[..., None]


def block(channels_in: int, channels_out: int) -> nn.Module:
    """Look for patterns, keep the strongest of each 2x2 square: (B, in, H, W) -> (B, out, H/2, W/2)."""
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, kernel_size=3, padding=1, bias=False),
        nn.MaxPool2d(2),  # before what follows, which then has only a quarter of the work
        nn.BatchNorm2d(channels_out),  # every channel starts out with mean 0 and variance 1
        nn.ReLU(),
    )


class SmallNet(nn.Module):
    """Four blocks and one linear layer: about 100 thousand weights."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(block(3, 24), block(24, 48), block(48, 64), block(64, 96))
        self.classify = nn.Linear(96, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x - 0.5)  # (B, 3, 32, 32) -> (B, 96, 2, 2)
        x = x.amax(dim=(2, 3))  # -> (B, 96): it matters what was seen, not where
        return self.classify(x)  # -> (B, 3) class scores


def train(
    train_inputs: Tensor,
    train_labels: Tensor,
    *,
    seed: int,
    device: str,
    valid_inputs: Tensor,
    valid_labels: Tensor,
    log: Log,
) -> nn.Module:
    """Minimise the cross-entropy on ever differently turned pictures."""
    torch.manual_seed(seed)
    train_labels = train_labels.to(device)
    # Channels last: the colours of a pixel lie side by side in memory, which convolutions like.
    model = SmallNet().to(device, memory_format=torch.channels_last)
    train_inputs = train_inputs.to(device, memory_format=torch.channels_last)
    steps = EPOCHS * -(-len(train_inputs) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=steps)
    for epoch in range(1, EPOCHS + 1):
        model.train()
        total = 0.0
        for rows in torch.randperm(len(train_inputs)).to(device).split(BATCH):
            loss = functional.cross_entropy(model(turn(train_inputs[rows])), train_labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        guess = predict(model, valid_inputs).argmax(1)
        accuracy = (guess == valid_labels).float().mean().item()
        log(epoch=epoch, loss=total / len(train_inputs), accuracy=accuracy)
    return model


def turn(pictures: Tensor) -> Tensor:
    """The batch turned by a quarter and mirrored at random: a rocket is a rocket in every pose."""
    pictures = pictures.rot90(int(torch.randint(4, ())), dims=(2, 3))
    return pictures.flip(3) if torch.rand(()) < 0.5 else pictures


@torch.no_grad()
def predict(model: nn.Module, inputs: Tensor) -> Tensor:
    """Class scores (N, 3) of the pictures (N, 3, 32, 32)."""
    model.eval()
    device = next(model.parameters()).device
    return torch.cat([model(batch.to(device)).cpu() for batch in inputs.split(256)])
