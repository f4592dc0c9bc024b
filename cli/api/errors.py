"""The errors of the tool and their exit codes; `cli.main` catches them, prints them and exits.

    HaziError
    |- NotScored        1  there is no score, and none will come
    |- BadReceipt       1  a file is not a receipt that proves anything (in `receipts`)
    |- WrongUse         2  the fault is on this side: a file, an address, a missing sign-in
    |- Refused          3  the server refused, with a problem document
    |- Unreachable      4  no usable answer came
    |  |- Busy             the server is there, but does not work at the moment (502, 503, 504)
    |  `- BadAnswer        the answer is not that of a Házi server
    `- StreamBroken     4  an event stream broke; `updates` catches it and goes on

Notes of an error (`add_note`) say how to go on; they are printed below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from cli.language.translation import Language, Sentence
from cli.language.translation import lazy_gettext as _

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


class HaziError(Exception):
    """An error with a sentence for people. `slug` names its kind in the JSON document."""

    exit_code: ClassVar[int] = 4
    slug: ClassVar[str] = "error"

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.english)
        self.sentence = sentence

    @property
    def notes(self) -> list[str]:
        """Sentences that say how to go on."""
        return getattr(self, "__notes__", [])

    def document(self, language: Language) -> Mapping[str, Any]:
        """The JSON document that `--json` prints."""
        return {"slug": self.slug, "title": self.sentence.in_language(language)} | (
            {"notes": self.notes} if self.notes else {}
        )


class NotScored(HaziError):  # noqa: N818 - an answer, not a fault
    """There is no score, and none will come."""

    exit_code, slug = 1, "not-scored"


class WrongUse(HaziError):  # noqa: N818
    """The fault is on this side."""

    exit_code, slug = 2, "wrong-use"

    @classmethod
    def cannot_read(cls, path: Path, error: OSError) -> Self:
        """The error for a file that the operating system does not let us read."""
        return cls(_("{path} cannot be read: {why}", path=path, why=error.strerror))

    @classmethod
    def cannot_write(cls, path: Path, error: OSError) -> Self:
        """The error for a file that the operating system does not let us write."""
        return cls(_("{path} cannot be written: {why}", path=path, why=error.strerror))


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document (RFC 9457) with the fields that some slugs add."""

    title: str
    status: int
    slug: str = ""
    detail: str = ""
    file: str | None = None
    line: int | None = None
    retry_after_s: float | None = None
    offset: int | None = None


class Refused(HaziError):  # noqa: N818
    """The server refused, with a problem document."""

    exit_code, slug = 3, "refused"

    def __init__(self, problem: Problem, help_url: str, raw: Mapping[str, Any]) -> None:
        super().__init__(Sentence("{title}", {"title": problem.title}))  # translated by the server
        self.problem, self.help_url, self._raw = problem, help_url, raw

    def document(self, language: Language) -> Mapping[str, Any]:  # noqa: ARG002 - the server's own words
        """The problem document as it came."""
        return {**self._raw, "help": self.help_url}


class Unreachable(HaziError):  # noqa: N818
    """No usable answer came."""

    exit_code, slug = 4, "unreachable"


class Busy(Unreachable):
    """The server is there, but does not work at the moment."""

    slug = "busy"


class BadAnswer(Unreachable):
    """The answer is not that of a Házi server."""

    slug = "bad-answer"

    @classmethod
    def undecodable(cls, what: object) -> Self:
        """The error for an answer that cannot be decoded; `what` names the part of it."""
        return cls(_("The server's answer was not understood ({what}).", what=what))


class StreamBroken(HaziError):  # noqa: N818
    """An event stream broke before the run ended."""


@contextmanager
def note_when_stopped(note: str) -> Iterator[None]:
    """A block whose interruption, or loss of the server, gets this note."""
    try:
        yield
    except (Unreachable, KeyboardInterrupt) as error:
        error.add_note(note)
        raise
