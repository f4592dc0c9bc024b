"""Made-up reports, as view models: scored, failed, of each kind of assignment."""

from __future__ import annotations

import base64
import random
from dataclasses import replace
from typing import Any

from grader.contract import (
    CalibrationBin,
    ClassCount,
    ClassScore,
    Curve,
    DataSheet,
    Histogram,
    Layer,
    Robustness,
    Sample,
    ScoreCard,
    Verdict,
)
from server.submissions.report import charts, measures
from server.submissions.report.card import CheckRow, ReportCard, matrix_rows, most_confused
from server.submissions.report.dataset_card import sheet_card
from server.submissions.report.share_gap import Gap
from server.submissions.report.staff_notes import StaffCard

Table = tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]  # classes, and counts by true and predicted class

ROCKETS = (("rakéta", "autó", "repülőgép"), ((15, 3, 8), (4, 23, 1), (9, 2, 19)))
DIGITS = (
    tuple("0123456789"),
    tuple(
        tuple(
            50 - 3 * (row % 4) if row == column else max(0, (row * 7 + column * 3) % 5 - 2)
            for column in range(10)
        )
        for row in range(10)
    ),
)


def scores(classes: tuple[str, ...], counts: tuple[tuple[int, ...], ...]) -> tuple[ClassScore, ...]:
    """The per-class table of a confusion matrix."""
    total = sum(map(sum, counts))
    table = []
    for at, label in enumerate(classes):
        tp, support = counts[at][at], sum(counts[at])
        called = sum(row[at] for row in counts)
        table.append(
            ClassScore(
                label=label,
                precision=tp / called,
                recall=tp / support,
                f1=2 * tp / (called + support),
                support=support,
                tp=tp,
                fn=support - tp,
                fp=called - tp,
                tn=total - support - called + tp,
            )
        )
    return tuple(table)


def report(table_of: Table = DIGITS, *, focus: bool = False, **changes: Any) -> ReportCard:  # noqa: ANN401
    """The report of a run that was scored."""
    classes, counts = table_of
    table = scores(classes, counts)
    hits, total = sum(row.tp for row in table), sum(map(sum, counts))
    metrics = {
        "accuracy": hits / total,
        "balanced_accuracy": 0.93,
        "macro_precision": 0.94,
        "macro_recall": 0.931,
        "macro_f1": sum(row.f1 for row in table) / len(table),
        "weighted_f1": 0.93,
        "log_loss": 0.2134,
        "ece": 0.0312,
        "roc_auc": 0.9951,
        "map": 0.981,
        "recall_at_3": 0.998,
        "accuracy_low": 0.91,
        "accuracy_high": 0.956,
        "precision_rakéta": 0.54,
        "recall_rakéta": 0.58,
        "mean_cost": 0.4123,
        "mean_cost_best_decision": 0.3007,
    }
    card = ReportCard(
        verdict=Verdict.SCORED,
        message="A modelled a nyilvános rész 93%-át jól ismerte fel.",
        detail="",
        points=9.43,
        most=10,
        score=hits / total,
        metric="accuracy",
        interval=measures.interval(metrics, "accuracy"),
        measures=measures.tiles(metrics, "accuracy", ("rakéta",)),
        costs=measures.costs(metrics) if focus else (),
        per_class=table,
        focus=table[0] if focus else None,
        classes=classes,
        matrix=matrix_rows(classes, counts),
        confusions=most_confused(classes, counts),
        size=total,
        curve=tuple(
            {
                "epoch": n,
                "loss": 2.3 * 0.72**n + 0.05,
                "valid_loss": 2.2 * 0.76**n + 0.14,
                "accuracy": 1 - 0.9 * 0.7**n,
            }
            for n in range(1, 16)
        ),
        previous_best=8.91,
        change=0.52,
        timings={
            "fetch": 0.02,
            "unpack": 0.01,
            "start": 0.04,
            "train": 21.3,
            "predict": 0.4,
            "score": 0.05,
            "total": 21.82,
        },
        memory_mib=512.3,
        gpu_memory_mib=0.0,
        device="cpu",
        seed=1234567890,
        versions={
            "python": "3.11.2",
            "torch": "2.13.0",
            "numpy": "2.4.1",
            "hazi": "0.1.0",
            "data": "9f86d081884c7d65",
        },
        command="hazi check lenet-digits submission.py --seed 1234567890",
        calibration=charts.calibration(CALIBRATION),
        lines=charts.lines(*curves(classes)),
        checks=(),
        layers=charts.layer_rows(LENET),
        findings=(
            "A gradiens az utolsó rétegtől az elsőig (conv1) 40× kisebbre csökken: eltűnő gradiens.",
            "Tanítás után a ReLU egységek 57%-a sosem tüzel itt: fc2. Halottak, és már nem tanulnak.",
        ),
        notices=(
            "A jegyzetfüzetből kimaradt 2 sor, amely nem Python: %matplotlib inline, !pip install timm",
        ),
        private=None,
    )
    return replace(card, **changes)


def curves(classes: tuple[str, ...]) -> tuple[tuple[Curve, ...], tuple[Curve, ...]]:
    """ROC and precision-recall curves, each class a little harder than the one before."""
    steps = [step / 100 for step in range(101)]
    powers = [0.08 + 0.04 * at for at in range(len(classes))]
    roc = [
        Curve(label, tuple(steps), tuple(x**power for x in steps), 1 / (1 + power))
        for label, power in zip(classes, powers, strict=True)
    ]
    precision_recall = [
        Curve(label, tuple(steps), tuple(1 - power * x**4 for x in steps), 1 - power / 5)
        for label, power in zip(classes, powers, strict=True)
    ]
    return tuple(roc), tuple(precision_recall)


