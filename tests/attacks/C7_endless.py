"""Predict a list that never ends.

catalogue: C7
verdict: bad_output | failed | timed_out | out_of_memory
wall: 3s
"""


class Endless:
    def __len__(self):
        return 2**40

    def __getitem__(self, index):
        return 0


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    return Endless()
