"""A report and the events of a run as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from grader.contract import DataSheet, EventKind, GradeReport, Layer, ScoreCard

SHOWN_PAIRS = 5


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
    for name, card in (("public share", of.public), ("private share", of.private)):
        if card is not None:
            yield from _card(name if of.private else "validation", card, of)
    yield from (f"note: {notice.en}" for notice in of.notices)
    if of.private:
        yield from _staff(of)
    yield from _sheet(of.sheet)
    yield from _network(of)
    yield ""
    yield "  ".join(f"{name} {seconds:.1f} s" for name, seconds in of.timings.items())
    yield f"memory {of.memory_mib:.0f} MiB  device {of.device}  seed {of.seed}"
    yield "  ".join(f"{name} {version}" for name, version in of.versions.items())


def _card(name: str, card: ScoreCard, of: GradeReport) -> Iterator[str]:
    yield ""
    what = "checks" if card.checks else "examples"
    yield f"{name}, {card.size} {what}: {card.points:g} points, {of.metric} {card.score:.4f}"
    own = [name for name in card.metrics if not name.endswith(("_low", "_high"))]
    yield "  " + "  ".join(_metric(name, card) for name in own)
    yield from _checks(card)
    width = max((len(label) for label in of.classes), default=0)
    if card.per_class:
        yield f"  {'':{width}} precision recall     f1  support"
    for row in card.per_class:
        yield f"  {row.label:{width}}    {row.precision:.4f} {row.recall:.4f} {row.f1:.4f} {row.support:8}"
    if card.confusion_matrix:
        yield "  confusion matrix (rows: true class)"
        for label, cells in zip(of.classes, card.confusion_matrix, strict=True):
            yield f"  {label:{width}} " + " ".join(f"{cell:5}" for cell in cells)
    if card.confused:
        yield "  most confused: " + ", ".join(
            f"{pair.truth} as {pair.predicted} {pair.count} ({pair.share:.0%})"
            for pair in card.confused[:SHOWN_PAIRS]
        )


def _staff(of: GradeReport) -> Iterator[str]:
    """What stands beside the private share."""
    yield from (f"look at: {remark.en}" for remark in of.staff.remarks)
    if one := of.staff.robustness:
        change = f"{one.clean:.4f} -> {one.perturbed:.4f} ({one.perturbed - one.clean:+.4f})"
        yield f"under noise of {one.noise:.1%}: {of.metric} {change}"


def _metric(name: str, card: ScoreCard) -> str:
    """A metric, with its 95 % interval where there is one."""
    ends = [card.metrics.get(f"{name}_{end}") for end in ("low", "high")]
    interval = "".join(f", {end:.4f}" for end in ends if end is not None)
    return f"{name} {card.metrics[name]:.4f}" + (f" [{interval[2:]}]" if interval else "")


def _sheet(sheet: DataSheet | None) -> Iterator[str]:
    if sheet is None:
        return
    width = max([len("class"), *(len(one.label) for one in sheet.classes)])
    yield ""
    yield f"{'class':{width}}    train    valid     test"
    yield from (f"{one.label:{width}} {one.train:8} {one.valid:8} {one.test:8}" for one in sheet.classes)
    for histogram in sheet.histograms:
        spread = f"{histogram.low:.4g} to {histogram.high:.4g}, mean {histogram.mean:.4g}"
        yield f"{histogram.name or 'values'}: {spread}, missing {histogram.missing}"


def _network(of: GradeReport) -> Iterator[str]:
    if not of.layers:
        return
    width = max(len(_name(layer)) for layer in of.layers)
    yield ""
    yield f"{'network':{width}}  parameters   mean of output        std   gradient       dead"
    for layer in of.layers:
        numbers = (layer.activation_std, layer.gradient_norm, layer.dead)
        row = " ".join(f"{_number(number):>10}" for number in numbers)
        yield f"{_name(layer):{width}}  {layer.parameters:10} {_number(layer.activation_mean):>16} {row}"
    yield from (f"- {finding.en}" for finding in of.findings)


def _name(layer: Layer) -> str:
    return f"{layer.name} {layer.kind}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}"


def _checks(card: ScoreCard) -> Iterator[str]:
    for check in card.checks:
        mark = "ok  " if check.passed else "FAIL"
        yield f"  {mark} {check.points:5.2f} of {check.out_of:5.2f}  {check.name}: {check.text.en}"
