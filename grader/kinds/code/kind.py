"""Kind `code`: the student's code trains a model in the box and predicts the held-out labels with it."""

from __future__ import annotations

from grader.contract import GradeReport, RunPhase, Verdict
from grader.files import main_file, notebook, unpack
from grader.kinds.attempt import Attempt
from grader.kinds.outer import OuterHalf
from grader.run import Run, RunEndedError
from grader.scoring import remarks
from grader.wire import Predictions


def grade(attempt: Attempt) -> GradeReport:
    """Train, predict, and score what was predicted."""
    named = main_file.named(attempt.contents)
    joined = notebook.joined(named)
    contents = joined.contents
    attempt.notices += (*named.notices, *joined.notices)
    unpack.check_source(contents)
    with attempt.run() as run:
        run.cells = joined.cells
        claimed = _claim(run, contents)
    with attempt.clock.timed(RunPhase.SCORE):
        report = attempt.draft.scored(claimed)
        seen = (*remarks.of_training(attempt.clock), *remarks.of_files(contents.files))
        return remarks.added(report, seen)


def _claim(run: Run, contents: unpack.Contents) -> Predictions:
    """What the student's code says the held-out labels are."""
    # The first time, torch is imported to load the data, while the box does the same.
    data = run.start(contents, lambda: run.material.data)
    with run.answering():
        with run.clock.timed(RunPhase.TRAIN):
            run.send_job(data.known)
            if run.ask(1) != b"T":
                raise RunEndedError(Verdict.BAD_OUTPUT, "forged")
        with run.clock.timed(RunPhase.PREDICT):
            return run.predictions(data)


KIND = OuterHalf(grade)
