"""Ask the cloud's metadata service for credentials.

catalogue: I9
verdict: scored
says: held
"""

import socket

import torch


def attack():
    for family, address in ((socket.AF_INET, "169.254.169.254"), (socket.AF_INET6, "fd00:ec2::254")):
        with socket.socket(family) as client:
            client.settimeout(1)
            connected = client.connect_ex((address, 80)) == 0
            print("BREACH: reached" if connected else "held", address)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
