"""A message of each kind and a report of each kind of homework, as graders send them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from assignments.localized import Localized
from grader.contract import (
    BundleFile,
    CalibrationBin,
    CheckResult,
    ClassCount,
    ClassScore,
    ConfusedPair,
    Curve,
    DataSheet,
    Event,
    EventBatch,
    EventKind,
    GradeJob,
    GradeReport,
    Histogram,
    JobReturn,
    Layer,
    Remark,
    ReturnCause,
    Robustness,
    RunPhase,
    Sample,
    ScoreCard,
    SignedJob,
    StaffNotes,
    Verdict,
    WorkerHello,
    WorkerState,
)

ATTEMPT = "attempt-1"
JOB = GradeJob(ATTEMPT, "digits", "5" * 64, (BundleFile("submission.py", "a" * 64, 74),), 3, "b" * 64)
MESSAGES: Mapping[str, GradeJob | SignedJob | WorkerHello | JobReturn | EventBatch] = {
    "job": JOB,
    "signed_job": SignedJob(ATTEMPT, "0123456789abcdef", '{"attempt_id": "attempt-1"}', "c" * 128),
    "hello": WorkerHello("grader-1", "grade.cpu", 2, {"torch": "2.13.0"}, "p", release="0123456789abcdef"),
    "unfit": WorkerHello("g", "grade.gpu", 1, {}, "p", WorkerState.UNFIT, "the store is away", "0" * 16),
    "return": JobReturn(ATTEMPT, "grader-1", ReturnCause.STORE, "the store cannot be read"),
    "events": EventBatch(
        ATTEMPT,
        "grader-1",
        (
            Event(0, 1793527200.5, EventKind.STARTED, "grader-1", {}),
            Event(1, 1793527201.0, EventKind.PHASE, RunPhase.TRAIN, {}),
            Event(2, 1793527201.1, EventKind.LOG, "1. korszak: ő\n", {}),
            Event(3, 1793527201.2, EventKind.POINT, "", {"epoch": 1, "loss": math.nan}),
            Event(4, 1793527206.2, EventKind.HEARTBEAT, "", {}),
        ),
        process="p",
    ),
}

LAYERS = (Layer("conv1", "Conv2d", 416, 0.1, 0.58, 0.02), Layer("relu", "ReLU", 0, dead=0.5))
CURVE = Curve("0", (0.0, 0.25, 1.0), (0.0, 1.0, 1.0), 0.875)
CLASSES = ("0", "1")


def _classification(score: float) -> ScoreCard:
    """Of a network that never says 1, so that a precision is not known."""
    return ScoreCard(
        points=10 * score,
        score=score,
        metrics={"accuracy": score, "accuracy_low": 0.25, "accuracy_high": 0.75, "log_loss": math.inf},
        per_class=(
            ClassScore("0", 0.5, 1.0, 0.75, 5, 5, 0, 5, 0),
            ClassScore("1", math.nan, 0.0, math.nan, 5, 0, 5, 0, 5),
        ),
        confusion_matrix=((5, 0), (5, 0)),
        size=10,
        confused=(ConfusedPair("1", "0", 5, 1.0),),
        calibration=(CalibrationBin(0.875, 0.5, 10),),
        roc=(CURVE,),
        precision_recall=(CURVE,),
    )


def _checked() -> ScoreCard:
    passed = CheckResult("softmax", 1, 1, passed=True, text=Localized("It holds.", "Teljesül."))
    wrong = Localized("softmax([1, 2]): the result differs", "softmax([1, 2]): az eredmény eltér")
    return ScoreCard(
        points=1.0,
        score=0.5,
        metrics={"checks": 0.5},
        per_class=(),
        confusion_matrix=(),
        size=2,
        checks=(passed, CheckResult("gradient", 0.0, 1.0, passed=False, text=wrong)),
    )


def _report(public: ScoreCard | None, private: ScoreCard | None = None, **further: object) -> GradeReport:
    told = {
        "attempt_id": ATTEMPT,
        "verdict": Verdict.SCORED,
        "message": "Scored: accuracy 0.5000.",
        "message_hu": "Értékelve: pontosság 0,5000.",
        "public": public,
        "private": private,
        "seed": 3,
        "timings": {"fetch": 0.125, "score": 0.5, "total": 1},
        "memory_mib": 300.5,
        "versions": {"python": "3.11.9", "torch": "2.13.0", "hazi": "0.1.0", "data": "d" * 64},
    }
    return GradeReport(**(told | further))  # type: ignore[arg-type]


REPORTS: Mapping[str, GradeReport] = {
    "code": _report(
        _classification(0.5),
        _classification(0.25),
        classes=CLASSES,
        metric="accuracy",
        focus="1",
        device="cuda:0",
        gpu_memory_mib=812.0,
        layers=LAYERS,
        findings=(Localized("Gradients shrink 40-fold.", "A gradiens 40× kisebb."),),
        notices=(Localized("Two lines were left out.", "Két sor kimaradt."),),
        staff=StaffNotes(
            Robustness(0.03, 0.25, 0.125), (Remark("table", "A table of numbers.", "Egy számtáblázat."),)
        ),
    ),
    "model": _report(
        _classification(0.5), _classification(0.5), classes=CLASSES, metric="accuracy", layers=LAYERS
    ),
    "functions": _report(_checked(), _checked(), metric="checks", detail="raised in softmax"),
    "dataset": _report(
        _checked(),
        _checked(),
        metric="checks",
        sheet=DataSheet(
            (ClassCount("cat", 80, 10, 10), ClassCount("dog", 8, 1, 1)),
            (Histogram("", 0.0, 255.0, 127.5, 0, (3, 0, 7)), Histogram("age", -1, 1e12, 30.5, 2, (1, 2))),
            (Sample("cat", 2, 1, 1, "AP8="), Sample("dog", 1, 1, 3, "AP8A")),
        ),
    ),
    "predictions": _report(
        ScoreCard(9.5, 0.95, {"r2": 0.95, "rmse": math.nan}, (), (), 40),
        ScoreCard(9.0, 0.9, {"r2": 0.9, "rmse": 1.5}, (), (), 60),
        metric="r2",
    ),
    "failed": _report(
        None,
        verdict=Verdict.FAILED,
        message="Your code raised an exception. The traceback is shown below.",
        message_hu="A kód kivételt dobott. A hibakövetés alább látható.",
        detail="ZeroDivisionError: division by zero\n",
        classes=CLASSES,
        metric="accuracy",
        memory_mib=math.nan,
    ),
    "practised": _report(_classification(0.5), classes=CLASSES, metric="accuracy"),
}
