"""Predict whole numbers of a million digits.

catalogue: C7
verdict: bad_output | failed
"""


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    return [10**1_000_000] * len(inputs)
