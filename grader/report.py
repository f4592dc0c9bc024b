"""Verdict and numbers become a report, with its sentences in both languages."""

from __future__ import annotations

import functools
import importlib.metadata
import platform
from dataclasses import dataclass, field, replace

import numpy as np
import structlog

from assignments.kinds import Kind
from assignments.localized import Localized
from assignments.scoring import METRIC_NAMES
from grader.contract import GradeReport, Robustness, ScoreCard, StaffNotes, Verdict
from grader.material import Material
from grader.run import RunEndedError
from grader.scoring import shares
from grader.scoring.disclosure import coarse
from grader.sentences import SENTENCES, RefusedError, say
from grader.sentences.runs import PLAIN
from grader.wire import Predictions

log = structlog.get_logger()
LIBRARIES = ("torch", "numpy", "scikit-learn", "hazi")


@dataclass(frozen=True, slots=True)
class Draft:
    """What every report of a job says, however it ends."""

    attempt_id: str = field(repr=False)
    material: Material
    seed: int
    device: str

    def scored(self, claimed: Predictions) -> GradeReport:
        """The report of predictions that can be scored."""
        rows = len(self.material.data.held_out_labels)
        clean, perturbed = _part(claimed, slice(None, rows)), _part(claimed, slice(rows, None))
        public, private = self._cards(clean)
        code = "scored" if private else "practised"
        metric = self.material.assignment.score.metric
        text = say(code, metric=METRIC_NAMES[metric], score=_with_comma(f"{public.score:.4f}"))
        report = self._report(Verdict.SCORED, text, public=public, private=private)
        return replace(report, staff=StaffNotes(self._robustness(clean, perturbed)))

    def checked(self, public: ScoreCard, private: ScoreCard, *, detail: str) -> GradeReport:
        """The report of functions that were called and compared with the reference."""
        passed = sum(check.passed for check in public.checks)
        values = {"passed": passed, "total": len(public.checks)}
        if practice := self.material.practice:
            text = say("checks_practised", **values, untried=practice.untried)
            return self._report(Verdict.SCORED, text, detail=detail, public=public)
        return self._report(
            Verdict.SCORED, say("checked", **values), detail=detail, public=public, private=private
        )

    def well_formed(self, rows: int) -> GradeReport:
        """The report of a table that only a hand-in can score."""
        return self._report(Verdict.SCORED, say("well_formed", rows=rows))

    def refused(self, refusal: RefusedError) -> GradeReport:
        """The report of files that were not run."""
        return self._report(Verdict.REJECTED, say("rejected", problem=refusal.text), detail=refusal.detail)

    def ended(self, ended: RunEndedError) -> GradeReport:
        """The report of a run without predictions."""
        return self._report(ended.verdict, self._worded(ended), detail=ended.detail)

    def _worded(self, ended: RunEndedError) -> Localized:
        """The sentence of a run, or the plain one of its verdict where it cannot be put together."""
        assignment = self.material.assignment
        classes = len(assignment.data.classes)
        values = {"classes": classes, "last_class": classes - 1} | ended.values
        try:
            if "phase" in values:
                values["phase"] = say(_of_kind(assignment.kind, f"phase_{values['phase']}"))
            return say(_of_kind(assignment.kind, ended.code), **values)
        except (LookupError, ValueError, TypeError, AttributeError):
            log.exception("report_not_worded", attempt_id=self.attempt_id, code=ended.code)
            return PLAIN[ended.verdict]

    def _cards(self, claimed: Predictions) -> tuple[ScoreCard, ScoreCard | None]:
        """The numbers of the public and of the private share; there is none where a student practises."""
        material, truth = self.material, self.material.data.held_out_labels
        if material.practice:
            return shares.score_card(truth, claimed, material.assignment, seed=self.seed), None
        task, seed = material.assignment.data.task, f"{material.version}:{material.held_out_key}"
        parts = shares.shares(truth, material.assignment.score, seed, task)
        public, private = (
            shares.score_card(truth[part], _part(claimed, part), material.assignment, seed=self.seed)
            for part in parts
        )
        if material.assignment.kind.traits.leaks_little:
            public = coarse(public, material.assignment.score)
        return public, private

    def _robustness(self, clean: Predictions, perturbed: Predictions) -> Robustness | None:
        """The metric on all held-out examples without and with noise, where it was asked for."""
        data = self.material.data
        if data.perturbed is None:
            return None
        without, with_noise = (
            shares.score_of(data.held_out_labels, claimed, self.material.assignment, seed=self.seed)
            for claimed in (clean, perturbed)
        )
        return Robustness(self.material.assignment.data.perturbation, without, with_noise)

    def _report(
        self,
        verdict: Verdict,
        text: Localized,
        *,
        detail: str = "",
        public: ScoreCard | None = None,
        private: ScoreCard | None = None,
    ) -> GradeReport:
        assignment = self.material.assignment
        return GradeReport(
            attempt_id=self.attempt_id,
            verdict=verdict,
            message=text.en,
            message_hu=text.hu,
            detail=detail,
            classes=assignment.data.classes,
            metric=assignment.score.metric,
            focus=assignment.score.focus,
            public=public,
            private=private,
            seed=self.seed,
            device=self.device,
            versions=versions() | {"data": self.material.identity},
        )


def _of_kind(kind: Kind, key: str) -> str:
    """The key of a sentence about this kind of homework, or of the usual one."""
    own = f"{kind}_{key}"
    return own if own in SENTENCES else key


def _with_comma(number: str) -> Localized:
    return Localized(number, number.replace(".", ","))


@functools.cache
def _installed() -> tuple[tuple[str, str], ...]:
    return tuple((name, importlib.metadata.version(name)) for name in LIBRARIES)


def versions() -> dict[str, str]:
    """The versions that a result may depend on."""
    return {"python": platform.python_version()} | dict(_installed())


def _part(claimed: Predictions, part: shares.Indices | slice) -> Predictions:
    scores = None if claimed.scores is None else np.asarray(claimed.scores[part])
    return Predictions(claimed.labels[part], scores)
