"""Questions that other formats can hold whole, made out of any sound ones, for round trips."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from assignments.questions.body import Body
from assignments.questions.choice import Choice, Option
from assignments.questions.matching import Matching, Pair
from assignments.questions.matrix import Matrix
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import ShortText
from assignments.quiz import Question
from assignments.spec import Localized
from server.quizzes.formats.importing import earns_nothing
from server.quizzes.formats.markdown import from_plain, one_line, shows_more_than_text
from tests.assignments.quiz_strategies import questions


def in_gift() -> st.SearchStrategy[Question]:
    """Questions of the types that GIFT has, with weights that it can say, in one language."""
    return questions().map(_as_one_language).filter(_gift_holds)


def gift_files() -> st.SearchStrategy[list[Question]]:
    """Some of them, each with an id of its own."""
    return st.lists(in_gift(), max_size=4, unique_by=lambda question: question.id)


def plain_lines(longest: int = 60) -> st.SearchStrategy[str]:
    """Markdown that shows one line of plain text and nothing else."""
    plain = st.text(
        st.characters(codec="utf-8", categories=("L", "N", "P", "S")) | st.just(" "), max_size=longest
    )
    written = plain.map(lambda text: from_plain(" ".join(text.split())))
    return written.filter(lambda text: 2 <= len(one_line(text)) <= longest and not shows_more_than_text(text))


def plain_choices(*, several: bool, most: int, longest: int = 60) -> st.SearchStrategy[Question]:
    """Choices whose texts are single lines of plain text."""
    texts = st.lists(plain_lines(longest), min_size=3, max_size=most + 1, unique=True)
    return st.tuples(texts, st.integers(0, 2**most - 1)).map(lambda drawn: _choice(*drawn, several=several))


def _choice(texts: list[str], marks: int, *, several: bool) -> Question:
    count = len(texts) - 1
    first = marks % count
    right = {at for at in range(count) if marks >> at & 1} if several else {first}
    right = right if not several or len(right) > 1 else {0, 1}
    options = tuple(Option(_same(text), at in right) for at, text in enumerate(texts[1:]))
    return Question("q", _same(texts[0]), Choice(options, several=several))


def _same(text: str) -> Localized:
    return Localized(text, text)


def _as_one_language(question: Question) -> Question:
    explanation = question.explanation and _same(question.explanation.en)
    return replace(question, text=_same(question.text.en), explanation=explanation, body=_body(question.body))


def _body(body: Body) -> Body:
    match body:
        case Choice(options=options):
            return replace(body, options=tuple(_option(one, several=body.several) for one in options))
        case Matching(pairs=pairs, distractors=distractors):
            sides = tuple(Pair(_same(pair.left.en), _plain(pair.right.en)) for pair in pairs)
            return Matching(sides, tuple(_plain(one.en) for one in distractors))
    return body


def _plain(text: str) -> Localized:
    return _same(from_plain(text))


def _option(option: Option, *, several: bool) -> Option:
    """As GIFT can weigh it: in a multiple choice, an option is right because it gives credit."""
    feedback = option.feedback and _same(option.feedback.en)
    credit = None if several or option.correct else option.credit
    return replace(option, text=_same(option.text.en), feedback=feedback, credit=credit)


def _gift_holds(question: Question) -> bool:
    if earns_nothing(question.body):
        return False
    match question.body:
        case Ordering() | Matrix() | Shape():
            return False
        case ShortText(accepted=accepted):
            return not any("->" in form.text for form in accepted)
        case Matching(pairs=pairs, distractors=distractors):
            rights = [*(pair.right for pair in pairs), *distractors]
            held = not any("->" in pair.left.en for pair in pairs)
            return held and not any(shows_more_than_text(right.en) for right in rights)
    return True
