"""Answer once more after the predictions are out.

catalogue: C2
verdict: bad_output
"""

import os
import time

import torch


def write_everywhere(message):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, message)
        except OSError:
            continue


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        if os.fork() == 0:
            time.sleep(0.3)
            write_everywhere(b"Z")
            os._exit(0)
        os._exit = lambda code: time.sleep(1)
    return torch.zeros(len(inputs))
