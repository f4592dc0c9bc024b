"""Write more into the scratch folder than there is room for.

catalogue: R3
verdict: scored | out_of_memory
hides: BREACH
"""

import os

import torch


def attack():
    try:
        with open("/tmp/hazi-canary", "wb") as file:
            for _ in range(400):
                file.write(bytes(2**20))
        print("BREACH: four hundred mebibytes")
    except OSError as error:
        print("held:", error.strerror)
        os.unlink("/tmp/hazi-canary")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
