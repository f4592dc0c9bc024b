"""Kind `dataset` in the box: the student's data are read and counted, and nothing of them is run."""

from grader.kinds.dataset.inside.facts import serve  # noqa: F401 - what grader/inside/main.py calls
