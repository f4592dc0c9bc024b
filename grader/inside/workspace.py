"""The working directory of a run: a copy of the student's files, which their code may write to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PRACTICE = os.environ.get("PRACTICE_BOX", "")  # a student practises without a sandbox: all happens there
BOX = PRACTICE or "/box/"
"""What was handed in, read-only: nothing that runs here can change it."""
WORK = PRACTICE or "/tmp/work/"  # noqa: S108 - the box's own
"""Where the student's code runs."""
FONTS = "/tmp/fonts.conf"  # noqa: S108
NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>'
"""Without settings of fonts, matplotlib's first look for them complains in the student's log."""
LARGEST_COPY = 4 * 2**20  # a larger file is shown by a link, for copies take memory of the run


def enter() -> None:
    """Fill the working directory, and go there. Nothing of the student's may have run."""
    if WORK != BOX:
        Path(FONTS).write_text(NO_FONTS)
        for folder, _folders, names in os.walk(BOX):
            place = Path(WORK, os.path.relpath(folder, BOX))
            place.mkdir()
            for name in names:
                _show(Path(folder, name), place / name)
    os.chdir(WORK)


def _show(source: Path, place: Path) -> None:
    if source.stat().st_size > LARGEST_COPY:
        place.symlink_to(source)
    else:
        shutil.copyfile(source, place)
