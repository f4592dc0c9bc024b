"""Any sound quiz, for property tests: of writing and reading, of importing and exporting, of marking."""

from __future__ import annotations

import string
from datetime import UTC, datetime

from hypothesis import strategies as st

from assignments.questions.choice import Choice, Option
from assignments.questions.matching import Matching, Pair
from assignments.questions.matrix import Cell, Matrix
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Counts, Game, Policy, Question, Quiz
from assignments.spec import Localized

_PRINTABLE = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u2028")
_LINES = st.text(_PRINTABLE | st.just("\n"), min_size=1, max_size=60)
SLUGS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
SHARES = st.floats(0, 1)
NUMBERS = st.floats(-1e15, 1e15)


def _stripped(text: str) -> str:
    return "".join(char for char in text.strip() if char.isprintable() or char == "\n").strip()


def texts(longest: int = 60) -> st.SearchStrategy[str]:
    """A text of one or more lines as a reader of TOML gives it."""
    return _LINES.map(_stripped).filter(lambda text: 0 < len(text) <= longest)


def lines() -> st.SearchStrategy[str]:
    """A text of one line."""
    return texts().map(lambda text: text.replace("\n", " ").strip()).filter(bool)


def localized() -> st.SearchStrategy[Localized]:
    """A text in one language for both, or in two."""
    same = texts().map(lambda text: Localized(text, text))
    return same | st.builds(Localized, texts(), texts())


def options(*, several: bool) -> st.SearchStrategy[tuple[Option, ...]]:
    """Options with the right number of correct ones."""
    one = st.builds(
        Option,
        text=localized(),
        correct=st.booleans() if several else st.just(False),
        credit=st.none() | st.floats(-1, 1),
        feedback=st.none() | localized(),
    )
    correct = st.builds(Option, text=localized(), correct=st.just(True), feedback=st.none() | localized())
    return st.tuples(st.lists(one, min_size=1, max_size=4), correct, st.integers(0, 4)).map(
        lambda parts: (*parts[0][: parts[2]], parts[1], *parts[0][parts[2] :])
    )


def choices(*, several: bool) -> st.SearchStrategy[Choice]:
    """A single or multiple choice."""
    return st.builds(
        Choice, options=options(several=several), several=st.just(several), shuffle=st.booleans()
    )


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """A confusion matrix with at least one marked cell."""
    classes = draw(st.lists(lines().map(lambda text: text[:40].strip()), min_size=2, max_size=4, unique=True))
    side = st.lists(st.integers(0, 99), min_size=len(classes), max_size=len(classes)).map(tuple)
    counts = tuple(draw(side) for _ in classes)
    place = st.integers(0, len(classes) - 1)
    cells = draw(st.frozensets(st.builds(Cell, place, place), min_size=1))
    return Matrix(tuple(classes), counts, cells)


def bodies() -> st.SearchStrategy[object]:
    """A body of any type."""
    number = st.builds(AcceptedNumber, value=NUMBERS, tolerance=st.floats(0, 1e15), credit=SHARES)
    form = st.builds(AcceptedText, text=lines(), credit=SHARES)
    few_localized = st.lists(localized(), min_size=2, max_size=5).map(tuple)
    return st.one_of(
        choices(several=False),
        choices(several=True),
        st.builds(TrueFalse, st.booleans()),
        st.builds(Numeric, st.lists(number, min_size=1, max_size=3).map(tuple), st.just("") | st.just("MiB")),
        st.builds(ShortText, st.lists(form, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(Ordering, few_localized),
        st.builds(
            Matching,
            st.lists(st.builds(Pair, localized(), localized()), min_size=2, max_size=4).map(tuple),
            st.lists(localized(), max_size=2).map(tuple),
        ),
        st.builds(Shape, st.lists(st.integers(0, 10**9), max_size=8).map(tuple)),
        matrices(),
    )


def questions() -> st.SearchStrategy[Question]:
    """Any sound question."""
    tag = st.text(string.ascii_lowercase + "-", min_size=1, max_size=12)
    return st.builds(
        Question,
        id=SLUGS,
        text=localized(),
        body=bodies(),
        seconds=st.integers(5, 3600),
        points=st.integers(0, 10_000),
        weight=st.floats(0, 100),
        tags=st.lists(tag, max_size=3, unique=True).map(tuple),
        explanation=st.none() | localized(),
    )


def quizzes() -> st.SearchStrategy[Quiz]:
    """Any sound quiz without generated questions."""
    policy = st.builds(
        Policy,
        counts=st.sampled_from(Counts),
        game=st.sampled_from(Game),
        word=st.booleans(),
        change=st.booleans(),
        replay_until=st.none() | st.just(datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)),
        replay_cap=SHARES,
    )
    return st.builds(
        Quiz,
        slug=SLUGS,
        title=localized(),
        questions=st.lists(questions(), min_size=1, max_size=4, unique_by=lambda one: one.id).map(tuple),
        policy=policy,
    )
