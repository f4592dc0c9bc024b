"""Predict an array of objects.

catalogue: C7
verdict: bad_output
"""

import numpy


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    return numpy.array([object()] * len(inputs))
