"""Commands and options whose help is shown in the user's language; the options that all commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from cli.api.errors import Refused
from cli.commands.lookup import nearest_slug
from cli.context import Context
from cli.language.translation import Language, Sentence
from cli.language.translation import lazy_gettext as _

UNKNOWN = "unknown-assignment"
HEADINGS = {"Options": _("Options"), "Commands": _("Commands")}
"""Headings of click's."""
SHOW_HELP = _("Show this help.")
Function = TypeVar("Function", bound=Callable[..., Any])

pass_context = click.make_pass_decorator(Context, ensure=True)
"""Passes the context to a command as its first argument."""


class LocalizedOption(click.Option):
    """An option whose help is translated when it is shown."""

    def __init__(self, names: Sequence[str], *, help: Sentence, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(names, help=help.english, **settings)
        self.sentence = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Names and help; click adds the default to the help."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        return record[0], record[1].replace(self.sentence.english, self.sentence.in_language(_language(ctx)))


class LocalizedFormatter(click.HelpFormatter):
    """Help under headings in the user's language; click's own are English."""

    language = Language.EN

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is used."""
        super().write_usage(prog, args, self.language.gettext("Usage: {usage}", usage=prefix or ""))

    def write_heading(self, heading: str) -> None:
        """A heading of click's, or of ours, which is translated already."""
        known = HEADINGS.get(heading)
        super().write_heading(known.in_language(self.language) if known else heading)


class LocalizedContext(click.Context):
    """A context whose help is in the user's language."""

    def make_formatter(self) -> LocalizedFormatter:
        """As click's own, in that language."""
        formatter = LocalizedFormatter(width=self.terminal_width, max_width=self.max_content_width)
        formatter.language = _language(self)
        return formatter


class LocalizedHelp(click.Command):
    """A command or group whose help is translated when it is shown."""

    context_class = LocalizedContext

    def __init__(self, name: str | None, *, help: Sentence, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(name, help=help.english, **settings)
        self.sentence = help

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """-h and --help."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = SHOW_HELP.in_language(_language(ctx))
        return found

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The whole help."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.sentence.in_language(_language(ctx)))

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - the terminal wraps
        """The first sentence, for the list of commands."""
        whole = self.sentence.in_language(_language(click.get_current_context()))
        return whole.partition("\n\n")[0].partition(". ")[0].removesuffix(".") + "."


class LocalizedCommand(LocalizedHelp):
    """A command with --json and --lang."""

    def __init__(self, name: str | None, **settings: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(name, **settings)
        self.params += [json_option(), language_option()]

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - whatever the command returns
        """Run it. An assignment that is not there is told with the one that was probably meant."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            if refusal.problem.slug == UNKNOWN and (slug := ctx.params.get("slug")):
                context = ctx.ensure_object(Context)
                if near := nearest_slug(context, slug):
                    note = context.language.gettext("Did you mean {meant}?", meant=near)
                    refusal.add_note(note)
            raise


def command(name: str | None = None, *, help: Sentence) -> Callable[[Callable[..., Any]], LocalizedCommand]:
    """Declare a command, as `click.command` does; without a name it has that of the function."""
    return click.command(name, cls=LocalizedCommand, help=help)


def option(*names: str, help: Sentence, **settings: Any) -> Callable[[Function], Function]:  # noqa: ANN401
    """Declare an option, as `click.option` does."""
    return click.option(*names, cls=LocalizedOption, help=help, **settings)


def json_option() -> click.Option:
    """--json."""
    return LocalizedOption(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_remember_json,
        help=_("Print exactly one JSON document on stdout; words for people go to stderr."),
    )


def language_option() -> click.Option:
    """--lang."""
    return LocalizedOption(
        ["--lang"],
        type=click.Choice([str(language) for language in Language]),
        expose_value=False,
        is_eager=True,  # help is printed eagerly, too, and needs the language
        callback=_remember_language,
        help=_("Language; else that of your system."),
    )


def _remember_json(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    context = ctx.ensure_object(Context)
    context.json_output = context.json_output or asked


def _remember_language(ctx: click.Context, _parameter: click.Parameter, asked: str | None) -> None:
    if asked:
        ctx.ensure_object(Context).chosen_language = Language(asked)


def _language(ctx: click.Context) -> Language:
    return ctx.find_root().ensure_object(Context).language
