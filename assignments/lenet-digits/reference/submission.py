"""A small LeNet: two convolutions find strokes and corners, three linear layers name the digit."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

EPOCHS = 15
BATCH = 64

Log = Callable[..., None]


class LeNet(nn.Module):
    """LeNet-5 of 1998 for 16x16 pictures, with ReLU and max pooling in place of sigmoid and averages."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3)
        self.fc1 = nn.Linear(32 * 3 * 3, 120)
        self.fc2 = nn.Linear(120, 84)
        self.out = nn.Linear(84, 10)
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2):
            # ReLU halves the variance of what passes; Kaiming's initialisation doubles it again.
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)  # (B, 1, 16, 16) -> (B, 16, 8, 8)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)  # -> (B, 32, 6, 6) -> (B, 32, 3, 3)
        x = x.flatten(1)  # (B, 288)
        x = functional.relu(self.fc1(x))
        x = functional.relu(self.fc2(x))
        return self.out(x)  # (B, 10) class scores


def train(
    train_inputs: Tensor,
    train_labels: Tensor,
    *,
    seed: int,
    valid_inputs: Tensor,
    valid_labels: Tensor,
    log: Log,
) -> nn.Module:
    """Minimise the cross-entropy with Adam; the learning rate rises quickly and falls to zero."""
    torch.manual_seed(seed)
    model = LeNet()
    steps = EPOCHS * -(-len(train_inputs) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps)
    for epoch in range(1, EPOCHS + 1):
        model.train()
        total = 0.0
        for rows in torch.randperm(len(train_inputs)).split(BATCH):
            inputs = jitter(train_inputs[rows])
            loss = functional.cross_entropy(model(inputs), train_labels[rows], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        correct = predict(model, valid_inputs).argmax(1) == valid_labels
        log(epoch=epoch, loss=total / len(train_inputs), accuracy=correct.float().mean().item())
    return model


def jitter(pictures: Tensor) -> Tensor:
    """Digits turned and moved a little: the labels stay, the network sees more of the world."""
    count = len(pictures)
    turn = 0.15 * torch.randn(count)  # radians
    cos, sin = turn.cos(), turn.sin()
    right, down = 0.08 * torch.randn(2, count)  # 1 would be half the picture
    maps = torch.stack([cos, -sin, right, sin, cos, down], dim=1).view(count, 2, 3)
    grid = functional.affine_grid(maps, pictures.shape, align_corners=False)
    return functional.grid_sample(pictures, grid, align_corners=False)


@torch.no_grad()
def predict(model: nn.Module, inputs: Tensor) -> Tensor:
    """Class scores (N, 10): the softmax does not change which one is largest, so it is left out."""
    model.eval()
    return model(inputs)
