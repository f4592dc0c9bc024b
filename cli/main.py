"""The command `hazi`: its list of commands, and the one handler of errors."""

from __future__ import annotations

import difflib
import io
import sys

import click

from cli.api.errors import INTERRUPTED, HaziError, WrongUse
from cli.commands.account import login, logout, whoami
from cli.commands.check import check
from cli.commands.course import assignments, leaderboard, open_page
from cli.commands.deadlines import dates, explain, extend, extensions, tokens, unextend
from cli.commands.decisions import cancel, choose, decide, decisions
from cli.commands.handouts import get, inputs
from cli.commands.localized import LocalizedHelp, LocalizedOption, language_option, pass_context
from cli.commands.notices import notices
from cli.commands.submissions import log, receipt, report, status, submissions, watch
from cli.commands.submit import submit, try_out
from cli.commands.verify import verify_receipt
from cli.commands.wrong_use import in_words
from cli.context import Context
from cli.language.translation import lazy_gettext as _

EXIT_CODES = (
    ("0", _("done; where a score was awaited: it is there")),
    ("1", _("there is no score: the run failed, was cancelled, or nothing was handed in")),
    ("2", _("something on your side: wrong options, a missing file, not signed in")),
    ("3", _("the server refused, and said why")),
    ("4", _("the server could not be reached, or did not answer like one")),
    ("130", _("stopped by Ctrl-C")),
)


class HaziGroup(LocalizedHelp, click.Group):
    """The group of all commands; prints errors and sets the exit code."""

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; the number that it returns, if any, is the exit code."""
        context = ctx.ensure_object(Context)
        with context.exit_stack:
            try:
                code = super().invoke(ctx)
            except HaziError as error:
                context.screen.error(error)
                code = error.exit_code
            except click.UsageError as error:
                code = _told(context, error)
            except (KeyboardInterrupt, click.Abort) as stop:
                context.screen.note(_("\nStopped."))
                context.screen.error_notes(stop)
                code = INTERRUPTED
        ctx.exit(code or 0)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The options before the command; what is wrong with them is told as all errors are."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if not args:  # no command at all: click shows the help
                raise
            ctx.exit(_told(ctx.ensure_object(Context), error))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed. Raises WrongUse, with the name that was probably meant."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.commands, n=1)
            if near:
                raise WrongUse(
                    _("There is no command {name}. Did you mean {meant}?", name=name, meant=near[0])
                )
            raise WrongUse(_("There is no command {name}. See them all: hazi --help", name=name))
        return super().resolve_command(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The exit codes and their meaning."""
        language = ctx.find_root().ensure_object(Context).language
        with formatter.section(language.gettext("Exit codes")):
            formatter.write_dl([(code, meaning.in_language(language)) for code, meaning in EXIT_CODES])


def _told(context: Context, error: click.UsageError) -> int:
    told = in_words(error, context.language)
    context.screen.error(told)
    return told.exit_code


@click.group(
    cls=HaziGroup,
    params=[
        LocalizedOption(
            ["--insecure"],
            is_flag=True,
            help=_("Allow plain http to another machine. Whoever listens in can read your token."),
        ),
        language_option(),
    ],
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_("Hand in homework, watch it train, read the report card."),
)
@click.version_option(
    package_name="hazi", message="hazi %(version)s", cls=LocalizedOption, help=_("Show the version.")
)
@pass_context
def hazi(context: Context, *, insecure: bool) -> None:
    """All commands; click shows the help above instead of this docstring."""
    context.insecure = insecure


for command in (
    login,
    logout,
    whoami,
    assignments,
    get,
    inputs,
    check,
    submit,
    try_out,
    submissions,
    status,
    watch,
    log,
    report,
    receipt,
    verify_receipt,
    leaderboard,
    cancel,
    choose,
    decide,
    decisions,
    notices,
    explain,
    tokens,
    extend,
    extensions,
    unextend,
    dates,
    open_page,
):
    hazi.add_command(command)


def main() -> None:
    """Run the tool on the terminal of this process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A character that the encoding of the terminal lacks becomes a question mark, not an error.
            stream.reconfigure(errors="replace")
    hazi()
