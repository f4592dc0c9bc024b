"""A run while it goes on: redrawn in place on a terminal, plain lines everywhere else."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from cli.api.follow import Told
from cli.api.records import Event, Submission
from cli.language.sanitize import one_line
from cli.language.translation import Language
from cli.terminal import numbers
from cli.terminal.curve import Point, curves, sparkline
from cli.terminal.screen import Screen
from cli.terminal.tables import outcome, queue_line
from cli.terminal.wording import PHASES, in_words

LOG_LINES = 8
KEPT_POINTS = 20_000
LABEL = 12


@dataclass(slots=True)
class Scene:
    """What has been told about a run so far."""

    title: str
    submission: Submission
    phase: str = ""
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    points: deque[Point] = field(default_factory=lambda: deque(maxlen=KEPT_POINTS))

    def hear(self, told: Told) -> None:
        """Take in one more thing."""
        if isinstance(told, Submission):
            if told.attempt != self.submission.attempt:
                self._start_over()
            self.submission = told
        elif told.kind == "phase":
            self.phase = told.text or ""
        elif told.kind == "log":
            self.log.extend(log_lines(told))
        elif told.kind == "point":
            self.points.append(told.values or {})

    def _start_over(self) -> None:
        """Another attempt draws its own curve."""
        self.phase = ""
        self.log.clear()
        self.points.clear()


class LiveView:
    """A scene as it looks now."""

    def __init__(self, scene: Scene, now: Callable[[], datetime], language: Language) -> None:
        self._scene, self._now, self._language = scene, now, language
        self._spinner = Spinner("dots", style="cyan")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Heading, queue or phase, curves, the end of the log."""
        scene, width = self._scene, options.max_width
        it = scene.submission
        yield Text.assemble((one_line(scene.title), "bold"), " · ", outcome(it, self._language))
        if not it.over:
            self._spinner.update(text=Text(self._activity()))
            yield self._spinner
        for name, values in curves(list(scene.points)).items():
            yield _curve_line(name, values, width)
        for line in list(scene.log):
            text = Text(f"│ {line.expandtabs(4)}", style="dim")
            text.truncate(width, overflow="ellipsis")
            yield text
        yield Text(self._language.gettext("Ctrl-C leaves; the run goes on without you."), style="dim")

    def _activity(self) -> str:
        it = self._scene.submission
        line = queue_line(it, self._now(), self._language)
        doing = in_words(self._scene.phase, PHASES, self._language) if it.state == "running" else ""
        return ", ".join(part for part in (doing, line) if part)


def watch(news: Iterable[Told], scene: Scene, screen: Screen, now: Callable[[], datetime]) -> Submission:
    """Show everything that is told until it is over; the submission as it ended."""
    if not screen.live.is_terminal:
        return _print_lines(news, scene, screen, now)
    view = LiveView(scene, now, screen.language)
    # stdout and stderr stay as they are: nothing else prints while the view is up.
    with Live(view, console=screen.live, transient=True, redirect_stdout=False, redirect_stderr=False):
        for told in news:
            scene.hear(told)
    return scene.submission


def log_lines(event: Event) -> list[str]:
    """The lines in an event of the log."""
    return (event.text or "").rstrip("\n").split("\n")


def _print_lines(
    news: Iterable[Told], scene: Scene, screen: Screen, now: Callable[[], datetime]
) -> Submission:
    said = ""
    for told in news:
        scene.hear(told)
        line = _as_line(told, screen.language, now())
        if line and line != said:
            screen.lines(line)
        said = line
    return scene.submission


def _as_line(told: Told, language: Language, now: datetime) -> str:
    if isinstance(told, Submission):
        line = "" if told.over else queue_line(told, now, language)
        state = outcome(told, language).plain
        return f"== {state}: {line}" if line else f"== {state}"
    if told.kind == "phase":
        return f"== {in_words(told.text or '', PHASES, language)}"
    if told.kind == "log":
        return "\n".join(log_lines(told))
    if told.kind == "point":
        return _point_line(told.values or {})
    return ""


def _point_line(point: Point) -> str:
    known = {name: value for name, value in point.items() if value is not None}
    return "  ".join(f"{one_line(name, LABEL)} {numbers.measured(value)}" for name, value in known.items())


def _curve_line(name: str, values: list[float], width: int) -> Text:
    last = numbers.measured(values[-1])
    room = max(4, min(60, width - LABEL - len(last) - 3))
    label = one_line(name, LABEL)
    return Text.assemble(f"{label:<{LABEL}} ", (sparkline(values, room), "cyan"), f"  {last}")
