"""The command `hazi`: the list of everything it can do, and the one handler of what goes wrong."""

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
from cli.commands.localized import LocalizedHelp, LocalizedOption, language_option
from cli.commands.notices import notices
from cli.commands.results import log, receipt, report, status, watch
from cli.commands.submit import submit, try_out
from cli.commands.verify import verify_receipt
from cli.context import Call
from cli.language.translation import lazy_gettext as _

EXIT_CODES = (
    ("0", _("done; where a score was awaited: it is there")),
    ("1", _("there is no score: the run failed, was cancelled, or nothing was handed in")),
    ("2", _("something on your side: wrong options, a missing file, not signed in")),
    ("3", _("the server refused, and said why")),
    ("4", _("the server could not be reached, or did not answer like one")),
    ("130", _("stopped by Ctrl-C")),
)


class Hazi(LocalizedHelp, click.Group):
    """The tool; turns outcomes and errors into words and exit codes."""

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; its number, if it returns one, is the exit code."""
        call = ctx.ensure_object(Call)
        with call.closing:
            try:
                code = super().invoke(ctx)
            except HaziError as error:
                call.screen.failure(error)
                code = error.exit_code
            except (KeyboardInterrupt, click.Abort) as stop:
                call.screen.note(_("\nStopped."))
                call.screen.going_on(stop)
                code = INTERRUPTED
        ctx.exit(code or 0)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the exit codes mean."""
        language = ctx.find_root().ensure_object(Call).language
        with formatter.section(language.gettext("Exit codes")):
            formatter.write_dl([(code, meaning.in_language(language)) for code, meaning in EXIT_CODES])


@click.group(
    cls=Hazi,
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
@click.pass_context
def hazi(ctx: click.Context, *, insecure: bool) -> None:
    """All commands; click shows the help above instead of this."""
    ctx.ensure_object(Call).insecure = insecure


for command in (
    login,
    logout,
    whoami,
    assignments,
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
    """Run the tool on the real terminal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a letter shows a question mark; it does not end the command.
            stream.reconfigure(errors="replace")
    hazi()
