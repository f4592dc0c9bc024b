"""The attacks of a folder: each is a submission whose first docstring says what must be seen of it.

    Fill the scratch folder.                            what it tries, up to the first empty line

    catalogue: R3                                       rows of the catalogue that it is about
    verdict: scored | out_of_memory                     what it may end with

Further fields, each optional: `says` (stands in the log; may be repeated), `hides` (stands nowhere a
student can see; may be repeated), `message` (part of the report's sentence), `score` (`<= 0.5`: a bound on
the private score), `wall`, `memory_mib` and `cpus` (limits other than the target's), `late: 6s` (how long it
may still be ending after its time limit, other than usual), `gpu_memory_mib` (the run needs a card),
`quick: yes` (part of `--quick`), `beside: honest` or `itself` (another submission is graded at the same
time), `runs: 2` (graded twice, one after the other), `differs` (what follows this word in the log is never
the same in two runs).
An attack is one file, or a folder of files around a `submission.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatch
from pathlib import Path

from grader.contract import Verdict

SUBMISSION = "submission.py"
TARGET = "target"
ROW = re.compile(r"[A-Z]\d{1,2}")
BOUND = re.compile(r"(<=|>=) (\d(?:\.\d+)?)")
PREFIXES = re.compile(r"([A-Z]\d+|honest)_[a-z0-9_]+")
REPEATED = frozenset({"says", "hides", "message"})
FIELDS = REPEATED | {
    *("catalogue", "verdict", "score", "wall", "late", "memory_mib", "cpus", "gpu_memory_mib"),
    *("quick", "beside", "runs", "differs"),
}


class HeaderError(ValueError):
    """The header of an attack is not as it must be. The sentence names the file."""


class Beside(StrEnum):
    """What is graded at the same time."""

    HONEST = "honest"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True)
class Bound:
    """What the private score may be at most, or must be at least."""

    relation: str
    score: float

    def holds(self, score: float) -> bool:
        """Whether a score is on the right side."""
        return score <= self.score if self.relation == "<=" else score >= self.score


@dataclass(frozen=True, slots=True)
class Attack:
    """One submission, and what must be seen of it."""

    name: str
    tries: str
    files: Mapping[str, bytes]
    rows: tuple[str, ...]
    verdicts: frozenset[Verdict]
    says: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    message: tuple[str, ...] = ()
    score: Bound | None = None
    wall: timedelta | None = None
    late_s: int | None = None
    memory_mib: int | None = None
    cpus: int | None = None
    gpu_memory_mib: int | None = None  # of a card, which the attack then needs
    quick: bool = False
    beside: Beside | None = None
    runs: int = 1
    differs: str = ""

    @property
    def expected(self) -> str:
        """What may be seen, in a few words."""
        verdicts = " | ".join(sorted(self.verdicts))
        return f"{verdicts} {self.score.relation} {self.score.score:g}" if self.score else verdicts


def find(folder: Path, only: str = "*") -> list[Attack]:
    """The attacks of a folder whose name or row fits the pattern, honest ones first. Raises HeaderError."""
    places = [path for path in sorted(folder.iterdir()) if PREFIXES.fullmatch(path.stem)]
    places.sort(key=lambda path: not path.stem.startswith("honest_"))
    attacks = [_read(path) for path in places if path.is_dir() or path.suffix == ".py"]
    return [attack for attack in attacks if _fits(attack, only)]


def parse(name: str, files: Mapping[str, bytes]) -> Attack:
    """An attack from its files. Raises HeaderError."""
    try:
        docstring = ast.get_docstring(ast.parse(files[SUBMISSION]))
    except (KeyError, SyntaxError, ValueError) as error:
        raise HeaderError(f"{name}: there is no {SUBMISSION} with a header") from error
    tries, _, header = (docstring or "").partition("\n\n")
    fields = _fields(name, header)
    if not tries or not fields.get("catalogue") or not fields.get("verdict"):
        raise HeaderError(f"{name}: a header says what it tries, then `catalogue:` and `verdict:`")
    try:
        return _attack(name, " ".join(tries.split()), files, fields)
    except ValueError as error:
        raise HeaderError(f"{name}: {error}") from error


def _read(path: Path) -> Attack:
    if path.is_file():
        return parse(path.stem, {SUBMISSION: path.read_bytes()})
    names = [file for file in sorted(path.rglob("*")) if file.is_file() and "__pycache__" not in file.parts]
    return parse(path.name, {file.relative_to(path).as_posix(): file.read_bytes() for file in names})


def _fits(attack: Attack, only: str) -> bool:
    return fnmatch(attack.name, only) or only in attack.rows


def _fields(name: str, header: str) -> dict[str, list[str]]:
    """The lines up to the next empty one, as `field: value`."""
    fields: dict[str, list[str]] = {}
    for line in header.partition("\n\n")[0].splitlines():
        field, colon, value = line.partition(":")
        if not colon or field not in FIELDS or not value.strip():
            raise HeaderError(f"{name}: {line!r} is no field of a header")
        if field in fields and field not in REPEATED:
            raise HeaderError(f"{name}: {field!r} is there twice")
        fields.setdefault(field, []).append(value.strip())
    return fields


def _attack(name: str, tries: str, files: Mapping[str, bytes], fields: dict[str, list[str]]) -> Attack:
    one = {field: values[0] for field, values in fields.items()}
    seconds = _number(one.get("wall", "").removesuffix("s"))
    return Attack(
        name=name,
        tries=tries,
        files=files,
        rows=tuple(_rows(one["catalogue"])),
        verdicts=frozenset(Verdict(word.strip()) for word in one["verdict"].split("|")),
        says=tuple(fields.get("says", ())),
        hides=tuple(fields.get("hides", ())),
        message=tuple(fields.get("message", ())),
        score=_bound(one.get("score")),
        wall=None if seconds is None else timedelta(seconds=seconds),
        late_s=_number(one.get("late", "").removesuffix("s")),
        memory_mib=_number(one.get("memory_mib")),
        cpus=_number(one.get("cpus")),
        gpu_memory_mib=_number(one.get("gpu_memory_mib")),
        quick=_is_yes(one.get("quick")),
        beside=Beside(one["beside"]) if "beside" in one else None,
        runs=_number(one.get("runs")) or 1,
        differs=one.get("differs", ""),
    )


def _rows(text: str) -> Iterator[str]:
    for row in text.split():
        if not ROW.fullmatch(row):
            raise ValueError(f"{row!r} is no row of the catalogue")
        yield row


def _bound(text: str | None) -> Bound | None:
    if text is None:
        return None
    match = BOUND.fullmatch(text)
    if match is None:
        raise ValueError(f"score is {text!r}; it must look like `<= 0.5` or `>= 0.9`")
    return Bound(match[1], float(match[2]))


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _is_yes(text: str | None) -> bool:
    if text not in {None, "yes"}:
        raise ValueError(f"quick is {text!r}; it must be `yes` or left out")
    return text == "yes"
