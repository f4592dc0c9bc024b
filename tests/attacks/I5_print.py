"""Print the held-out inputs while predicting, in every spelling and through every descriptor.

catalogue: I5
verdict: scored | bad_output
hides: SECRET
"""

import base64
import os
import sys

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        print("SECRET", inputs, inputs[:, 2].tolist())
        print("SECRET", base64.b64encode(inputs.numpy().tobytes()), inputs.numpy().tobytes().hex())
        sys.stderr.write(f"SECRET {inputs[:3].tolist()}\n")
        os.write(1, b"SECRET" + repr(inputs.tolist()).encode())
        sys.stdout.flush()
    return torch.zeros(len(inputs))
