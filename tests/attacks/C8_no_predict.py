"""Hand in a module without a function to predict with.

catalogue: C8
verdict: failed
message: no function `predict(
hides: grader/inside
hides: /hazi
"""


def train(train_inputs, train_labels, *, seed):
    return None
