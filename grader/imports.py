"""Imports that cannot be where the code runs, as a sentence: all at once, with what there is instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec

from assignments.files.notebook_cells import place_of
from assignments.localized import Localized
from assignments.packages import PACKAGES
from grader.harness_notes import ImportNote, one_line
from grader.sentences import say
from grader.sentences.imports import ADVICE

FRAGILE = frozenset({"torchvision"})


def sentence(found: Mapping[str, Sequence[ImportNote]], cells: Sequence[tuple[int, int]]) -> Localized:
    """What of the imports is wrong. `cells` are the first line and the number of lines of each code cell."""
    parts = []
    if missing := found.get("missing"):
        modules = _joined(_advised(one, cells) for one in missing)
        parts.append(say("imports_missing", modules=modules, packages=", ".join(installed())))
    if hidden := found.get("hidden"):
        parts.append(say("imports_hidden", modules=_joined(_placed(one, cells) for one in hidden)))
    return Localized(" ".join(one.en for one in parts), " ".join(one.hu for one in parts))


def installed() -> list[str]:
    """The packages that students know of and this grader has, by the names under which they are imported."""
    return [name for name in PACKAGES if find_spec(name) is not None and name not in FRAGILE]


def _advised(one: ImportNote, cells: Sequence[tuple[int, int]]) -> Localized:
    place, advice = _placed(one, cells), ADVICE.get(one.module.partition(".")[0])
    return say("import_instead", place=place, advice=advice) if advice else place


def _placed(one: ImportNote, cells: Sequence[tuple[int, int]]) -> Localized:
    if one.file == "submission.py" and (place := place_of(one.line, cells)):
        return say("import_in_cell", module=one_line(one.module), cell=place[0], line=place[1])
    return say("import_at", module=one_line(one.module), file=one_line(one.file), line=one.line)


def _joined(parts: Iterable[Localized]) -> Localized:
    known = list(parts)
    return Localized("; ".join(one.en for one in known), "; ".join(one.hu for one in known))
