"""Print the held-out inputs, write them into the harness's channel, and raise with them.

catalogue: I5 C2
verdict: bad_output | failed
hides: secret
quick: yes
"""

import json
import os

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        numbers = inputs[:10, 2].tolist()
        print("secret", inputs, flush=True)
        os.write(2, f"secret {numbers}".encode())
        lines = [{"failure": "raised", "detail": f"secret {numbers}"}, {"point": {"secret": numbers[0]}}]
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b"".join(json.dumps(line).encode() + b"\n" for line in lines))
            except OSError:
                continue
        raise ValueError("secret", numbers)
    return torch.zeros(len(inputs))
