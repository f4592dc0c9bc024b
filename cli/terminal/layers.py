"""The layers of a network and what they mean, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from cli.api.report_records import Layer, Told
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.tables import plain_table

WIDE = 64
DEAD = 0.4  # from here on marked; the server's page does the same


def network(
    layers: Sequence[Layer], findings: Sequence[Told], width: int, language: Language
) -> Iterator[RenderableType]:
    """What was found, then a row for each layer."""
    for finding in findings:
        yield Text(f"• {finding.in_language(language)}")
    gettext, wide = language.gettext, width >= WIDE
    heads = [
        gettext("layer"),
        gettext("output") if wide else "±",
        gettext("gradient") if wide else "∇",
        gettext("dead"),
    ]
    table = plain_table(*heads, numbers=(1, 2, 3))
    for layer in layers:
        name = one_line(f"{layer.name} {layer.kind}" if wide else layer.name, 28 if wide else 10)
        table.add_row(name, _output(layer, wide=wide), _number(layer.gradient_norm), _dead(layer))
    yield table
    yield Text(gettext("output: mean ± deviation before training; gradient: its first norm"), style="dim")


def _output(layer: Layer, *, wide: bool) -> str:
    if layer.activation_std is None:
        return numbers.NOTHING
    mean = f"{_number(layer.activation_mean)} ± " if wide else ""
    return mean + _number(layer.activation_std)


def _dead(layer: Layer) -> Text:
    if layer.dead is None:
        return Text(numbers.NOTHING)
    return Text(f"{100 * layer.dead:.0f} %", style="red" if layer.dead > DEAD else "")


def _number(value: float | None) -> str:
    return numbers.NOTHING if value is None else f"{value:.2g}"
