"""The command check: files are graded on this machine, with the public data of the practice kit."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import Progress

from cli.api.client import Json
from cli.api.decoding import decode
from cli.api.errors import NotScored
from cli.api.practice_kit import fetch_kit
from cli.api.records import SCORED, AssignmentDetail, PracticeKit
from cli.api.report_records import Report
from cli.api.uploads import open_files
from cli.commands import precheck
from cli.commands.localized import command, option, pass_context
from cli.commands.submit import FILES
from cli.context import Context
from cli.language.translation import lazy_gettext as _
from cli.terminal.report_card import ReportCard
from cli.terminal.screen import Screen

GRADER_MODULES = ("grader", "torch")


@command(
    help=_(
        "Grade files on this machine, with the public data: nothing is handed in, no try is spent.\n\n"
        "The score is that of the validation data; the grade comes from data that only the server has."
    )
)
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=FILES)
@option("--device", default="auto", help=_("Where to train: auto, cpu, cuda, or cuda:N."))
@option("--seed", type=click.IntRange(0), default=0, help=_("Seed of the run."))
@pass_context
def check(context: Context, *, slug: str, files: tuple[Path, ...], device: str, seed: int) -> int:
    """Check the files, then grade them if the grader is installed."""
    assignment = decode(AssignmentDetail, context.client.get("assignments", slug))
    with open_files(files, assignment.limits) as opened:
        problems = list(precheck.problems(assignment.kind, opened, assignment.packages))
    if problems:
        error = NotScored(_("These files would be refused, or fail at once."))
        for sentence in problems:
            error.add_note(f"- {sentence.in_language(context.language)}")
        raise error
    if not all(importlib.util.find_spec(name) for name in GRADER_MODULES):
        return _without_grader(context, files)
    if assignment.practice is None:
        raise NotScored(_("There is no practice kit for this assignment yet: ask your teacher for one."))
    kit = _fetch_kit(context, slug, assignment.practice)
    report = _grade(context, kit, files, ["--device", device, "--seed", str(seed)])
    context.screen.result(report, ReportCard(decode(Report, report), assignment, context.language))
    return 0 if report.get("verdict") == SCORED else 1


def _without_grader(context: Context, files: Sequence[Path]) -> int:
    names = [path.name for path in files]
    context.screen.result({"files": names, "graded": False})
    context.screen.note(_("The files can be read, and what is asked for is in them."))
    context.screen.hint(
        _("To train and score them here: {address} says how.", address=f"{context.client.address.url}/cli/")
    )
    return 0


def _fetch_kit(context: Context, slug: str, kit: PracticeKit) -> Path:
    with _progress(context.screen, kit.size) as on_progress:
        return fetch_kit(context.environment.cache / "practice", context.client, slug, kit, on_progress)


@contextmanager
def _progress(screen: Screen, total: int) -> Iterator[Callable[[int], None]]:
    """Show how many bytes of a kit have arrived; nothing for a kit from the cache."""
    with Progress(console=screen.stderr, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task(
            screen.language.gettext("Fetching the practice kit"), total=total, visible=False
        )
        yield lambda count: progress.update(task, advance=count, visible=True)


def _grade(context: Context, kit: Path, files: Sequence[Path], options: Sequence[str]) -> Json:
    """The report of the grader, whose messages go to stderr. Raises NotScored when it prints no report."""
    # -P: a file in the current folder must not be imported instead of a module.
    command = [sys.executable, "-P", "-m", "grader", "check", "--json", *options, "--", str(kit)]
    finished = subprocess.run(
        [*command, *map(str, files)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False
    )
    try:
        report: Json = json.loads(finished.stdout)
    except (ValueError, RecursionError) as error:
        raise NotScored(_("The grader on this machine gave no report; it says why above.")) from error
    context.screen.note(_("Nothing was handed in: this is what the public validation data say."))
    # Points on the validation data would look like a promise.
    return report | {"points": None}
