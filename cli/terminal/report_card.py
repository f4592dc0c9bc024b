"""The report card, drawn for a terminal of any width."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from cli.api.records import SCORED, Assignment
from cli.api.report_records import ClassScore, Report
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.confusion import confusion_table, well_formed
from cli.terminal.curve import curves, sparkline
from cli.terminal.report_tables import WIDE, data_sheet, layer_table
from cli.terminal.tables import plain_table
from cli.terminal.wording import DATASET_CHECKS, METRICS, VERDICTS, in_words

LONGEST_DETAIL = 60  # lines


class ReportCard:
    """The report card of a submission to that assignment, in that language."""

    def __init__(self, report: Report, assignment: Assignment, language: Language) -> None:
        self._report, self._assignment, self._language = report, assignment, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The sections of the report, each fitted to the width of the terminal."""
        yield from self._head()
        if self._report.detail:
            yield from self._detail(self._report.detail)
        yield from self._notices()
        yield from self._checks()
        if self._report.sheet:
            yield _heading(self._language.gettext("Data sheet"))
            yield from data_sheet(self._report.sheet, self._language)
        yield from self._curves(options.max_width)
        yield from self._metrics()
        yield from self._classes(options.max_width)
        yield from self._matrix(options.max_width)
        if self._report.layers:
            yield _heading(self._language.gettext("Inside the network"))
            yield from layer_table(
                self._report.layers, self._report.findings, options.max_width, self._language
            )
        yield from self._run()

    def _head(self) -> Iterator[RenderableType]:
        report, gettext = self._report, self._language.gettext
        style = "bold green" if report.verdict == SCORED else "bold red"
        yield Text()
        yield Text.assemble(
            (one_line(self._assignment.title), "bold"),
            " · ",
            (in_words(report.verdict, VERDICTS, self._language), style),
        )
        hungarian = report.message_hu if self._language is Language.HU else ""
        yield Text(hungarian or report.message)
        if report.final:
            yield Text(gettext("Final: scored on data drawn after the deadline."), style="bold")
        if report.points is None:
            return
        points = numbers.points(report.points, self._assignment.points, self._language)
        line = Text.assemble(gettext("Points") + ": ", (points, "bold"), "  ")
        line.append_text(self._change())
        yield line

    def _change(self) -> Text:
        change, gettext = self._report.change, self._language.gettext
        if change is None or self._report.previous_best is None:
            return Text(gettext("your first score here"), style="dim")
        best = numbers.points(self._report.previous_best, language=self._language)
        if change > 0:
            more = numbers.points(change, language=self._language)
            return Text(
                gettext("▲ {change} more than your best so far ({best})", change=more, best=best), "green"
            )
        if change < 0:
            less = numbers.points(-change, language=self._language)
            return Text(gettext("▼ {change} less than your best ({best})", change=less, best=best), "yellow")
        return Text(gettext("= as good as your best ({best})", best=best), style="dim")

    def _detail(self, detail: str) -> Iterator[RenderableType]:
        lines = detail.rstrip("\n").split("\n")
        yield Text()
        if len(lines) > LONGEST_DETAIL:
            # The last lines of a traceback are the ones that name the error.
            yield Text(
                self._language.gettext("… {count} more lines", count=len(lines) - LONGEST_DETAIL), "dim"
            )
        yield Padding(Text("\n".join(lines[-LONGEST_DETAIL:])), (0, 0, 0, 2))

    def _notices(self) -> Iterator[RenderableType]:
        for notice in self._report.notices:
            yield Text(f"\n{notice.in_language(self._language)}", style="dim")

    def _checks(self) -> Iterator[RenderableType]:
        checks = self._report.checks or ()
        if checks:
            yield _heading(self._language.gettext("Checks"))
        for check in checks:
            mark, style = ("✓", "green") if check.passed else ("✗", "red")
            points = numbers.points(check.points, check.out_of, self._language)
            name = in_words(check.name, DATASET_CHECKS, self._language)
            yield Text.assemble((f"{mark} ", style), one_line(name, 60), f"  {points}")
            if not check.passed:
                yield Padding(Text(check.text.in_language(self._language)), (0, 0, 0, 2))

    def _curves(self, width: int) -> Iterator[RenderableType]:
        drawn = curves(self._report.curve or ())
        if drawn:
            yield _heading(self._language.gettext("Training"))
        for name, values in drawn.items():
            ends = " → ".join(numbers.measured(value, self._language) for value in (values[0], values[-1]))
            label = one_line(name, 12)
            room = min(40, width - 13 - len(ends) - 2)
            yield Text.assemble(f"{label:<12} ", (sparkline(values, room), "cyan"), f"  {ends}")

    def _metrics(self) -> Iterator[RenderableType]:
        report = self._report
        if not report.metrics or report.metrics.keys() <= {"checks"}:
            return
        gettext, size = self._language.gettext, report.size
        yield _heading(
            gettext("Metrics") if size is None else gettext("Metrics on {size} examples", size=size)
        )
        table = plain_table("", "", right_aligned=(1,), show_heads=False)
        for name, value in report.metrics.items():
            style = "bold" if name == report.metric else ""
            words = one_line(in_words(name, METRICS, self._language), 28)
            table.add_row(words, numbers.share(value, self._language), style=style)
        yield table

    def _classes(self, width: int) -> Iterator[RenderableType]:
        rows = self._report.per_class
        if not rows:
            return
        gettext, wide = self._language.gettext, width >= WIDE
        yield _heading(gettext("By class"))
        heads = [
            gettext("class"),
            gettext("precision") if wide else "P",
            gettext("recall") if wide else "R",
            "F1",
            gettext("count"),
        ]
        table = plain_table(
            *heads, *(("TP", "FN", "FP", "TN") if wide else ()), right_aligned=tuple(range(1, 9))
        )
        for row in rows:
            table.add_row(
                *self._class_row(row, wide=wide), style="bold" if row.label == self._report.focus else ""
            )
        yield table
        if self._report.focus:
            yield Text(gettext("★ the class that matters most here"), style="dim")

    def _class_row(self, row: ClassScore, *, wide: bool) -> list[str]:
        star = "★" if row.label == self._report.focus else ""
        shares = [numbers.share(value, self._language) for value in (row.precision, row.recall, row.f1)]
        counts = [str(row.support)] + ([str(n) for n in (row.tp, row.fn, row.fp, row.tn)] if wide else [])
        return [star + one_line(row.label, 20 if wide else 10), *shares, *counts]

    def _matrix(self, width: int) -> Iterator[RenderableType]:
        matrix, classes = self._report.confusion_matrix or (), self._report.classes or ()
        if not well_formed(matrix, classes):
            return
        yield _heading(self._language.gettext("Confusion matrix"))
        yield from confusion_table(matrix, classes, width, self._language)

    def _run(self) -> Iterator[RenderableType]:
        report, gettext = self._report, self._language.gettext
        facts = []
        total_s = (report.timings or {}).get("total")
        if total_s is not None:
            facts.append(gettext("{seconds} s", seconds=numbers.decimal(f"{total_s:.1f}", self._language)))
        if report.memory_mib:
            facts.append(gettext("{memory} MiB of memory", memory=f"{report.memory_mib:.0f}"))
        if report.gpu_memory_mib:
            facts.append(gettext("{memory} MiB of GPU memory", memory=f"{report.gpu_memory_mib:.0f}"))
        if report.device:
            facts.append(one_line(report.device))
        if report.seed is not None:
            facts.append(gettext("seed {seed}", seed=report.seed))
        facts += [one_line(f"{name} {number}") for name, number in (report.versions or {}).items()]
        if facts:
            yield Text()
            yield Text(" · ".join(facts), style="dim")


def _heading(text: str) -> RenderableType:
    return Text(f"\n{text}", style="bold underline")
