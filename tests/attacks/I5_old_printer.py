"""Let a process and a thread that were started while training print what predicting finds.

catalogue: I5
verdict: scored
hides: SECRET
"""

import os
import threading

import torch

found = threading.Event()
kept = []


def print_when_found():
    found.wait(20)
    os.write(1, f"SECRET {kept}\n".encode())


def train(train_inputs, train_labels, *, seed):
    threading.Thread(target=print_when_found, daemon=True).start()
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(writing)
        while chunk := os.read(reading, 4096):
            os.write(1, b"SECRET" + chunk + b"\n")
        os._exit(0)
    return writing


def predict(model, inputs):
    if inputs[:, 2].any():
        kept.extend(inputs[:, 2].tolist())
        found.set()
        os.write(model, repr(kept).encode())
        os.close(model)
    return torch.zeros(len(inputs))
