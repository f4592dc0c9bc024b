"""A report and the events of a run as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from grader.contract import EventKind, GradeReport, ScoreCard


def event(kind: EventKind, text: str, values: Mapping[str, float]) -> None:
    """Print what happens while it happens, beside the report."""
    if kind is EventKind.PHASE:
        click.secho(f"- {text}", dim=True, err=True)
    elif kind is EventKind.LOG:
        click.echo(text, nl=not text.endswith("\n"), err=True)
    elif kind is EventKind.POINT:
        click.echo("  " + "  ".join(f"{name}={value:g}" for name, value in values.items()), err=True)


def report(of: GradeReport) -> str:
    """The whole report for the person who runs the grader, private share included."""
    return "\n".join(_lines(of))


def _lines(of: GradeReport) -> Iterator[str]:
    yield f"{of.verdict}: {of.message}"
    yield from (notice.en for notice in of.notices)
    if of.detail:
        yield of.detail.rstrip()
    for name, card in (("public", of.public), ("private", of.private)):
        if card is not None:
            yield from _card(name, card, of)
    yield ""
    yield "  ".join(f"{name} {seconds:.1f} s" for name, seconds in of.timings.items())
    yield f"memory {of.memory_mib:.0f} MiB  device {of.device}  seed {of.seed}"
    yield "  ".join(f"{name} {version}" for name, version in of.versions.items())


def _card(name: str, card: ScoreCard, of: GradeReport) -> Iterator[str]:
    yield ""
    what = "checks" if card.checks else "examples"
    yield f"{name} share, {card.size} {what}: {card.points:g} points, {of.metric} {card.score:.4f}"
    yield "  " + "  ".join(f"{metric} {value:.4f}" for metric, value in card.metrics.items())
    if card.checks:
        yield from _checks(card)
        return
    width = max(len(label) for label in of.classes)
    yield f"  {'':{width}} precision recall     f1  support"
    for row in card.per_class:
        yield f"  {row.label:{width}}    {row.precision:.4f} {row.recall:.4f} {row.f1:.4f} {row.support:8}"
    yield "  confusion matrix (rows: true class)"
    for label, cells in zip(of.classes, card.confusion_matrix, strict=True):
        yield f"  {label:{width}} " + " ".join(f"{cell:5}" for cell in cells)


def _checks(card: ScoreCard) -> Iterator[str]:
    for check in card.checks:
        mark = "ok  " if check.passed else "FAIL"
        yield f"  {mark} {check.points:5.2f} of {check.out_of:5.2f}  {check.name}: {check.text.en}"
