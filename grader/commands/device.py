"""The option `--device` of commands that grade."""

from __future__ import annotations

import click

from grader.sandbox.gpu import AUTO
from grader.settings import DEVICE


def _checked(_context: click.Context, _option: click.Parameter, device: str) -> str:
    if not DEVICE.fullmatch(device):
        raise click.BadParameter(f"{device!r} is not auto, cpu, cuda or cuda:N")
    return device


device_option = click.option(
    "--device",
    default=AUTO,
    show_default=True,
    callback=_checked,
    help="Where to train: auto, cpu, cuda, or cuda:N for the card N.",
)
