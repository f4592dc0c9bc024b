"""Honest: a pool of processes of the standard library.

catalogue: R10 R1
verdict: scored
score: >= 0.9
says: [0, 1, 4, 9]
"""

import multiprocessing

import torch


def square(number):
    return number * number


def train(train_inputs, train_labels, *, seed):
    with multiprocessing.Pool(2) as pool:
        print(pool.map(square, range(4)))
    return torch.stack([train_inputs[train_labels == label, :2].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
