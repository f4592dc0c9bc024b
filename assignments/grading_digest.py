"""Which versions of an assignment give results that can be compared: those that grade in the same way."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from assignments.archive import files_of
from assignments.spec import Assignment

WORDS = ("handout.en.md", "handout.hu.md")  # what is said to students
SPEC = "assignment.toml"
EXAMPLES = ("starter", "reference")  # handed in as baselines: they grade nobody


def grading_digest(folder: Path, spec: Assignment) -> str:
    """A digest (sha256, hex) of all that results depend on: data, checks, scoring, and what a run may use.

    Texts, dates and what lateness costs are not in it: to change them asks for no run.
    """
    limits = spec.limits
    room = (limits.wall, limits.memory_mib, limits.cpus, limits.gpu, limits.gpu_memory_mib)
    digest = sha256(repr((spec.kind, spec.data, spec.score, spec.rules, room)).encode())
    for name, path in sorted(files_of(folder).items()):
        if name != SPEC and name not in WORDS and name.split("/")[0] not in EXAMPLES:
            digest.update(f"\0{name}\0{sha256(path.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()
