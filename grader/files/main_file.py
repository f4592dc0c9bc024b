"""The main file of a hand-in under its name, whatever the student called it, or why there is none."""

from __future__ import annotations

from assignments.files import hand_in_files
from assignments.files.hand_in_files import listed, shown
from assignments.localized import Localized
from grader.files.unpack import SUBMISSION, Contents
from grader.sentences import RefusedError, say


def named(contents: Contents, main: str = SUBMISSION, *, notebooks: bool = True) -> Contents:
    """The same files, the main one under its name and no notebook beside it, and what was done for that.

    Raises RefusedError.
    """
    found = hand_in_files.main_file(contents.files, main, notebooks=notebooks)
    if found.problem:
        raise RefusedError(
            found.problem, file=main, main=main, found=listed(found.others), number=len(found.others)
        )
    if found.name.lower().endswith(hand_in_files.NOTEBOOK):
        return Contents(contents.files)
    files = {name: data for name, data in contents.files.items() if name not in {found.name, *found.others}}
    files[main] = contents.files[found.name]
    return Contents(files, tuple(_notices(found, main)))


def _notices(found: hand_in_files.MainFile, main: str) -> list[Localized]:
    taken = [] if found.name == main else [say("main_taken", found=shown(found.name), file=main)]
    others = found.others[: hand_in_files.MOST_LISTED]
    return [*taken, *(say("notebook_not_graded", file=main, found=shown(other)) for other in others)]
