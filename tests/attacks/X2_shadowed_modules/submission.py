"""Bring files that are called like modules the harness needs.

catalogue: X2
verdict: scored
says: held
"""

import json
import struct

import numpy
import torch

import grader.inside.pipes


def train(train_inputs, train_labels, *, seed):
    files = [module.__file__ for module in (json, struct, numpy, torch, grader.inside.pipes)]
    print("BREACH:" if any(file.startswith("/box") for file in files) else "held", files)


def predict(model, inputs):
    return torch.zeros(len(inputs))
