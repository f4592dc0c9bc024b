"""Honest: tensors that several processes share, through /dev/shm.

catalogue: R10 R3
verdict: scored
score: >= 0.9
"""

import torch
import torch.multiprocessing


def fill(tensor):
    tensor.fill_(1)


def train(train_inputs, train_labels, *, seed):
    shared = torch.zeros(3_000_000).share_memory_()
    worker = torch.multiprocessing.get_context("fork").Process(target=fill, args=(shared,))
    worker.start()
    worker.join()
    assert shared.sum() == 3_000_000
    return torch.stack([train_inputs[train_labels == label, :2].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
