"""`python -m grader attack`: try a pack of attacks on this machine's own sandbox and print what held."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from grader.attack.pack import Attack, HeaderError, find
from grader.attack.runner import Result, Runner
from grader.attack.verdicts import BREACH
from grader.sandbox.gpu import AUTO, claim
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.pool import Mode

PLACES = (Path(__file__).parents[2] / "tests" / "attacks", Path("/srv/hazi/attacks"))
"""Where the pack lies: in a checkout, and in the images."""
ALL = "all"
WIDTHS = (5, 30, 8, 27, 27, 8)
HEAD = ("mode", "attack", "rows", "expected", "seen", "seconds")
MODE = click.Choice([*map(str, Mode), ALL])
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--pack", type=FOLDER, help="The folder of the attacks, by default the project's own.")
@click.option("--mode", type=MODE, default=str(Mode.TEMPLATE), show_default=True)
@click.option("--only", default="*", help="A name, a part of one with * and ?, or a row like R3.")
@click.option("--quick", is_flag=True, help="Only those that are easiest to get wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list when all are done.")
def attack(pack: Path | None, *, mode: str, only: str, quick: bool, as_json: bool) -> None:
    """Try the attack pack on this machine. Exits 1 when one of its attacks is not held."""
    modes = tuple(Mode) if mode == ALL else (Mode(mode),)
    results = []
    try:
        folder = pack or _own_pack()
        attacks = [one for one in find(folder, only) if one.quick or not quick]
        if not attacks:
            raise click.ClickException(f"no attack in {folder} fits {only!r}")
        for result in _results(folder, modes, attacks):
            results.append(result)
            if not as_json:
                click.echo("\n".join(_lines(result, first=len(results) == 1)))
    except (HeaderError, SandboxMissingError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([result.to_message() for result in results], indent=2))
    held = sum(result.held for result in results)
    click.echo(f"{held} of {len(results)} held.", err=as_json)
    sys.exit(0 if held == len(results) else 1)


def _own_pack() -> Path:
    for place in PLACES:
        if place.is_dir():
            return place
    raise click.ClickException(f"there is no {' and no '.join(map(str, PLACES))}: name a folder with --pack")


def _results(folder: Path, modes: tuple[Mode, ...], attacks: list[Attack]) -> Iterator[Result]:
    """On the CPU all that need no card, then with a card, where this machine has one, those that do."""
    with_card = [one for one in attacks if one.gpu_memory_mib]
    card = claim(AUTO) if with_card else None
    if with_card and not card:
        click.echo(f"{len(with_card)} left out: they need a graphics card.", err=True)
    without_card = [one for one in attacks if not one.gpu_memory_mib]
    for mode in modes:
        for gpu, some in ((None, without_card), (card, with_card if card else [])):
            if some:
                with Runner.ready(folder, mode, gpu) as runner:
                    yield from map(runner.run, some)


def _lines(result: Result, *, first: bool) -> Iterator[str]:
    """A row of the table, and below it what was breached."""
    if first:
        yield click.style(_row(HEAD), bold=True)
    seconds = f"{result.seconds:.1f}"
    cells = (result.mode, result.name, " ".join(result.rows), result.expected, result.seen, seconds)
    mark = click.style("held", fg="green") if result.held else click.style(BREACH, fg="red", bold=True)
    yield f"{_row(cells)} {mark}"
    yield from (f"      {breach}" for breach in result.breaches)


def _row(cells: tuple[str, ...]) -> str:
    return " ".join(f"{cell:{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
