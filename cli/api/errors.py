"""Why a command did not do what it was asked for; `cli.main` says it and picks the exit code.

    HaziError
    |- NotScored        1  there is no score, and nothing to wait for
    |- WrongUse         2  something on this side: a file, an address, a missing sign-in
    |- Refused          3  the server said no, with a problem document
    |- Unreachable      4  no answer that could be used
    |  |- Busy             the server is there, but not at work (502, 503, 504)
    |  `- BadAnswer        whoever answered is no Házi server
    `- StreamBroken     4  a live stream ended before its end; never leaves `cli.api.follow`

Notes on an error (`add_note`) say how to go on; they are printed below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from cli.language.translation import Language, Sentence

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


class HaziError(Exception):
    """Something a person can be told in a sentence."""

    exit_code: ClassVar[int] = 4
    slug: ClassVar[str] = "error"

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.english)
        self.sentence = sentence

    @property
    def notes(self) -> list[str]:
        """How to go on."""
        return getattr(self, "__notes__", [])

    def document(self, language: Language) -> Mapping[str, Any]:
        """As the one JSON document of `--json`."""
        return {"slug": self.slug, "title": self.sentence.in_language(language)} | (
            {"notes": self.notes} if self.notes else {}
        )


class NotScored(HaziError):  # noqa: N818 - an answer, not a fault
    """There is no score, and nothing to wait for."""

    exit_code, slug = 1, "not-scored"


class WrongUse(HaziError):  # noqa: N818
    """Something on this side stands in the way."""

    exit_code, slug = 2, "wrong-use"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a problem document says."""

    title: str
    status: int
    slug: str = ""
    detail: str = ""
    file: str | None = None
    line: int | None = None
    retry_after_s: float | None = None
    offset: int | None = None


class Refused(HaziError):  # noqa: N818
    """The server said no."""

    exit_code, slug = 3, "refused"

    def __init__(self, problem: Problem, help_url: str, raw: Mapping[str, Any]) -> None:
        super().__init__(Sentence("{title}", {"title": problem.title}))  # translated by the server
        self.problem, self.help_url, self._raw = problem, help_url, raw

    def document(self, language: Language) -> Mapping[str, Any]:  # noqa: ARG002 - the server's own words
        """The problem document as it came."""
        return {**self._raw, "help": self.help_url}


class Unreachable(HaziError):  # noqa: N818
    """No answer that could be used."""

    exit_code, slug = 4, "unreachable"


class Busy(Unreachable):
    """The server is there, but not at work."""

    slug = "busy"


class BadAnswer(Unreachable):
    """Whoever answered is no Házi server."""

    slug = "bad-answer"


class StreamBroken(HaziError):  # noqa: N818
    """A live stream ended before its end."""


@contextmanager
def going_on(note: str) -> Iterator[None]:
    """Tell how to go on, should the block be interrupted or lose the server."""
    try:
        yield
    except (Unreachable, KeyboardInterrupt) as error:
        error.add_note(note)
        raise
