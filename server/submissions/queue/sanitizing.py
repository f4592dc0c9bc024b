"""What comes from outside, made fit for the database: no NUL, no lone surrogates, no NaN, no endless text."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import structlog

from grader.contract import (
    CheckResult,
    Curve,
    GradeReport,
    Layer,
    MalformedMessageError,
    ScoreCard,
    Sentence,
    StaffNotes,
)
from server.submissions.point_format import shown

TEXT_LENGTH = 64 << 10
CURVE_POINTS = 101
log = structlog.get_logger()

LARGEST = 1e300  # NaN is not below it either


def clean(text: str, most: int = TEXT_LENGTH) -> str:
    """Text that PostgreSQL takes and a page can show, cut to a length."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")[:most]


def cleaned(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """JSON in which every text is clean and every number is one: NaN and infinity become null."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {clean(str(key), 200): cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(inner) for inner in value]
    return value


def check_report(report: GradeReport) -> None:
    """Raise MalformedMessageError for numbers that no run can have had, and for names that are none."""
    names = (*report.classes, *report.versions.values())
    if not all(isinstance(name, str) for name in names):
        raise MalformedMessageError("a class or a version is no text")
    if not all(type(seconds) in {int, float} for seconds in report.timings.values()):
        raise MalformedMessageError("a timing is no number")
    _check_layers(report.layers)
    _check_sentences((*report.findings, *report.notices))
    _check_staff(report.staff)
    for share in (report.public, report.private):
        if share is not None:
            _check_share(share, report.classes)


def bounded(report: GradeReport, most: float) -> GradeReport:
    """The report with points in hundredths, and no more of them in any share than the assignment gives."""
    shares = [share for share in (report.public, report.private) if share]
    if over := [share.points for share in shares if share.points > most]:
        log.error("too many points", points=over, most=most)
    public, private = (
        replace(share, points=min(float(shown(min(share.points, most), most)), most)) if share else None
        for share in (report.public, report.private)
    )
    return replace(report, public=public, private=private)


def _check_share(share: ScoreCard, classes: tuple[str, ...]) -> None:
    if not (math.isfinite(share.points) and share.points >= 0 and math.isfinite(share.score)):
        raise MalformedMessageError("points or score are no numbers of this world")
    if not all(type(value) in {int, float} for value in share.metrics.values()):
        raise MalformedMessageError("a metric is no number")
    matrix = share.confusion_matrix
    if any(len(row) != len(matrix) for row in matrix) or len(matrix) not in {0, len(classes)}:
        raise MalformedMessageError("the confusion matrix does not fit the classes")
    if not all(type(count) is int and count >= 0 for row in matrix for count in row):
        raise MalformedMessageError("a cell of the confusion matrix is no count")
    _check_pictures(share)
    _check_checks(share.checks)
    for row in share.per_class:
        counts = (row.support, row.tp, row.fn, row.fp, row.tn)
        ratios = (row.precision, row.recall, row.f1)
        if not (isinstance(row.label, str) and all(type(count) is int for count in counts)):
            raise MalformedMessageError("a per-class row has no label or no counts")
        if not all(type(ratio) in {int, float} for ratio in ratios):
            raise MalformedMessageError("a per-class row has no ratios")


def _check_pictures(share: ScoreCard) -> None:
    for curve in (*share.roc, *share.precision_recall):
        _check_curve(curve)
    for pair in share.confused:
        _check_numbers("a confused pair", pair.count, pair.share, texts=(pair.truth, pair.predicted))
    for one in share.calibration:
        _check_numbers("a bin of the calibration", one.size, one.confidence, one.accuracy)


def _check_curve(curve: Curve) -> None:
    _check_numbers("a curve", *curve.x, *curve.y, curve.area, texts=(curve.label,))
    if len(curve.x) != len(curve.y) or len(curve.x) > CURVE_POINTS:
        raise MalformedMessageError("a curve has as many x as y, and not too many")
    if not all(0 <= part <= 1 for part in (*curve.x, *curve.y)):
        raise MalformedMessageError("a curve lies between 0 and 1")


def _check_layers(layers: tuple[Layer, ...]) -> None:
    for layer in layers:
        measured = (layer.activation_mean, layer.activation_std, layer.gradient_norm, layer.dead)
        known = [value for value in measured if value is not None]
        _check_numbers("a layer", layer.parameters, *known, texts=(layer.name, layer.kind))


def _check_checks(checks: tuple[CheckResult, ...]) -> None:
    for check in checks:
        _check_numbers("a check", check.points, check.out_of, texts=(check.name,))
        if type(check.passed) is not bool:
            raise MalformedMessageError("a check has passed or not")
    _check_sentences(tuple(check.text for check in checks))


def _check_staff(notes: StaffNotes) -> None:
    if one := notes.robustness:
        _check_numbers("the robustness", one.noise, one.clean, one.perturbed)
    for remark in notes.remarks:
        _check_numbers("a remark", texts=(remark.code, remark.en, remark.hu))


def _check_sentences(sentences: tuple[Sentence, ...]) -> None:
    for sentence in sentences:
        _check_numbers("a sentence", texts=(sentence.en, sentence.hu))


def _check_numbers(what: str, *numbers: float, texts: tuple[object, ...] = ()) -> None:
    if not all(isinstance(text, str) for text in texts):
        raise MalformedMessageError(f"{what} has a text that is none")
    if not all(type(number) in {int, float} and -LARGEST < number < LARGEST for number in numbers):
        raise MalformedMessageError(f"{what} has a number that is none")