CALIBRATION = tuple(
    CalibrationBin(confidence, accuracy, size)
    for confidence, accuracy, size in [
        *((0.31, 0.36, 4), (0.44, 0.41, 11), (0.55, 0.47, 18), (0.65, 0.58, 22)),
        *((0.76, 0.66, 37), (0.86, 0.77, 55), (0.975, 0.93, 311)),
    ]
)
LENET = (
    Layer("conv1", "Conv2d", 416, 0.1008, 0.5764, 0.0217, 0.0),
    Layer("conv2", "Conv2d", 4640, 0.0395, 0.7478, 0.1162, 0.0625),
    Layer("fc1", "Linear", 34680, 0.1715, 1.0584, 0.485, 0.2083),
    Layer("fc2", "Linear", 10164, -0.1031, 1.3694, 0.3344, 0.5714),
    Layer("out", "Linear", 850, 0.0117, 0.3656, 0.8388, None),
)


def failure() -> ReportCard:
    """The report of a run that raised."""
    return report(
        verdict=Verdict.FAILED,
        message="A train függvényed kivételt dobott; a hibaüzenet lent olvasható.",
        timings={"fetch": 0.02, "unpack": 0.01, "start": 0.04, "train": 21.3, "total": 21.37},
        detail='Traceback (most recent call last):\n  File "submission.py", line 12, in train\n'
        "    loss = <b>model</b>(x)\n"
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x128 and 256x10)\n",
        points=None,
        score=None,
        **NO_SCORE,
        size=None,
        curve=(),
        layers=(),
        findings=(),
        notices=(),
        previous_best=None,
        change=None,
    )


NO_CLASSES: dict[str, Any] = {
    **dict.fromkeys(("costs", "per_class", "matrix", "confusions", "lines", "classes"), ()),
    "calibration": None,
    "focus": None,
}
NO_SCORE: dict[str, Any] = NO_CLASSES | {"interval": None, "measures": (), "checks": ()}


def regression() -> ReportCard:
    """The report of an assignment whose targets are numbers: no classes, no curves."""
    metrics = {"rmse": 3.41873, "rmse_low": 3.02, "rmse_high": 3.9, "mae": 2.51, "r2": 0.8471}
    return report(
        **NO_CLASSES,
        metric="rmse",
        score=metrics["rmse"],
        interval=measures.interval(metrics, "rmse"),
        measures=measures.tiles(metrics, "rmse", ()),
        findings=("Nincs kifogás: a jelek és a gradiensek rétegről rétegre megtartják a nagyságukat.",),
        notices=(),
    )


def functions() -> ReportCard:
    """The report of an assignment of functions: checks and nothing else."""
    return report(
        **NO_CLASSES,
        metric="checks",
        score=0.75,
        points=7.5,
        interval=None,
        measures=(),
        layers=(),
        findings=(),
        notices=(),
        curve=(),
        checks=(
            CheckRow("softmax: a sorok összege 1", 2, 2, passed=True, text="Rendben."),
            CheckRow(
                "softmax: nagy bemenetre is véges",
                0,
                2.5,
                passed=False,
                text="softmax([[1000., 0.]]) értéke nan.",
            ),
            CheckRow("cross_entropy: gradiens", 5.5, 5.5, passed=True, text="Rendben."),
        ),
    )


FLOWERS = ("rózsa", "liliom", "egészen különleges tulipán")
SAMPLES = tuple(
    Sample(label, 40, 30, 3, base64.b64encode(bytes(range(tone, tone + 40)) * 90).decode())
    for label in FLOWERS
    for tone in (0, 60, 120, 200)
)


def data_set() -> ReportCard:
    """The report of a data set of pictures and of a table at once, so that all of its sheet is seen."""
    draws = random.Random(1)
    sheet = DataSheet(
        classes=tuple(ClassCount(label, 1200 // n, 150 // n, 148 // n) for n, label in enumerate(FLOWERS, 1)),
        histograms=tuple(
            Histogram(name, -1.5, 2.25, 0.4, n, tuple(draws.randrange(400) for _ in range(20)))
            for n, name in enumerate(("", "szirom szélessége", "levél_hossza_centiméterben"))
        ),
        samples=SAMPLES,
    )
    return replace(
        functions(),
        score=0.875,
        points=8.75,
        checks=(CheckRow("egyforma részek", 1.25, 1.25, passed=True, text="Minden rész egyforma."),),
        sheet=sheet_card(sheet),
    )


def multi_label() -> ReportCard:
    """The report of an assignment where several labels may be right: a table by class, no matrix."""
    metrics = {
        "macro_f1": 0.71,
        "micro_f1": 0.75,
        "subset_accuracy": 0.44,
        "hamming_accuracy": 0.92,
        "map": 0.79,
    }
    return report(
        ROCKETS,
        metric="macro_f1",
        score=0.71,
        interval=None,
        measures=measures.tiles(metrics, "macro_f1", ()),
        costs=(),
        matrix=(),
        confusions=(),
        calibration=None,
        notices=(),
    )


def private_share() -> ScoreCard:
    classes, counts = ROCKETS
    return ScoreCard(9.1, 0.91, {"accuracy": 0.91, "macro_f1": 0.9}, scores(classes, counts), counts, 84)


def staff_notes() -> StaffCard:
    return StaffCard(
        metric="accuracy",
        robustness=Robustness(0.03, 0.93, 0.91),
        reference=Robustness(0.03, 0.94, 0.93),
        remarks=("Nem láttunk tanítást: egyetlen réteghez sem jutott gradiens.",),
        gap=Gap("accuracy", 0.99, 0.91, 4.2),
    )
