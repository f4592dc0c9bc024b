"""Tables of a report card: the layers of a network, and the data sheet of a data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from cli.api.report_records import BilingualText, DataSheet, Layer
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.curve import sparkline
from cli.terminal.tables import plain_table

WIDE = 64
"""Columns of a terminal that has room for whole names."""
MOSTLY_DEAD = 0.4
"""A share of dead units above it is marked: `DEAD` of the grader's contract (a test holds them equal)."""
SHOWN_CLASSES = 20
SPLITS = ("train", "valid", "test")
BINS = 20


def layer_table(
    layers: Sequence[Layer], findings: Sequence[BilingualText], width: int, language: Language
) -> Iterator[RenderableType]:
    """The findings about the network, then a row for each layer."""
    for finding in findings:
        yield Text(f"• {finding.in_language(language)}")
    gettext, wide = language.gettext, width >= WIDE
    output, gradient = (gettext("output"), gettext("gradient")) if wide else ("±", "∇")
    table = plain_table(gettext("layer"), output, gradient, gettext("dead"), right_aligned=(1, 2, 3))
    for layer in layers:
        name = one_line(f"{layer.name} {layer.kind}" if wide else layer.name, 28 if wide else 10)
        table.add_row(name, _output(layer, wide=wide), _number(layer.gradient_norm), _dead(layer))
    yield table
    legend = gettext("output: mean ± deviation before training; gradient: its first norm")
    yield Text(legend, style="dim")


def data_sheet(sheet: DataSheet, language: Language) -> Iterator[RenderableType]:
    """The counts of each class, then a histogram as a line for each column of numbers."""
    gettext = language.gettext
    table = plain_table(gettext("class"), *SPLITS, right_aligned=(1, 2, 3))
    for one in sheet.classes[:SHOWN_CLASSES]:
        table.add_row(one_line(one.label), str(one.train), str(one.valid), str(one.test))
    yield table
    hidden = len(sheet.classes) - SHOWN_CLASSES
    if hidden > 0:
        yield Text(gettext("and {count} smaller classes", count=hidden), style="dim")
    for histogram in sheet.histograms:
        line = Text.assemble((one_line(histogram.name) or gettext("all values"), "bold"), "  ")
        # The bars begin at zero: a zero is put before the counts, and its bar is cut off.
        line.append(sparkline([0.0, *map(float, histogram.counts)], BINS + 1)[1:])
        line.append(f"  {histogram.low:.4g} … {histogram.high:.4g}")
        if histogram.missing:
            line.append("  " + gettext("{count} missing", count=histogram.missing), style="dim")
        yield line


def _output(layer: Layer, *, wide: bool) -> str:
    if layer.activation_std is None:
        return numbers.NOTHING
    mean = f"{_number(layer.activation_mean)} ± " if wide else ""
    return mean + _number(layer.activation_std)


def _dead(layer: Layer) -> Text:
    if layer.dead is None:
        return Text(numbers.NOTHING)
    return Text(f"{100 * layer.dead:.0f} %", style="red" if layer.dead > MOSTLY_DEAD else "")


def _number(value: float | None) -> str:
    return numbers.NOTHING if value is None else f"{value:.2g}"
