"""Keep every core busy with 64 threads, while an honest run trains beside it.

catalogue: R7
verdict: scored
says: held
wall: 10s
beside: honest
"""

import hashlib
import threading
import time

import torch


def attack():
    start, before = time.monotonic(), time.process_time()
    end = start + 2

    def burn():
        while time.monotonic() < end:
            hashlib.sha256(bytes(2**20)).digest()

    threads = [threading.Thread(target=burn) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cores = (time.process_time() - before) / (time.monotonic() - start)
    print("held:" if cores < 1.4 else "BREACH:", round(cores, 2), "cores of 1")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
