"""Kind `dataset`: three splits are read and counted in the box; what is sound is decided out here."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assignments.files.hand_in_files import shown
from assignments.files.tables import Flaw
from assignments.json_reading import read_json
from assignments.kinds import DatasetRules, KindRules
from assignments.localized import Localized
from grader.contract import CheckResult, DataSheet, GradeReport, RunPhase, ScoreCard, Verdict
from grader.files import table_flaws
from grader.kinds.attempt import Attempt
from grader.kinds.dataset.sheets import read_sheet
from grader.kinds.outer import OuterHalf
from grader.material import MaterialError
from grader.run import Run, RunEndedError
from grader.sentences import SENTENCES, RefusedError, say

LONGEST_ANSWER = 2**20  # bytes
SPLITS = ("train", "valid", "test")
PAIRS = ("train-valid", "train-test", "valid-test")


@dataclass(frozen=True, slots=True)
class SplitFacts:
    """What one split holds."""

    examples: int
    classes: Mapping[str, int]
    cells: int
    missing: int
    form: str


MOST_PICTURES = 8000


@dataclass(frozen=True, slots=True)
class Facts:
    """What the box counted. `exact` and `near`: examples of the second split that are in the first too."""

    splits: Mapping[str, SplitFacts]
    twice: Mapping[str, int]  # examples that a split has more than once
    exact: Mapping[str, int]
    near: Mapping[str, int]
    sheet: DataSheet


@dataclass(frozen=True, slots=True)
class _Finding:
    name: str
    passed: bool
    text: Localized


def grade(attempt: Attempt) -> GradeReport:
    """Look at the data set and score its checks. All are visible."""
    rules = attempt.material.assignment.rules.dataset
    if rules is None:
        raise MaterialError("the assignment has no [dataset]")
    with attempt.run() as run:
        run.start(attempt.contents, lambda: None)
        with run.answering(), run.clock.timed(RunPhase.START):
            facts = read_facts(_answer(run))
    with attempt.clock.timed(RunPhase.SCORE):
        card = score_card(list(findings(facts, rules)), facts, attempt.material.assignment.score.points)
        return replace(attempt.draft.checked(card, card, detail=""), sheet=facts.sheet)


def _answer(run: Run) -> bytes:
    (size,) = struct.unpack("<I", run.ask(4, run.job()))
    if size > LONGEST_ANSWER:
        raise RunEndedError(Verdict.BAD_OUTPUT, "forged")
    return run.ask(size)


def read_facts(answer: bytes) -> Facts:
    """Facts out of bytes from the box. Raises RefusedError for a data set that cannot be read."""
    try:
        document = read_json(answer, most_bytes=LONGEST_ANSWER)
        if "problem" in document:
            words = (str(document.get(key, "")) for key in ("problem", "file", "place", "value"))
            raise _refusal(*words)
        splits = {name: _split(document["splits"][name]) for name in SPLITS}
        return Facts(
            splits=splits,
            twice={name: _count(document["twice"][name]) for name in SPLITS},
            exact={pair: _count(document["exact"][pair]) for pair in PAIRS},
            near={pair: _count(document["near"][pair]) for pair in PAIRS},
            sheet=read_sheet(document["sheet"], [split.classes for split in splits.values()]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunEndedError(Verdict.BAD_OUTPUT, "forged") from error


def _split(document: Mapping[str, Any]) -> SplitFacts:
    return SplitFacts(
        examples=_count(document["examples"]),
        classes={str(name): _count(number) for name, number in document["classes"].items()},
        cells=_count(document["cells"]),
        missing=_count(document["missing"]),
        form=str(document["form"]),
    )


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**48:
        raise ValueError(value)
    return value


def _refusal(code: str, file: str, place: str, value: str) -> RefusedError:
    where = shown(place).strip("'")[:80]
    if code in set(Flaw):
        return RefusedError(table_flaws.SENTENCES[Flaw(code)], file=shown(file), line=where)
    key = f"data_{code}" if f"data_{code}" in SENTENCES else "data_damaged"
    return RefusedError(key, file=shown(file), place=where, value=shown(value))


def findings(facts: Facts, rules: DatasetRules) -> Iterator[_Finding]:
    """What is asked of a data set, one by one."""
    yield _form(facts)
    yield _size(facts, rules)
    yield _shared("no example is in two splits", facts.exact, 0)
    yield _shared("no example is nearly in two splits", facts.near, rules.max_near)
    yield _twice(facts)
    yield _coverage(facts, rules)
    yield _balance(facts, rules)
    yield _missing(facts, rules)


def _form(facts: Facts) -> _Finding:
    forms = {split.form for split in facts.splits.values()}
    form = shown(facts.splits["train"].form)
    text = say("splits_alike", form=form) if len(forms) == 1 else say("splits_differ")
    return _Finding("same form", len(forms) == 1, text)


def _size(facts: Facts, rules: DatasetRules) -> _Finding:
    counts = {name: split.examples for name, split in facts.splits.items()}
    total = sum(counts.values())
    parts = ", ".join(f"{name} {count}" for name, count in counts.items())
    text = say("examples", total=total, parts=parts, least=rules.min_examples)
    return _Finding("enough examples", total >= rules.min_examples and min(counts.values()) > 0, text)


def _shared(name: str, shared: Mapping[str, int], most: int) -> _Finding:
    parts = ", ".join(f"{pair} {count}" for pair, count in shared.items())
    text = say("shared_examples", parts=parts, most=most)
    return _Finding(name, max(shared.values()) <= most, text)


def _twice(facts: Facts) -> _Finding:
    parts = ", ".join(f"{name} {count}" for name, count in facts.twice.items())
    passed = not any(facts.twice.values())
    return _Finding("no example is there twice", passed, say("repeated_examples", parts=parts))


def _coverage(facts: Facts, rules: DatasetRules) -> _Finding:
    every = sorted({name for split in facts.splits.values() for name in split.classes})
    rare = [
        f"{split} {shown(name)} {facts.splits[split].classes.get(name, 0)}"
        for split in SPLITS
        for name in every
        if facts.splits[split].classes.get(name, 0) < rules.min_per_class
    ]
    worst = ", ".join(rare[:3]) or "–"
    text = say("coverage", classes=len(every), least=rules.min_per_class, worst=worst)
    return _Finding("every class in every split", len(every) >= 2 and not rare, text)


def _balance(facts: Facts, rules: DatasetRules) -> _Finding:
    counts = list(facts.splits["train"].classes.values()) or [0]
    ratio = max(counts) / max(1, min(counts))
    text = say("balance", ratio=f"{ratio:.1f}", most=f"{rules.max_imbalance:g}")
    return _Finding("class balance", ratio <= rules.max_imbalance, text)


def _missing(facts: Facts, rules: DatasetRules) -> _Finding:
    share = _missing_share(facts)
    text = say("missing_values", percent=f"{100 * share:.1f}", most=f"{100 * rules.max_missing:g}")
    return _Finding("missing values", share <= rules.max_missing, text)


def _missing_share(facts: Facts) -> float:
    cells = sum(split.cells for split in facts.splits.values())
    return sum(split.missing for split in facts.splits.values()) / max(1, cells)


def score_card(found: list[_Finding], facts: Facts, total: float) -> ScoreCard:
    """Every check is worth the same."""
    worth = total / len(found)
    share = sum(one.passed for one in found) / len(found)
    checks = tuple(
        CheckResult(one.name, round(worth * one.passed, 2), round(worth, 2), one.passed, one.text)
        for one in found
    )
    return ScoreCard(
        points=round(total * share, 2),
        score=share,
        metrics={"checks": share, "missing": _missing_share(facts)},
        per_class=(),
        confusion_matrix=(),
        size=len(checks),
        checks=checks,
    )


def _most_bytes(rules: KindRules) -> int:
    if rules.dataset is None:
        raise MaterialError("the assignment has no [dataset]")
    return rules.dataset.max_mib * 2**20


KIND = OuterHalf(grade, _most_bytes, MOST_PICTURES, needs_pictures=True)
