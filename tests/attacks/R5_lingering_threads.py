"""Leave threads and exit handlers behind that never end.

catalogue: R5 C1
verdict: scored
"""

import atexit
import threading
import time

import torch


def attack():
    atexit.register(time.sleep, 60)
    threading.Thread(target=time.sleep, args=(60,)).start()


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
