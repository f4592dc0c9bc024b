from __future__ import annotations

import numpy as np

from grader import metrics
from grader.commands import console
from grader.contract import ClassCount, DataSheet, GradeReport, Histogram, ScoreCard, Verdict
from grader.scoring import charts


def test_report_names_mistakes_and_intervals():
    names, matrix = ("rocket", "car", "airplane"), np.array([[15, 3, 8], [4, 23, 1], [9, 2, 19]])
    card = ScoreCard(
        points=5,
        score=0.6786,
        metrics={"accuracy": 0.6786, "accuracy_low": 0.58, "accuracy_high": 0.77, "mean_cost": 1.25},
        per_class=charts.class_scores(metrics.counts(matrix), names),
        confusion_matrix=tuple(map(tuple, matrix.tolist())),
        size=84,
        confused=charts.confused_pairs(matrix, names),
    )
    said = console.report(
        GradeReport(
            "1", Verdict.SCORED, "Scored.", "Értékelve.", classes=names, metric="accuracy", public=card
        )
    )
    assert "  accuracy 0.6786 [0.5800, 0.7700]  mean_cost 1.2500\n" in said
    assert "  most confused: airplane as rocket 9 (30%), rocket as airplane 8 (31%)," in said


def test_data_sheet_is_printed():
    sheet = DataSheet(
        classes=(ClassCount("lily", 40, 10, 5),),
        histograms=(Histogram("width", 0.5, 2.25, 1.0, 3, (1,) * 20),),
    )
    said = console.report(GradeReport("1", Verdict.SCORED, "Scored.", "Értékelve.", sheet=sheet))
    assert "lily        40       10        5" in said
    assert "width: 0.5 to 2.25, mean 1, missing 3" in said
