"""Kind `functions`: each check is one call in the box, compared out here with the reference.

Visible checks come first. Once a hidden input was sent, nothing that the box prints or says is passed on. A
call that crashes or hangs costs its own check: the ones behind it go to a fresh box, while there is time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from assignments.localized import Localized
from grader.contract import CheckResult, GradeReport, RunPhase, ScoreCard, Verdict
from grader.files import main_file, notebook, unpack
from grader.kinds.attempt import Attempt
from grader.kinds.functions import expecting
from grader.kinds.functions.calling import ForgedAnswerError, pack_call, read_answer
from grader.kinds.functions.preparing import checks_drawn_from, checks_of
from grader.kinds.outer import Checks, OuterHalf
from grader.prepared_check import PreparedCheck
from grader.run import Run, RunEndedError, refuse_if_killed_from_outside
from grader.sandbox.box import BoxEndedError
from grader.sentences import SENTENCES, say

MOST_BOXES = 4
PATIENCE_S = 1.0  # beyond the time of a call, which the box itself should end


def grade(attempt: Attempt) -> GradeReport:
    """Make the calls and score what came back."""
    named = main_file.named(attempt.contents)
    joined = notebook.joined(named)
    attempt.notices += (*named.notices, *joined.notices)
    unpack.check_source(joined.contents)
    calls = _Calls(attempt, joined.contents, joined.cells)
    calls.make()
    with attempt.clock.timed(RunPhase.SCORE):
        results = [
            (one, calls.failures.get(one.check.name, say("check_not_reached"))) for one in calls.prepared
        ]
        total = attempt.material.assignment.score.points
        public = score_card([pair for pair in results if pair[0].check.visible], total)
        return attempt.draft.checked(public, score_card(results, total), detail=calls.detail)


@dataclass(slots=True)
class _Calls:
    """All calls of an attempt. `failures` has for each check that was made what does not hold, or None."""

    attempt: Attempt
    contents: unpack.Contents
    cells: tuple[tuple[int, int], ...] = ()
    prepared: tuple[PreparedCheck, ...] = ()
    failures: dict[str, Localized | None] = field(default_factory=dict)
    detail: str = ""  # the traceback of the first visible call that raised
    until: float = 0.0

    def make(self) -> None:
        """Raises RunEndedError where the student's file cannot even be loaded."""
        for number in range(MOST_BOXES):
            with self.attempt.run() as run:
                run.cells = self.cells
                try:
                    self._load(run)
                except RunEndedError:
                    if number:  # it could be loaded before: what was reached counts
                        return
                    raise
                self._call_in(run)
            if len(self.failures) == len(self.prepared) or time.monotonic() >= self.until:
                return

    def _load(self, run: Run) -> None:
        self.prepared = run.start(self.contents, lambda: checks_of(self.attempt.material))
        self.until = run.until = self.until or run.until
        with run.answering(), run.clock.timed(RunPhase.START):
            run.send_job()
            if run.ask(1) != b"T":
                raise RunEndedError(Verdict.BAD_OUTPUT, "forged")

    def _call_in(self, run: Run) -> None:
        left = [one for one in self.prepared if one.check.name not in self.failures]
        with run.clock.timed(RunPhase.PREDICT):
            for one in sorted(left, key=lambda one: not one.check.visible):
                if not one.check.visible:
                    run.hush()
                try:
                    self.failures[one.check.name] = self._failure(run, one)
                except BoxEndedError as ended:
                    refuse_if_killed_from_outside(ended)
                    self.failures[one.check.name] = say(f"box_{ended.ending}")
                    return

    def _failure(self, run: Run, one: PreparedCheck) -> Localized | None:
        """What does not hold of one call, in words for the student. Raises BoxEndedError."""
        functions = run.material.assignment.rules.functions
        seconds = functions.call.total_seconds() if functions else 0.0
        check = one.check
        settings = {"seed": run.seed, "seconds": seconds}
        outgoing = pack_call(
            check.function, check.args, check.keywords, weights=one.weights, settings=settings
        )
        until = min(self.until, time.monotonic() + seconds + PATIENCE_S)
        run.box.exchange(outgoing, 0, until=until)
        try:
            answer = read_answer(lambda size: run.box.exchange(b"", size, until=until))
        except ForgedAnswerError as error:
            raise RunEndedError(Verdict.BAD_OUTPUT, "forged") from error
        code, detail = run.failure_of_call()
        if answer is None:
            return self._raised(code, detail)
        return expecting.failure(check, answer, one.expected)

    def _raised(self, code: str, detail: str) -> Localized:
        """A call that gave no result; of hidden ones the box could say nothing."""
        self.detail = self.detail or (detail if code == "raised" else "")
        last = detail.strip().rpartition("\n")[2][:200]
        return say(f"call_{code}" if f"call_{code}" in SENTENCES else "call_raised", last=last)


def score_card(results: Sequence[tuple[PreparedCheck, Localized | None]], total: float) -> ScoreCard:
    """The numbers of these checks: together they are worth all points of the assignment."""
    weight = sum(one.check.points for one, _ in results)
    checks = tuple(_result(one, failure, total / weight) for one, failure in results)
    share = sum(one.check.points for one, failure in results if failure is None) / weight
    return ScoreCard(
        points=round(total * share, 2),
        score=share,
        metrics={"checks": share},
        per_class=(),
        confusion_matrix=(),
        size=len(checks),
        checks=checks,
    )


def _result(one: PreparedCheck, failure: Localized | None, scale: float) -> CheckResult:
    check, worth = one.check, round(one.check.points * scale, 2)
    passed = failure is None
    if not check.visible:
        text = say("hidden_passed" if passed else "hidden_failed")
    elif failure is None:
        text = say("check_passed")
    else:
        text = say("check_failed", call=expecting.shown_call(check), failure=failure)
    return CheckResult(check.name, worth if passed else 0.0, worth, passed, text)


KIND = OuterHalf(grade, checks=Checks(checks_of, checks_drawn_from))
