"""Commands of what an assignment hands out: get, inputs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.text import Text

from cli.api.decoding import decode
from cli.api.errors import BadAnswer, NotScored, WrongUse
from cli.api.records import AssignmentDetail
from cli.commands.localized import command, option, pass_context
from cli.context import Context
from cli.language.translation import lazy_gettext as _

HANDOUT = "handout.md"
TABLES = ("inputs.csv", "predictions.csv")  # assignments/file_formats.py has the same
NAME = re.compile(r"(?!\.)[^/\\:\0]+")  # of a file in the folder
FOLDER = click.Path(file_okay=False, path_type=Path)
INTO = _("The folder to write to; this one if left out.")


@command(
    help=_(
        "Fetch the handout and the starter files of an assignment.\n\n"
        "Files that are there already stay as they are."
    )
)
@click.argument("slug")
@option("--into", type=FOLDER, default=Path(), help=INTO)
@pass_context
def get(context: Context, *, slug: str, into: Path) -> None:
    """Write the handout and each starter file."""
    assignment = decode(AssignmentDetail, context.client.get("assignments", slug))
    names = [file.name for file in assignment.starter]
    _fetch(context, slug, names, into, handout=assignment.handout)


@command(
    help=_(
        "Fetch the held-out inputs of an assignment, and an empty table of predictions.\n\n"
        "Its rows have the ids that predictions are handed in with. "
        "Files that are there already stay as they are."
    )
)
@click.argument("slug")
@option("--into", type=FOLDER, default=Path(), help=INTO)
@pass_context
def inputs(context: Context, *, slug: str, into: Path) -> None:
    """Write the two tables."""
    assignment = decode(AssignmentDetail, context.client.get("assignments", slug))
    names = [file.name for file in assignment.starter if file.name in TABLES]
    if TABLES[0] not in names:
        raise NotScored(
            _("There is no table of held-out inputs for {slug}: its handout says where they are.", slug=slug)
        )
    _fetch(context, slug, names, into, handout="")


def _fetch(context: Context, slug: str, names: Sequence[str], into: Path, *, handout: str) -> None:
    for name in names:
        if not NAME.fullmatch(name):
            raise BadAnswer.undecodable(name)
    contents: dict[str, Iterable[bytes]] = {HANDOUT: [handout.encode()]} if handout else {}
    contents |= {name: context.client.download("assignments", slug, "starter", name) for name in names}
    kept: list[str] = []
    written: list[str] = []
    for name, chunks in contents.items():
        path = into / name
        if path.exists():
            kept.append(str(path))
        else:
            _write(path, chunks)
            written.append(str(path))
    context.screen.result({"written": written, "kept": kept}, Text("\n".join(written)))
    for there in kept:
        context.screen.note(_("{path} is there already and stays as it is.", path=there))


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    """All of it or nothing. Raises WrongUse."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("wb") as file:
                file.writelines(chunks)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise WrongUse.cannot_write(path, error) from error
