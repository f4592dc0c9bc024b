"""Where words go: results to stdout, everything else to stderr, and one JSON document when that was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.text import Text

from cli.api.errors import HaziError, Refused
from cli.api.retry import Wait
from cli.language.sanitize import one_line
from cli.language.translation import Language, Sentence
from cli.language.translation import lazy_gettext as _

SIGNED_OUT = frozenset({"token-invalid", "not-signed-in"})
"""Refusals that signing in again undoes."""


class Screen:
    """The terminal of one command."""

    def __init__(self, language: Language, json_asked: bool) -> None:
        self.language, self.json_asked = language, json_asked
        self.notes = _console(stderr=True)
        self.live = self.notes if json_asked else _console(stderr=False)

    def result(self, document: Mapping[str, Any], *pictures: RenderableType) -> None:
        """What the command was asked for: as the JSON document, or drawn."""
        if self.json_asked:
            # ASCII: nothing in it can steer a terminal, and every program reads it.
            click.echo(json.dumps(document, ensure_ascii=True, indent=2))
            return
        for picture in pictures:
            self.live.print(picture)

    def note(self, sentence: Sentence) -> None:
        """Print a sentence for people to stderr."""
        self.notes.print(Text(sentence.in_language(self.language)))

    def hint(self, sentence: Sentence) -> None:
        """Print what to type next to stderr, without line breaks: it is to be copied."""
        self._unbroken(sentence.in_language(self.language))

    def lines(self, text: str) -> None:
        """Text that is already harmless, unwrapped."""
        click.echo(text, err=self.json_asked)

    def waiting(self, wait: Wait) -> None:
        """Tell that a request is tried again, so that silence is never a riddle."""
        self.note(
            _(
                "Not through yet; trying again in {seconds} s ({number} of {all}).",
                seconds=f"{wait.seconds:.1f}",
                number=wait.next_try,
                all=wait.tries,
            )
        )

    def failure(self, error: HaziError) -> None:
        """Why the command did not do it, and how to go on."""
        if self.json_asked:
            click.echo(json.dumps(error.document(self.language), ensure_ascii=True, indent=2))
        self.notes.print(Text(error.sentence.in_language(self.language), style="bold red"))
        if isinstance(error, Refused):
            self._explain(error)
        self.going_on(error)

    def going_on(self, error: BaseException) -> None:
        """The notes of an error."""
        for note in getattr(error, "__notes__", []):
            self._unbroken(note)

    def _explain(self, error: Refused) -> None:
        problem = error.problem
        if problem.detail:
            self.notes.print(Text(problem.detail))
        if problem.file or problem.line:
            where = {"file": problem.file or "?", "line": problem.line or "?"}
            self.note(_("File {file}, line {line}.", **where))
        if problem.slug in SIGNED_OUT:
            self.note(_("Sign in with: hazi login"))
        self._unbroken(one_line(error.help_url))

    def _unbroken(self, text: str) -> None:
        """Commands and addresses are to be copied: no line ends are put into them."""
        self.notes.print(Text(text), soft_wrap=True)


def _console(*, stderr: bool) -> Console:
    # No markup and no emoji codes: text from elsewhere is never a command to rich either.
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)
