"""`python -m grader`: grade a submission, verify an assignment, or work for a server."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from celery.signals import setup_logging

from assignments.spec import SpecError
from grader import logs, settings
from grader.attack.command import attack
from grader.commands import console
from grader.commands.device import device_option
from grader.commands.run_local import grade_locally, quiet
from grader.commands.verify import verify as checks_of
from grader.contract import Verdict
from grader.material import MaterialError, PackagesMissingError
from grader.practice.command import check, export
from grader.run import BoxFailedError
from grader.sandbox import gpu, host, leftovers, machine, selftest
from grader.sandbox.group import limits_held_by
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.pool import Boxes, Mode
from grader.worker import work as take_jobs

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
OURS = (SandboxMissingError, BoxFailedError, MaterialError, PackagesMissingError, SpecError)


@click.group()
def main() -> None:
    """Grade homework in a sandbox, with or without a server."""
    # Standard output is for what was asked for, standard error for the log.
    logs.configure(settings.secrets())
    setup_logging.connect(_hands_off, weak=False)


def _hands_off(**_facts: object) -> None:
    """Celery asks whether somebody else has set up the log; if nobody has, it does so by itself."""


@main.command()
@click.argument("assignment_folder", type=FOLDER)
@click.argument("submission", type=click.Path(exists=True, path_type=Path))
@device_option
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
def run(assignment_folder: Path, submission: Path, *, device: str, seed: int, as_json: bool) -> None:
    """Grade a file or folder. Exits 0 for every verdict but grader_error."""
    tell = quiet if as_json else console.event
    try:
        report = grade_locally(assignment_folder, submission, device=device, seed=seed, tell=tell)
    except OURS as error:
        raise click.ClickException(f"{Verdict.GRADER_ERROR}: {error}") from error
    click.echo(json.dumps(report.to_message(), indent=2) if as_json else console.report(report))


@main.command()
@click.argument("assignment_folder", type=FOLDER)
@device_option
def verify(assignment_folder: Path, *, device: str) -> None:
    """Try whether an assignment is fit to be published. Exits 1 when a promise does not hold."""
    sound = True
    try:
        for check in checks_of(assignment_folder, device=device):
            sound = sound and check.holds
            mark = click.style("ok  ", fg="green") if check.holds else click.style("FAIL", fg="red")
            click.echo(f"{mark} {check.promise}: {check.seen}")
    except OURS as error:
        raise click.ClickException(str(error)) from error
    sys.exit(0 if sound else 1)


@main.command()
@click.option("--all", "every", is_flag=True, help="Try slower modes too when the fastest holds.")
def doctor(*, every: bool) -> None:
    """Say which walls hold here, why one does not, and what mends it. Exits 1 when nothing can be graded."""
    for finding in machine.findings(limits_held_by()):
        click.echo(f"     {finding.name}: {finding.seen}")
        if finding.remedy:
            click.echo(f"       {finding.remedy}")
    try:
        host.bubblewrap()
        card = gpu.claim(gpu.AUTO)
    except SandboxMissingError as error:
        raise click.ClickException(str(error)) from error
    if card:
        click.echo(f"     GPU {card.number}: {card.name}, {card.total_mib():.0f} MiB")
    found = False
    for mode in settings.SANDBOXES["auto"]:
        if every or not found:
            found = _try(mode, card) or found
    sys.exit(0 if found else 1)


def _try(mode: Mode, card: gpu.Gpu | None) -> bool:
    """Print what was seen of one mode; says whether all its walls hold."""
    boxes = Boxes(mode, card)
    try:
        trial = selftest.try_walls(boxes)
    finally:
        boxes.close()
    for wall in trial.walls:
        mark = click.style("ok  ", fg="green") if wall.holds else click.style("DOWN", fg="red")
        click.echo(f"{mark} {mode}: {wall.name}: {wall.seen}")
    return trial.holds


@main.command()
def work() -> None:
    """Take jobs from the broker that HAZI_BROKER_URL names, one at a time."""
    try:
        take_jobs(settings.read())
    except (settings.SettingsError, SandboxMissingError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
def tidy() -> None:
    """Remove what killed graders left on this machine, as each grader does when it starts."""
    click.echo(f"{leftovers.remove()} removed")


for command in (attack, check, export):
    main.add_command(command)

if __name__ == "__main__":
    main()
