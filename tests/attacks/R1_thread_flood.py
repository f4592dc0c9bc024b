"""Start threads until one cannot be started.

catalogue: R1
verdict: scored | out_of_memory
says: held
"""

import threading

import torch


def attack():
    over = threading.Event()
    threads = [threading.Thread(target=over.wait, args=(20,), daemon=True) for _ in range(3000)]
    try:
        for count, thread in enumerate(threads):
            thread.start()
        print("BREACH: three thousand threads")
    except RuntimeError as error:
        print("held:", error, "after", count)
    over.set()


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
