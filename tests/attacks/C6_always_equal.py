"""Predict an object that is equal to everything.

catalogue: C6
verdict: bad_output
"""


class Everything:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __len__(self):
        return 150


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    return Everything()
