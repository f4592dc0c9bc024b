"""The command `hazi`: its list of commands, and the one handler of errors."""

from __future__ import annotations

import io
import sys

import click

from cli.api.errors import INTERRUPTED, HaziError
from cli.commands.account import login, logout, whoami
from cli.commands.check import check
from cli.commands.course import assignments, leaderboard, open_page
from cli.commands.deadlines import dates, explain, extend, extensions, tokens, unextend
from cli.commands.decisions import cancel, choose, decide, decisions
from cli.commands.handouts import get, inputs
from cli.commands.localized import LocalizedHelp, LocalizedOption, language_option, pass_context
from cli.commands.notices import notices
from cli.commands.submissions import log, receipt, report, status, watch
from cli.commands.submit import submit, try_out
from cli.commands.verify import verify_receipt
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
            except (KeyboardInterrupt, click.Abort) as stop:
                context.screen.note(_("\nStopped."))
                context.screen.error_notes(stop)
                code = INTERRUPTED
        ctx.exit(code or 0)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The exit codes and their meaning."""
        language = ctx.find_root().ensure_object(Context).language
        with formatter.section(language.gettext("Exit codes")):
            formatter.write_dl([(code, meaning.in_language(language)) for code, meaning in EXIT_CODES])


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
@click.version_option(package_name="hazi", message="hazi %(version)s")
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
