"""Draw what must never repeat: keys, identifiers and names of files.

catalogue: X6
verdict: scored
runs: 2
differs: drawn
"""

import os
import random
import secrets
import tempfile
import uuid

import numpy
import torch


def attack():
    print("drawn for keys", secrets.token_hex(8))
    print("drawn by the system", random.SystemRandom().random(), os.urandom(4).hex())
    print("drawn for names", uuid.uuid4(), tempfile.mktemp())
    print("drawn without a seed", random.Random().random(), numpy.random.default_rng().random())
    print("drawn by torch", torch.Generator().seed())


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
