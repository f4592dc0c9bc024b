"""The live view of a run: redrawn in place on a terminal, plain lines everywhere else."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from cli.api.records import RunEvent, Submission
from cli.api.updates import Update
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.cards import outcome, queue_line
from cli.terminal.curve import Point, curves, sparkline
from cli.terminal.screen import Screen
from cli.terminal.wording import PHASES, in_words

LOG_LINES = 8
KEPT_POINTS = 20_000
LABEL_WIDTH = 12


@dataclass(slots=True)
class RunState:
    """What is known about a run so far."""

    title: str
    submission: Submission
    phase: str = ""
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    points: deque[Point] = field(default_factory=lambda: deque(maxlen=KEPT_POINTS))

    def apply(self, update: Update) -> None:
        """Add one update."""
        if isinstance(update, Submission):
            if update.attempt != self.submission.attempt:
                self._start_over()
            self.submission = update
        elif update.kind == "phase":
            self.phase = update.text or ""
        elif update.kind == "log":
            self.log.extend(log_lines(update))
        elif update.kind == "point":
            self.points.append(update.values or {})

    def _start_over(self) -> None:
        """Forget the events of the last attempt: a new one has its own log and curve."""
        self.phase = ""
        self.log.clear()
        self.points.clear()


class LiveView:
    """The state of a run, drawn at this moment."""

    def __init__(self, run: RunState, now: Callable[[], datetime], language: Language) -> None:
        self._run, self._now, self._language = run, now, language
        self._spinner = Spinner("dots", style="cyan")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Heading, phase or queue, curves, and the last lines of the log."""
        run, width = self._run, options.max_width
        title = (one_line(run.title), "bold")
        yield Text.assemble(title, " · ", outcome(run.submission, self._language))
        if not run.submission.ended:
            self._spinner.update(text=Text(self._activity()))
            yield self._spinner
        for name, values in curves(list(run.points)).items():
            yield _curve_line(name, values, width, self._language)
        for line in list(run.log):
            text = Text(f"│ {line.expandtabs(4)}", style="dim")
            text.truncate(width, overflow="ellipsis")
            yield text
        yield Text(self._language.gettext("Ctrl-C leaves; the run goes on without you."), style="dim")

    def _activity(self) -> str:
        submission = self._run.submission
        line = queue_line(submission, self._now(), self._language)
        phase = in_words(self._run.phase, PHASES, self._language) if submission.state == "running" else ""
        return ", ".join(part for part in (phase, line) if part)


def show_live(
    updates: Iterable[Update], run: RunState, screen: Screen, now: Callable[[], datetime]
) -> Submission:
    """Show all updates until the submission has ended; the submission as it ended."""
    if not screen.console.is_terminal:
        return _print_lines(updates, run, screen, now)
    view = LiveView(run, now, screen.language)
    # stdout and stderr are not redirected: nothing else prints while the view is shown.
    with Live(view, console=screen.console, transient=True, redirect_stdout=False, redirect_stderr=False):
        for update in updates:
            run.apply(update)
    return run.submission


def log_lines(event: RunEvent) -> list[str]:
    """The lines in an event of the log."""
    return (event.text or "").rstrip("\n").split("\n")


def _print_lines(
    updates: Iterable[Update], run: RunState, screen: Screen, now: Callable[[], datetime]
) -> Submission:
    last = ""
    for update in updates:
        run.apply(update)
        line = _as_line(update, screen.language, now())
        if line and line != last:
            screen.print_lines(line)
        last = line
    return run.submission


def _as_line(update: Update, language: Language, now: datetime) -> str:
    if isinstance(update, Submission):
        line = "" if update.ended else queue_line(update, now, language)
        state = outcome(update, language).plain
        return f"== {state}: {line}" if line else f"== {state}"
    if update.kind == "phase":
        return f"== {in_words(update.text or '', PHASES, language)}"
    if update.kind == "log":
        return "\n".join(log_lines(update))
    if update.kind == "point":
        return _point_line(update.values or {}, language)
    return ""


def _point_line(point: Point, language: Language) -> str:
    known = {name: value for name, value in point.items() if value is not None}
    return "  ".join(
        f"{one_line(name, LABEL_WIDTH)} {numbers.measured(value, language)}" for name, value in known.items()
    )


def _curve_line(name: str, values: list[float], width: int, language: Language) -> Text:
    last = numbers.measured(values[-1], language)
    room = max(4, min(60, width - LABEL_WIDTH - len(last) - 3))
    label = one_line(name, LABEL_WIDTH)
    return Text.assemble(f"{label:<{LABEL_WIDTH}} ", (sparkline(values, room), "cyan"), f"  {last}")
