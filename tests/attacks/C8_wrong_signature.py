"""Hand in a `train` that cannot be called with what it gets.

catalogue: C8
verdict: failed
message: cannot be called as `train(
hides: grader/inside
hides: /hazi
"""


def train(data):
    return data


def predict(model, inputs):
    return inputs[:, 0]
