"""Grading at home: the server's own grader on this machine, with public data, and no try is spent."""

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
from cli.api.decoding import read
from cli.api.errors import NotScored
from cli.api.practice_kit import kit_in
from cli.api.records import SCORED, Assignment, Practice
from cli.api.report_records import Report
from cli.api.uploads import opened
from cli.commands import precheck
from cli.commands.localized import LocalizedCommand, LocalizedOption, pass_call
from cli.commands.submit import FILES
from cli.context import Call
from cli.language.translation import lazy_gettext as _
from cli.terminal.report_card import ReportCard
from cli.terminal.screen import Screen

GRADER = ("grader", "torch")


@click.command(
    cls=LocalizedCommand,
    help=_(
        "Grade files on this machine, with the public data: nothing is handed in, no try is spent.\n\n"
        "The score is that of the validation data; the grade comes from data that only the server has."
    ),
)
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option(
    "--device", default="auto", cls=LocalizedOption, help=_("Where to train: auto, cpu, cuda, or cuda:N.")
)
@click.option("--seed", type=click.IntRange(0), default=0, cls=LocalizedOption, help=_("Seed of the run."))
@pass_call
def check(call: Call, *, slug: str, files: tuple[Path, ...], device: str, seed: int) -> int:
    """Look at the files as a hand-in would, then grade them if this machine can."""
    assignment = read(Assignment, call.client.get("assignments", slug))
    with opened(files, assignment.limits) as parcels:
        found = list(precheck.problems(assignment.kind, parcels))
    if found:
        error = NotScored(_("These files would be refused, or fail at once."))
        for sentence in found:
            error.add_note(f"- {sentence.in_language(call.language)}")
        raise error
    if not all(importlib.util.find_spec(name) for name in GRADER):
        return _told_without_grader(call, files)
    if assignment.practice is None:
        raise NotScored(_("There is no practice kit for this assignment yet: ask your teacher for one."))
    kit = _kit(call, slug, assignment.practice)
    report = _graded(call, kit, files, ["--device", device, "--seed", str(seed)])
    call.screen.result(report, ReportCard(read(Report, report), assignment, call.language))
    return 0 if report.get("verdict") == SCORED else 1


def _told_without_grader(call: Call, files: Sequence[Path]) -> int:
    names = [path.name for path in files]
    call.screen.result({"files": names, "graded": False})
    call.screen.note(_("The files can be read, and what is asked for is in them."))
    call.screen.hint(
        _("To train and score them here, install the grader with PyTorch: pip install 'hazi[grader]'")
    )
    return 0


def _kit(call: Call, slug: str, practice: Practice) -> Path:
    with _progress(call.screen, practice.size) as tell:
        return kit_in(call.outside.cache / "practice", call.client, slug, practice, tell)


@contextmanager
def _progress(screen: Screen, whole: int) -> Iterator[Callable[[int], None]]:
    """Shows what has arrived of a kit; nothing where it is here already."""
    with Progress(console=screen.notes, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task(
            screen.language.gettext("Fetching the practice kit"), total=whole, visible=False
        )
        yield lambda count: progress.update(task, advance=count, visible=True)


def _graded(call: Call, kit: Path, files: Sequence[Path], options: Sequence[str]) -> Json:
    """The grader's report; what it tells meanwhile goes to stderr. Raises NotScored where it has none."""
    # -P: no file of the folder this is called in may stand in for a module.
    command = [sys.executable, "-P", "-m", "grader", "check", "--json", *options, "--", str(kit)]
    done = subprocess.run(
        [*command, *map(str, files)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False
    )
    try:
        told: Json = json.loads(done.stdout)
    except (ValueError, RecursionError) as error:
        raise NotScored(_("The grader on this machine gave no report; it says why above.")) from error
    call.screen.note(_("Nothing was handed in: this is what the public validation data say."))
    # What the validation data would be worth is no promise.
    return told | {"points": None}
