"""What staff should look at: code that predicts without having learned. It decides nothing.

Numbers and texts are counted by Python's tokenizer, which reads line by line and builds no tree: what no
parser is asked to nest cannot exhaust it. Files of more than `unpack.LARGEST_SOURCE` were refused before.
"""

from __future__ import annotations

import io
import token
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from assignments.files.hand_in_files import shown
from assignments.localized import Localized
from grader.contract import GradeReport, Remark, RunPhase
from grader.run import Clock
from grader.sentences import say

QUICK_S = 0.5  # the smallest network takes longer to learn anything
MOST_SOURCE = 512 * 2**10  # bytes of all source files together: more is not looked at
MOST_TOLD = 5
MOST_NUMBERS = 500  # in one file
MOST_TEXT = 4096  # characters of literals in one file, docstrings left out
MOST_PROSE = 16 * 2**10  # characters of docstrings and comments: handouts ask for answers there
MOST_DATA = 4096  # bytes of one file that is no program
LONGEST_NUMBER = 40  # a longer one is a table by itself
TEXTS = frozenset({token.STRING, getattr(token, "FSTRING_MIDDLE", token.STRING)})
BETWEEN_STATEMENTS = frozenset({token.ENCODING, token.NEWLINE, token.NL, token.INDENT, token.DEDENT})
DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
UNREADABLE = (tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(slots=True)
class Literals:
    """What stands in a source file as it is."""

    numbers: int = 0
    text: int = 0  # characters
    prose: int = 0  # characters of docstrings and comments


def of_training(clock: Clock) -> Iterator[Remark]:
    """Whether nothing was seen of a training: no gradient reached a layer, and it took no time."""
    seconds = clock.timings.get(str(RunPhase.TRAIN), 0.0)
    if seconds < QUICK_S and not any(layer.gradient_norm for layer in clock.layers):
        took = f"{seconds:.1f}"
        yield _remark("no_training", say("no_training", seconds=Localized(took, took.replace(".", ","))))


def of_files(files: Mapping[str, bytes]) -> Iterator[Remark]:
    """Whether a file holds a table: many numbers, long texts, data. Of several the first are told."""
    sources = sum(len(data) for name, data in files.items() if name.endswith(".py"))
    if sources > MOST_SOURCE:
        yield _remark("table", say("much_source", kib=sources >> 10))
        return
    yield from islice(_tables(files), MOST_TOLD)


def _tables(files: Mapping[str, bytes]) -> Iterator[Remark]:
    for name, data in sorted(files.items()):
        found = _in_source(data) if name.endswith(".py") else _in_data(data)
        if found is not None:
            yield _remark("table", say("table", file=shown(name), found=found))


def _remark(code: str, text: Localized) -> Remark:
    return Remark(code, text.en, text.hu)


def added(report: GradeReport, remarks: Iterable[Remark]) -> GradeReport:
    """The report with these remarks for staff."""
    return replace(report, staff=replace(report.staff, remarks=(*report.staff.remarks, *remarks)))


def literals(source: bytes) -> Literals | None:
    """How much stands in a source file as numbers and texts; None where it cannot be read."""
    found, alone, depth = Literals(), True, 0  # alone: at the beginning of a statement, where docstrings are
    try:
        for one in tokenize.tokenize(io.BytesIO(source).readline):
            if one.type == token.NUMBER:
                found.numbers += max(1, len(one.string) // LONGEST_NUMBER)
            elif one.type == token.COMMENT or (one.type in TEXTS and alone and not depth):
                found.prose += len(one.string)
            elif one.type in TEXTS:
                found.text += len(one.string)
            depth += DEPTH.get(one.string, 0) if one.type == token.OP else 0
            alone = one.type in BETWEEN_STATEMENTS or (alone and one.type == token.COMMENT)
    except UNREADABLE:
        return None
    return found


def _in_source(data: bytes) -> Localized | None:
    found = literals(data)
    if found is None:
        return say("table_unreadable")
    if found.numbers > MOST_NUMBERS:
        return say("table_numbers", number=found.numbers)
    if found.text > MOST_TEXT or found.prose > MOST_PROSE:
        return say("table_text", number=found.text + found.prose)
    return None


def _in_data(data: bytes) -> Localized | None:
    return say("table_data", number=len(data)) if len(data) > MOST_DATA else None
