"""`python -m grader export` and `check`: make practice kits, and grade at home with one."""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import structlog

import assignments
from assignments.archive import ArchiveError, pack, version_of
from assignments.file_formats import FLAWS
from assignments.spec import Assignment
from grader import material
from grader.commands import console
from grader.commands.device import device_option
from grader.commands.verify import checks_of_material
from grader.contract import GradeReport, Verdict
from grader.grade import Task, grade
from grader.material import MaterialError, PackagesMissingError
from grader.practice import kit
from grader.practice.inputs import input_tables
from grader.practice.kit import KitError
from grader.run import BoxFailedError
from grader.sandbox import host
from grader.sandbox.gpu import AUTO, CPU, claim
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.pool import Boxes, Mode
from grader.sandbox.unwalled import Unwalled

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KIT = re.compile(r"[0-9a-f]{64}\.(safetensors|(inputs|predictions)\.csv|flaws\.json)")
LARGEST_KIT = 256 * 2**20  # what the server takes


@click.command()
@click.argument("course", type=FOLDER)
@click.argument("into", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep-going", is_flag=True, help="Exit 0 even where no kit of an assignment could be made.")
def export(course: Path, into: Path, *, keep_going: bool) -> None:
    """Write a practice kit of each assignment of a course where there is none yet, and remove older ones."""
    into.mkdir(parents=True, exist_ok=True)
    kept, failed = set(), False
    for slug, folder in sorted(assignments.folders(course).items()):
        try:
            kept |= _export(slug, folder, into)
        except Exception as error:  # noqa: BLE001 - a lecturer's data.py may raise anything
            failed = True
            click.echo(f"{slug}: {error}", err=True)
            _write_flaws(into, folder, [str(error)])
    if not failed:
        _remove_others(into, kept)
    sys.exit(1 if failed and not keep_going else 0)


def _export(slug: str, folder: Path, into: Path) -> set[Path]:
    # A kit holds nothing of the held-out data; a key of this moment makes sure that it cannot.
    found = material.from_folder(folder, secrets.token_hex(32))
    path = into / f"{found.version}.safetensors"
    is_looked_at = path.exists() and _flaws_path(into, found.version).exists()
    if path.exists():
        click.echo(f"{slug}: is there")
    else:
        packed = kit.pack(found)
        if len(packed) > LARGEST_KIT:
            raise MaterialError(f"its kit has {len(packed) >> 20} MiB, and {LARGEST_KIT >> 20} are allowed")
        _write(path, packed)
        click.echo(f"{slug}: {len(packed) / 2**20:.1f} MiB")
    if not is_looked_at:  # what is there without a kit tells why there was none
        refused = [f"{one.promise}: {one.seen}" for one in checks_of_material(found) if not one.holds]
        _write_flaws(into, folder, refused)
    return {path, _flaws_path(into, found.version), *_export_inputs(slug, found, into)}


def _flaws_path(into: Path, version: str) -> Path:
    return into / f"{version}.{FLAWS}"


def _write_flaws(into: Path, folder: Path, flaws: list[str]) -> None:
    """What `verify` would refuse before it runs anything, for `sync` to tell: it runs no code of a course."""
    try:
        version = version_of(pack(folder))
    except ArchiveError:  # which `sync` says itself
        return
    _write(_flaws_path(into, version), json.dumps(flaws).encode())


def _export_inputs(slug: str, found: material.Material, into: Path) -> set[Path]:
    """The tables for those who predict at home. Where they cannot be made the kit is there all the same."""
    try:
        tables = input_tables(found)
    except MaterialError as error:
        click.echo(f"{slug}: no table of held-out inputs: {error}", err=True)
        return set()
    paths = {
        into / f"{found.version}.{name}": content
        for name, content in (tables.files if tables else {}).items()
    }
    for path, content in paths.items():
        _write(path, content)
        click.echo(f"{slug}: {path.name.partition('.')[2]}, {len(content) / 2**20:.1f} MiB")
    return set(paths)


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)  # whoever looks at the folder meanwhile sees all of it or nothing


def _remove_others(into: Path, kept: set[Path]) -> None:
    for path in into.iterdir():
        if KIT.fullmatch(path.name) and path not in kept:
            path.unlink(missing_ok=True)


@click.command()
@click.argument("practice_kit", type=FILE)
@click.argument("files", type=FILE, nargs=-1, required=True)
@device_option
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
def check(practice_kit: Path, files: tuple[Path, ...], *, device: str, seed: int, as_json: bool) -> None:
    """Grade one's own files with a practice kit. Exits 0 for every verdict but grader_error."""
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)
    try:
        found = kit.read(practice_kit)
        report = _practised(found, files, _boxes(found.assignment, device), seed)
    except (KitError, MaterialError, PackagesMissingError, SandboxMissingError, BoxFailedError) as error:
        raise click.ClickException(f"{Verdict.GRADER_ERROR}: {error}") from error
    click.echo(json.dumps(report.to_message(), indent=2) if as_json else console.report(report))


def _practised(found: material.Material, files: Iterable[Path], boxes: Boxes, seed: int) -> GradeReport:
    contents = {path.name: path.read_bytes() for path in files}
    try:
        return grade(Task("practice", seed), boxes, lambda: found, lambda _: contents, console.event)
    finally:
        boxes.close()


def _boxes(assignment: Assignment, device: str) -> Boxes:
    """Walls where this machine can build them; the code is its user's own, and runs without them too."""
    card = claim(CPU if device == AUTO and not assignment.limits.gpu else device)
    try:
        host.bubblewrap()
    except SandboxMissingError as error:
        click.echo(f"- without a sandbox, as an ordinary program of yours: {error}", err=True)
        return Unwalled(gpu=card)
    return Boxes(Mode.COLD, card)
