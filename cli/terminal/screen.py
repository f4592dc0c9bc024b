"""The terminal of one command: results go to stdout, all other text to stderr, with --json one document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.text import Text

from cli.api.errors import HaziError, Refused
from cli.api.retry import RetryPause
from cli.language.sanitize import one_line
from cli.language.translation import Language, Sentence
from cli.language.translation import lazy_gettext as _

SIGNED_OUT = frozenset({"token-invalid", "not-signed-in"})
"""Slugs of refusals after which signing in again helps."""


class Screen:
    """The terminal of one command. `console` is stdout, and stderr with --json."""

    def __init__(self, language: Language, json_output: bool) -> None:
        self.language, self.json_output = language, json_output
        self.stderr = _console(stderr=True)
        self.console = self.stderr if json_output else _console(stderr=False)

    def result(self, document: Mapping[str, Any], *renderables: RenderableType) -> None:
        """Print the result of the command: the JSON document, or its drawing."""
        if self.json_output:
            # ASCII: no character of it can steer a terminal, and every program reads it.
            click.echo(json.dumps(document, ensure_ascii=True, indent=2))
            return
        for renderable in renderables:
            self.console.print(renderable)

    def note(self, sentence: Sentence) -> None:
        """Print a sentence for people to stderr."""
        self.stderr.print(Text(sentence.in_language(self.language)))

    def hint(self, sentence: Sentence) -> None:
        """Print the next command to type to stderr."""
        self._print_unbroken(sentence.in_language(self.language))

    def print_lines(self, text: str) -> None:
        """Print text that is sanitized already, without wrapping."""
        click.echo(text, err=self.json_output)

    def retry_pause(self, pause: RetryPause) -> None:
        """Print that a request is tried again, because the command is silent meanwhile."""
        self.note(
            _(
                "Not through yet; trying again in {seconds} s ({number} of {all}).",
                seconds=f"{pause.seconds:.1f}",
                number=pause.next_try,
                all=pause.tries,
            )
        )

    def error(self, error: HaziError) -> None:
        """Print an error and its notes."""
        if self.json_output:
            click.echo(json.dumps(error.document(self.language), ensure_ascii=True, indent=2))
        self.stderr.print(Text(error.sentence.in_language(self.language), style="bold red"))
        if isinstance(error, Refused):
            self._refusal_details(error)
        self.error_notes(error)

    def error_notes(self, error: BaseException) -> None:
        """Print the notes of an error, which say how to go on."""
        for note in getattr(error, "__notes__", []):
            self._print_unbroken(note)

    def _refusal_details(self, error: Refused) -> None:
        problem = error.problem
        if problem.detail:
            self.stderr.print(Text(problem.detail))
        if problem.file and problem.line:
            self.note(_("File {file}, line {line}.", file=problem.file, line=problem.line))
        elif problem.file and problem.file not in problem.detail:
            self.note(_("File {file}.", file=problem.file))
        if problem.slug in SIGNED_OUT:
            self.note(_("Sign in with: hazi login"))
        self._print_unbroken(one_line(error.help_url))

    def _print_unbroken(self, text: str) -> None:
        """Print without line breaks: commands and addresses are to be copied."""
        self.stderr.print(Text(text), soft_wrap=True)


def _console(*, stderr: bool) -> Console:
    # Without markup and emoji codes: rich must not interpret text of the server or of a student.
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)
