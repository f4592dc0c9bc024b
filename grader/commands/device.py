"""The option `--device` of commands that grade."""

from __future__ import annotations

import click

from grader.sandbox.gpu import AUTO
from grader.settings import DEVICE


def _checked(_context: click.Context, _option: click.Parameter, wish: str) -> str:
    if not DEVICE.fullmatch(wish):
        raise click.BadParameter(f"{wish!r} is not auto, cpu, cuda or cuda:N")
    return wish


device_option = click.option(
    "--device",
    default=AUTO,
    show_default=True,
    callback=_checked,
    help="Where to train: auto, cpu, cuda, or cuda:N for the card N.",
)
