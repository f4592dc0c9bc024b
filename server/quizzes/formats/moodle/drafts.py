"""A question of Moodle's as one or more of ours: with its text, tags, grade and what is lost of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import lazy_gettext as _

from assignments.questions.body import Body
from server.quizzes.formats.gift_tags import Tags, sort_tags, tagged_body
from server.quizzes.formats.importing import Draft, LeftOut
from server.quizzes.formats.moodle.bodies import BODIES
from server.quizzes.formats.moodle.calculated import CALCULATED, with_values
from server.quizzes.formats.moodle.gaps import GAPS, Gap
from server.quizzes.formats.moodle.node import Node
from server.quizzes.formats.numbers import read_number


class UnknownTypeError(Exception):
    """A type of Moodle's that no type of ours can stand for."""


def drafts_of(number: int, node: Node, kind: str, name: str) -> Iterator[Draft]:
    """The questions that stand for one of Moodle's. Raises UnknownTypeError and LeftOut."""
    if kind in CALCULATED:
        node, kind = with_values(node, kind), CALCULATED[kind]
    if kind not in BODIES and kind not in GAPS:
        raise UnknownTypeError
    if any(node.plains("image")):
        raise LeftOut(
            _(
                "The picture in it (%(names)s) cannot be shown here. Describe it in words.",
                names=node.plain("image")[:60],
            )
        )
    shared = _Shared(number, node, name)
    if kind in GAPS:
        yield from _of_gaps(shared, GAPS[kind](node))
        _warn_of_files(node)
        return
    text = node.question_text()
    if not text:
        raise LeftOut(_("It has no text that could be shown."))
    body, explanation = BODIES[kind](node)
    yield shared.draft(text, body, explanation)
    _warn_of_files(node)


def _of_gaps(shared: _Shared, gaps: Sequence[Gap]) -> Iterator[Draft]:
    """A question for each gap: the others are left open in it."""
    if len(gaps) > 1:
        shared.node.warn(_("It had %(n)s gaps and became as many questions, one for each.", n=len(gaps)))
    explanation = shared.node.markdown("generalfeedback")
    total = sum(gap.weight for gap in gaps)
    for at, gap in enumerate(gaps, start=1):
        ending = f" ({at})" if len(gaps) > 1 else ""
        yield shared.draft(gap.text, gap.body, explanation, ending=ending, share=gap.weight / total)


class _Shared:
    """What the questions have in common that stand for one of Moodle's."""

    def __init__(self, number: int, node: Node, name: str) -> None:
        self.node = node
        self._number = number
        self._name = name
        self._tags = sort_tags(node.plains("tags/tag/text"))
        _warn_of_losses(node, self._tags)

    def draft(
        self, text: str, body: Body, explanation: str, *, ending: str = "", share: float = 1.0
    ) -> Draft:
        """One of them."""
        tags = self._tags
        return Draft(
            line=self._number,
            text=text,
            body=tagged_body(body, tags) if tags != Tags(concepts=tags.concepts) else body,
            id="" if ending else self.node.plain("idnumber"),
            name=f"{self._name}{ending}",
            seconds=tags.seconds,
            points=tags.points,
            weight=share * _weight(self.node, tags),
            tags=tags.concepts,
            explanation=explanation,
        )


def _weight(node: Node, tags: Tags) -> float:
    grade = node.plain("defaultgrade")
    return tags.weight if not grade or tags.weight != 1 else float(read_number(grade).value)


def _warn_of_losses(node: Node, tags: Tags) -> None:
    for wrong in tags.wrong:
        node.warn(_("The tag “%(tag)s” was not understood and is left out.", tag=wrong[:60]))
    if any(node.plains("hint/text")):
        node.warn(_("Hints are left out: nobody tries a second time in a live quiz."))
    kept = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
    if any(node.plain(f"{one}/text") not in _USUAL_FEEDBACK for one in kept):
        node.warn(_("The feedback for right and wrong replies as a whole is left out."))


def _warn_of_files(node: Node) -> None:
    """Tell of files that are no pictures, or not shown: after all texts were read."""
    if files := node.files():
        names = ", ".join(files)
        node.warn(_("The files in it are left out (%(names)s). Describe them in words.", names=names[:200]))


def no_warning(_reason: object) -> None:
    """A name has nothing to lose."""


# What Moodle writes by itself.
_USUAL_FEEDBACK = frozenset(
    {
        "",
        "Your answer is correct.",
        "Your answer is partially correct.",
        "Your answer is incorrect.",
        "<p>Your answer is correct.</p>",
        "<p>Your answer is partially correct.</p>",
        "<p>Your answer is incorrect.</p>",
    }
)
