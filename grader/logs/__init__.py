"""Logs of every program of ours: JSON lines on stderr, small, without local variables and without secrets.

What our own code logs, what the libraries log through `logging`, warnings, and errors that nobody catches all
pass the same steps. This package is the one that server and grader share besides the contract: it knows
neither of them, and needs only the standard library and structlog.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from grader.logs.bounds import Bounded
from grader.logs.redaction import Redaction, secrets_in

__all__ = ["Formatter", "configure", "log_uncaught", "redacted", "secrets_in"]

FRAMES = 20  # of one error
ERRORS = 5  # of a chain of causes
TEXT_LENGTH = 4 << 10  # characters of what `redacted` returns
FIRST = ("timestamp", "level", "event", "logger")  # these stay, whatever else there is

_traceback = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=FRAMES)
)


class _State:
    redaction = Redaction()


def configure(secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Write this process's log to stderr. Call once, as early as the settings are known.

    `secrets` are hidden wherever they turn up; `secrets_in` finds those of an environment.
    """
    _State.redaction = Redaction(secrets)
    structlog.configure(
        processors=[*_before(), *_after()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    handler = _Stderr()
    handler.setFormatter(Formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = log_uncaught
    threading.excepthook = _log_thread
    sys.unraisablehook = _log_unraisable


def redacted(text: str) -> str:
    """A text for another place than the log that operators read: without secrets, and not long."""
    return _State.redaction.text(text, TEXT_LENGTH)


class Formatter(structlog.stdlib.ProcessorFormatter):
    """For handlers of `logging`: the same lines as those of our own."""

    def __init__(self) -> None:
        clean = structlog.stdlib.ProcessorFormatter.remove_processors_meta
        super().__init__(
            processors=[clean, *_after()],
            foreign_pre_chain=[*_before(), structlog.stdlib.add_logger_name],
        )


def log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """In place of Python's own traceback on stderr."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger().critical("uncaught", exc_info=(kind, error, trace))


def _before() -> list[Processor]:
    """What a line is told about itself."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _after() -> list[Processor]:
    """What makes a line of it."""
    return [
        _render_errors,
        structlog.processors.UnicodeDecoder(errors="backslashreplace"),
        _bound,
        structlog.processors.JSONRenderer(ensure_ascii=True),
    ]


def _render_errors(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Local variables stay out: they carry passwords and labels. So do the lines of code around an error."""
    rendered = _traceback(logger, name, event)
    errors = rendered.get("exception")
    if isinstance(errors, list) and len(errors) > ERRORS:
        rendered["exception"] = [*errors[:ERRORS], f"... [{len(errors) - ERRORS} more]"]
    return rendered


def _bound(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    ordered = sorted(event, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    return Bounded(_State.redaction).mapping({name: event[name] for name in ordered})


class _Stderr(logging.StreamHandler[TextIO]):
    """Whoever calls us may exchange the stream meanwhile."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Where lines go."""
        return sys.stderr


def _log_thread(arguments: threading.ExceptHookArgs) -> None:
    log_uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _log_unraisable(found: sys.UnraisableHookArgs) -> None:
    log_uncaught(found.exc_type, found.exc_value, found.exc_traceback)
