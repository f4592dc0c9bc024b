"""A box without walls, for students who practise with their own code where no sandbox can be built.

No worker can choose it: it is no `Mode`, and only `python -m grader check` makes it. What it keeps of a box
are the pipes, the limits of time and memory, and that nothing is left of it.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox import leftovers, walls
from grader.sandbox.box import Box
from grader.sandbox.group import Group
from grader.sandbox.launch import Bubblewrap
from grader.sandbox.pipes import Pipes
from grader.sandbox.pool import Boxes, Mode

# The same order of sets, and so the same score, as behind the walls.
SETTINGS = {
    name: walls.ENVIRONMENT[name]
    for name in (
        "PYTHONHASHSEED",
        "OMP_WAIT_POLICY",
        "PYTHONDONTWRITEBYTECODE",
        "MPLBACKEND",
        "TQDM_MININTERVAL",
    )
}
PLACE = "PRACTICE_BOX"  # grader/inside/error_report.py reads it


@dataclass(slots=True)
class Unwalled(Boxes):
    """Hands out one ordinary process after the other."""

    mode: Mode = Mode.COLD

    def _next(self) -> Box:
        stage = Path(tempfile.mkdtemp(prefix=leftovers.new_name()))
        (stage / "box").mkdir()
        return Box.around(stage, stage / "box", lambda group, pipes: self._start(stage, group, pipes))

    def _start(self, stage: Path, group: Group, pipes: Pipes) -> Bubblewrap:
        source, printed, errors, answers, notes = pipes.theirs
        settings = SETTINGS | (walls.GPU_ENVIRONMENT if self.gpu else {}) | {PLACE: f"{stage / 'box'}/"}
        # Memory is watched: a limit of processes would count all of this user's.
        inside = walls.python("main", str(answers), str(notes), "limited", harness=str(walls.ROOM.parent))
        popen = subprocess.Popen(
            ["/usr/bin/env", *(f"{name}={value}" for name, value in settings.items()), *inside],
            cwd=stage,
            stdin=source,
            stdout=printed,
            stderr=errors,
            pass_fds=(answers, notes),
            start_new_session=True,  # it is ended as a whole
        )
        for entry in group.entries:
            entry.write_text(str(popen.pid))
        return Bubblewrap(popen)
