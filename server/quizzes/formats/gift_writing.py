"""Writes questions as GIFT that Moodle takes; what it lacks goes into tags or is named as lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatchmethod
from itertools import product

from flask_babel import lazy_gettext as _

from assignments.questions.choice import Choice, Option
from assignments.questions.matching import Matching
from assignments.questions.matrix import Matrix
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from assignments.spec import Localized
from server.errors import Text
from server.quizzes.formats.choice_weights import fits_weights, unknown_weights, weights
from server.quizzes.formats.export_notes import Losses
from server.quizzes.formats.gift_tags import is_writable, written_tags
from server.quizzes.formats.gift_text import escaped
from server.quizzes.formats.importing import NOTHING_EARNED, LeftOut, earns_nothing
from server.quizzes.formats.markdown import shows_more_than_text, to_plain, with_pictures
from server.quizzes.formats.numbers import decimal, percent
from server.quizzes.formats.result import Exported, Language

ARROW = "->"


def write_gift(questions: Iterable[Question], language: Language) -> Exported:
    """The questions in one language as a GIFT file in UTF-8."""
    questions = tuple(questions)
    losses = Losses(language)
    losses.tell_of_languages(questions)
    blocks = []
    for number, question in enumerate(questions, start=1):
        losses.go_on(number, question)
        try:
            blocks.append(_Writer(language, losses).block(question))
        except LeftOut as error:
            losses.skip(error.reason)
    return Exported("\n".join(blocks).encode(), losses.notes())


def shape_forms(shape: Sequence[int]) -> tuple[str, ...]:
    """The ways in which people write the shape of a tensor."""
    sizes = [str(size) for size in shape]
    inside = [sign.join(sizes) for sign in (", ", ",", " ")]
    pairs = ["()", "[]"] if len(sizes) != 1 else ["()", "[]", "(,)"]
    framed = [f"{pair[0]}{text}{pair[1:]}" for pair, text in product(pairs, inside)]
    bare = [*inside, "x".join(sizes), "×".join(sizes)] if sizes else []
    return tuple(dict.fromkeys([*framed, *bare]))


class _Writer:
    """Writes one question."""

    def __init__(self, language: Language, losses: Losses) -> None:
        self._language = language
        self._losses = losses

    def block(self, question: Question) -> str:
        """The lines of a question and a blank one. Raises LeftOut."""
        if not all(is_writable(tag) for tag in question.tags):
            self._losses.warn(_("A tag of it looks like a value of ours and is left out."))
        if earns_nothing(question.body):
            raise LeftOut(NOTHING_EARNED)
        answers = self._answers(question.body)
        # A blank line would end the question.
        explanation = f"####{self._text(question.explanation)}" if question.explanation else ""
        text = escaped(self._said(question.text))
        apart = " " if text.endswith(("^", "_")) else ""  # else the braces would be those of a formula
        return f"{written_tags(question)}\n[markdown]{text}{apart}{{{answers}{explanation}}}\n"

    @singledispatchmethod
    def _answers(self, _body: object) -> str:
        raise LeftOut(_("GIFT knows no questions of this type."))

    @_answers.register
    def _choice(self, body: Choice) -> str:
        if not fits_weights(body):
            self._warn(_("Its credits fit into the weights of GIFT only roughly. Look at them in Moodle."))
        if unknown := unknown_weights(body):
            self._warn(
                _(
                    "Moodle has no weight of %(percents)s %%: it takes the nearest one.",
                    percents=", ".join(unknown),
                )
            )
        lines = [
            self._option(option, weight, right=option.correct and not body.several)
            for option, weight in zip(body.options, weights(body), strict=True)
        ]
        return "\n" + "\n".join(lines) + "\n"

    def _option(self, option: Option, weight: float | None, *, right: bool) -> str:
        sign = "=" if right else "~" if weight is None else f"~%{percent(weight)}%"
        feedback = f"#{self._text(option.feedback)}" if option.feedback else ""
        return f"  {sign}{self._text(option.text)}{feedback}"

    @_answers.register
    def _true_false(self, body: TrueFalse) -> str:
        return "TRUE" if body.correct else "FALSE"

    @_answers.register
    def _numeric(self, body: Numeric) -> str:
        if len(body.accepted) == 1 and body.accepted[0].credit == 1:
            return f"#{_number(body.accepted[0])}"
        lines = [f"  ={_weight(one.credit)}{_number(one)}" for one in body.accepted]
        return "#\n" + "\n".join(lines) + "\n"

    @_answers.register
    def _short_text(self, body: ShortText) -> str:
        return _forms(body.accepted)

    @_answers.register
    def _shape(self, body: Shape) -> str:
        self._warn(_("GIFT knows no shapes of tensors. It became a text to type, in the usual spellings."))
        return _forms([AcceptedText(form) for form in shape_forms(body.shape)])

    @_answers.register
    def _matching(self, body: Matching) -> str:
        pairs = [f"  ={self._left(pair.left)} {ARROW} {self._right(pair.right)}" for pair in body.pairs]
        distractors = [f"  = {ARROW} {self._right(one)}" for one in body.distractors]
        return "\n" + "\n".join([*pairs, *distractors]) + "\n"

    def _left(self, text: Localized) -> str:
        if ARROW in self._language.of(text):
            self._warn(_("-> in a left side became →, for GIFT divides pairs there."))
        return self._text(text).replace(ARROW, "→")

    def _right(self, text: Localized) -> str:
        """What stands on the right is plain in GIFT."""
        said = self._language.of(text)
        if shows_more_than_text(said):
            self._warn(_("The right sides of pairs are plain text in GIFT: their formatting is lost."))
        return escaped(to_plain(said))

    @_answers.register
    def _ordering(self, _body: Ordering) -> str:
        raise LeftOut(_("GIFT cannot put things in order. Ask it as a choice or as matching."))

    @_answers.register
    def _matrix(self, _body: Matrix) -> str:
        raise LeftOut(_("GIFT knows no confusion matrices. Ask it as a choice."))

    def _text(self, text: Localized) -> str:
        return _protected(self._said(text), "markdown")

    def _said(self, text: Localized) -> str:
        """Of a picture its words are left."""
        return with_pictures(self._language.of(text), lambda words, _address: words)

    def _warn(self, reason: Text) -> None:
        self._losses.warn(reason)


def _forms(forms: Iterable[AcceptedText]) -> str:
    forms = tuple(forms)
    if any(ARROW in form.text for form in forms):
        raise LeftOut(_("GIFT would take the -> in an answer for matching. Write the answer without it."))
    return (
        "\n" + "\n".join(f"  ={_weight(one.credit)}{_protected(one.text, 'plain')}" for one in forms) + "\n"
    )


def _protected(text: str, text_format: str) -> str:
    """A text whose beginning is not taken for a weight or a format."""
    return f"[{text_format}]{escaped(text)}" if text.startswith(("[", "%")) else escaped(text)


def _weight(credit: float) -> str:
    return "" if credit == 1 else f"%{percent(credit)}%"


def _number(number: AcceptedNumber) -> str:
    value = decimal(number.value)
    return f"{value}:{decimal(number.tolerance)}" if number.tolerance else value
