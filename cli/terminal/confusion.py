"""The confusion matrix as a table with coloured cells; every number can be read without colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from cli.language.sanitize import one_line
from cli.language.translation import Language

Matrix = Sequence[Sequence[int]]

RIGHT, WRONG = (46, 160, 67), (218, 54, 51)
"""Green on the diagonal, red off it; the larger the share of the row, the stronger the colour."""
WHITE = (255, 255, 255)
LEGEND_SHARES = (0.05, 0.25, 0.5, 1.0)
LONGEST_NAME = 14
MOST_CLASSES = 24


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Examples of one class that were predicted as another."""

    true: str
    predicted: str
    count: int


def most_confused(matrix: Matrix, classes: Sequence[str], most: int = 3) -> list[ConfusedPair]:
    """The largest counts off the diagonal, largest first."""
    pairs = [
        ConfusedPair(classes[row], classes[column], count)
        for row, counts in enumerate(matrix)
        for column, count in enumerate(counts)
        if row != column and count
    ]
    return sorted(pairs, key=lambda pair: -pair.count)[:most]


def well_formed(matrix: Matrix, classes: Sequence[str]) -> bool:
    """Whether the matrix is square and has a name for each row."""
    return bool(matrix) and all(len(row) == len(matrix) == len(classes) for row in matrix)


def confusion_table(matrix: Matrix, classes: Sequence[str], width: int, language: Language) -> Iterator[Text]:
    """The lines of the table; columns that do not fit into the width follow in a block below."""
    if len(matrix) <= MOST_CLASSES:
        yield from _blocks(matrix, classes, width)
        yield Text(language.gettext("Row: the true class. Column: what was predicted."), style="dim")
        yield from _legend(language)
    for pair in most_confused(matrix, classes):
        yield Text(
            language.gettext(
                "{count} × {true} taken for {predicted}",
                count=pair.count,
                true=pair.true,
                predicted=pair.predicted,
            )
        )


def _blocks(matrix: Matrix, classes: Sequence[str], width: int) -> Iterator[Text]:
    names = [one_line(name, LONGEST_NAME) for name in classes]
    digits = max(len(str(count)) for row in matrix for count in row)
    longest = max(len(name) for name in names)
    numbered = max(digits, longest) > max(digits, 3) and _whole_width(len(names), longest, longest) > width
    cell = max(digits, len(str(len(names))) if numbered else longest)
    heads = [str(at + 1) for at in range(len(names))] if numbered else names
    rows = [f"{head} {name}" for head, name in zip(heads, names, strict=True)] if numbered else names
    label = max(len(row) for row in rows)
    # On a narrow terminal the cells have no gap between them.
    gap = 2 if label + 1 + len(names) * (cell + 2) <= width else 1
    fitting = max(1, (width - label - 1) // (cell + gap))
    for start in range(0, len(names), fitting):
        columns = range(start, min(start + fitting, len(names)))
        yield Text(" " * (label + 1) + "".join(_padded(heads[at], cell, gap) for at in columns), style="bold")
        for at, row in enumerate(rows):
            yield Text.assemble(f"{row:<{label}} ", *(_cell(matrix[at], at, to, cell, gap) for to in columns))


def _whole_width(count: int, cell: int, label: int) -> int:
    return label + 1 + count * (cell + 2)


def _padded(text: str, width: int, gap: int) -> str:
    return f" {text:>{width}}{' ' * (gap - 1)}"


def _cell(row: Sequence[int], true: int, predicted: int, width: int, gap: int) -> tuple[str, Style]:
    whole = sum(row)
    share = row[predicted] / whole if whole else 0.0
    return _padded(str(row[predicted]), width, gap), _colour(share, RIGHT if true == predicted else WRONG)


def _legend(language: Language) -> Iterator[Text]:
    words = {language.pgettext("prediction", "right"): RIGHT, language.pgettext("prediction", "wrong"): WRONG}
    longest, share = max(len(word) for word in words), language.gettext("of the row")
    for word, tint in words.items():
        swatches = ((f" {step:.0%} ", _colour(step, tint)) for step in LEGEND_SHARES)
        yield Text.assemble((f"{word:<{longest}} ", "dim"), *swatches, (f" {share}", "dim"))


def _colour(share: float, tint: tuple[int, int, int]) -> Style:
    if share <= 0:
        return Style(dim=True)
    strength = 0.15 + 0.85 * min(1.0, share)
    red, green, blue = (round(p + (t - p) * strength) for p, t in zip(WHITE, tint, strict=True))
    ink = "black" if strength < 0.75 else "white"
    return Style(color=ink, bgcolor=f"rgb({red},{green},{blue})", bold=share >= 0.5)
