"""Kind `code`: the student's code trains a model, which predicts held-out labels."""
