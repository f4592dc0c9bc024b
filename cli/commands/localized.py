"""Commands whose help is in the reader's language, and the options that all of them share."""

from __future__ import annotations

import inspect
from typing import Any, TypeVar

import click

from cli.context import Call
from cli.language.translation import Language

T = TypeVar("T")

pass_call = click.make_pass_decorator(Call, ensure=True)
"""Hands the call to a command."""


class SpokenOption(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Names and help."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        return record[0], record[1].replace(self.help, _language(ctx).say(self.help))


class SpokenCommand(click.Command):
    """A command with --json and --lang, whose help is translated when it is shown."""

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **settings)
        self.params += [json_option(), language_option()]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The whole help."""
        write_help(self.help or "", ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - the terminal wraps
        """The first sentence, in the list of commands."""
        said = _language(click.get_current_context()).say(_folded(self.help or ""))
        return said.partition("\n\n")[0].partition(". ")[0].removesuffix(".") + "."


def write_help(english: str, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Help in the reader's language."""
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(_language(ctx).say(_folded(english)))


def json_option() -> click.Option:
    """--json."""
    return SpokenOption(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_remember_json,
        help="Print exactly one JSON document on stdout; words for people go to stderr.",
    )


def language_option() -> click.Option:
    """--lang."""
    return SpokenOption(
        ["--lang"],
        type=click.Choice([str(language) for language in Language]),
        expose_value=False,
        is_eager=True,  # help is printed eagerly, too, and should know
        callback=_remember_language,
        help="Language; else that of your system.",
    )


def _remember_json(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    call = ctx.ensure_object(Call)
    call.json_asked = call.json_asked or asked


def _remember_language(ctx: click.Context, _parameter: click.Parameter, asked: str | None) -> None:
    call = ctx.ensure_object(Call)
    if asked:
        call.language_asked = Language(asked)


def _language(ctx: click.Context) -> Language:
    return ctx.find_root().ensure_object(Call).language


def _folded(text: str) -> str:
    """Paragraphs on one line each, as the table of translations has them."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
