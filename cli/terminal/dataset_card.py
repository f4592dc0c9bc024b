"""The data sheet of a data set in a terminal: counts of each class, and a line for each column of numbers."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.api.dataset_records import DataSheet
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal.curve import sparkline
from cli.terminal.tables import plain_table

SHOWN_CLASSES = 20
SPLITS = ("train", "valid", "test")
BINS = 20


def sheet(of: DataSheet, language: Language) -> Iterator[RenderableType]:
    """Its parts."""
    gettext = language.gettext
    table = plain_table(gettext("class"), *SPLITS, numbers=(1, 2, 3))
    for one in of.classes[:SHOWN_CLASSES]:
        table.add_row(one_line(one.label), str(one.train), str(one.valid), str(one.test))
    yield table
    if len(of.classes) > SHOWN_CLASSES:
        yield Text(gettext("and {count} smaller classes", count=len(of.classes) - SHOWN_CLASSES), style="dim")
    for histogram in of.histograms:
        line = Text.assemble((one_line(histogram.name) or gettext("all values"), "bold"), "  ")
        line.append(sparkline([0.0, *map(float, histogram.counts)], BINS + 1)[1:])
        line.append(f"  {histogram.low:.4g} … {histogram.high:.4g}")
        if histogram.missing:
            line.append("  " + gettext("{count} missing", count=histogram.missing), style="dim")
        yield line
