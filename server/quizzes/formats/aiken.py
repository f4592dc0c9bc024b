"""Reads and writes Aiken, the plainest of Moodle's text formats: single choices alone, in plain text."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable

from flask_babel import lazy_gettext as _

from assignments.questions.choice import Choice, Option
from assignments.quiz import Question
from server.quizzes.formats.export_notes import Losses
from server.quizzes.formats.importing import Draft, Gathering, LeftOut, both
from server.quizzes.formats.markdown import from_plain, one_line, shows_more_than_text
from server.quizzes.formats.result import Exported, Imported, Language

LETTERS = string.ascii_uppercase
LONGEST = 10_000
_OPTION = re.compile(r"([A-Z])[).][ \t]?(.*)")
# In other spellings an option is one only where the next is due: "i. e." and "A – or" may begin a text.
_OTHER_OPTION = re.compile(r"(?:([a-z])[).]|([A-Za-z])(?:[:/]|[ \t]?[-–—])|\(([A-Za-z])\))[ \t]+(.*)")
_ANSWER = re.compile(
    r"(?:(?:CORRECT )?ANSWERS?|ANS|KEY|(?:HELYES )?VÁLASZ|MEGOLDÁS)[ \t]{0,4}[:：=–—-][ \t]*(.*)",
    re.IGNORECASE,
)
_KEYS = re.compile(r"[A-Z](?:[ ,;&/+]{1,4}(?:(?:AND|OR|ÉS|VAGY)[ ]{1,4})?[A-Z]){0,25}", re.IGNORECASE)
_RUN_OF_KEYS = re.compile(r"[A-Z]{2,26}")
_KEY_AND_MORE = re.compile(r"([A-Z])(?:[).:,]|[ ,;]).*", re.IGNORECASE)


def read_aiken(text: str) -> Imported:
    """The questions of an Aiken file. Whatever is in it, nothing is raised."""
    reader = _Reader()
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        if reader.gathering.is_full:
            reader.gathering.stop(number)
            break
        reader.gathering.count(len(line))
        reader.take(number, line.strip())
    return reader.finished()


def write_aiken(questions: Iterable[Question], language: Language) -> Exported:
    """The single choices among the questions in one language, in UTF-8."""
    questions = tuple(questions)
    losses = Losses(language)
    losses.tell_of_languages(questions)
    blocks = []
    for number, question in enumerate(questions, start=1):
        losses.go_on(number, question)
        try:
            blocks.append(_block(question, language, losses))
        except LeftOut as error:
            losses.skip(error.reason)
    return Exported("\n".join(blocks).encode(), losses.notes())


class _Reader:
    """The question that is being read, and those before it."""

    def __init__(self) -> None:
        self.gathering = Gathering()
        self._text = ""
        self._line = 0
        self._options: list[tuple[str, str]] = []

    def take(self, number: int, line: str) -> None:
        """Take one line. Like Moodle, take one of a single character for nothing."""
        if len(line) < 2:
            return
        if len(line) > LONGEST:
            self.gathering.skip(number, _("The line is too long to belong to a question."), line[:LONGEST])
        elif option := _OPTION.match(line):
            self._take_option(number, line, option[1], option[2])
        elif option := self._other_option(line):
            self._take_option(number, line, _letter_of(option), option[4])
        elif answer := _ANSWER.match(line):
            self._take_answer(number, line, answer[1].strip())
        else:
            self._begin(number, line)

    def finished(self) -> Imported:
        """All that was found."""
        if self._text:
            reason = _("The file ends before the question does. Add its options and an ANSWER: line.")
            self.gathering.skip(self._line, reason, self._text)
        return self.gathering.imported()

    def _begin(self, number: int, line: str) -> None:
        if self._text:
            reason = _("The question before has no ANSWER: line. Each question is one line of text.")
            self.gathering.skip(number, reason, self._text)
        self._text, self._line, self._options = line, number, []

    def _other_option(self, line: str) -> re.Match[str] | None:
        option = _OTHER_OPTION.match(line) if self._text and len(self._options) < len(LETTERS) else None
        return option if option and _letter_of(option) == LETTERS[len(self._options)] else None

    def _take_option(self, number: int, line: str, letter: str, text: str) -> None:
        if not self._text:
            reason = _("No question stands before this option. A question must not begin like “A.” itself.")
            self.gathering.skip(number, reason, line)
            return
        self._options.append((letter, text.strip()))

    def _take_answer(self, number: int, line: str, keys: str) -> None:
        if not self._text:
            self.gathering.skip(number, _("No question stands before this ANSWER: line."), line)
            return
        text, self._text = self._text, ""
        try:
            self.gathering.take(Draft(line=self._line, text=from_plain(text), body=self._body(keys, text)))
        except LeftOut as error:
            self.gathering.skip(number, error.reason, text)

    def _body(self, keys: str, text: str) -> Choice:
        options = [option for option in self._options if option[1]]
        if not 2 <= len(options) <= len(LETTERS):
            raise LeftOut(_("It has %(n)s options. There must be 2 to 26.", n=len(options)))
        right = [LETTERS.find(key) for key in self._keys(keys, text)]
        if not right or max(right) >= len(self._options) or not all(self._options[at][1] for at in right):
            raise LeftOut(_("ANSWER: must name one of its options by a capital letter."))
        if [letter for letter, _text in self._options] != list(LETTERS[: len(self._options)]):
            reason = _("The letters of its options are not in order. The right one was counted by place.")
            self.gathering.warn(self._line, reason, text)
        if len(right) > 1:
            reason = _(
                "It names several right options, which Aiken does not know: all are to be chosen here."
            )
            self.gathering.warn(self._line, reason, text)
        made = [
            Option(both(from_plain(option)), correct=at in right)
            for at, (_letter, option) in enumerate(self._options)
            if option
        ]
        return Choice(tuple(made), several=len(right) > 1)

    def _keys(self, keys: str, text: str) -> list[str]:
        """The letters that an ANSWER: line names. Raises LeftOut where they are none."""
        keys = keys.strip(" .;,()[]")
        if _KEYS.fullmatch(keys):
            named = [key for key in re.split(r"[^A-Z]+", keys.upper()) if len(key) == 1]
        elif _RUN_OF_KEYS.fullmatch(keys) and len(keys) <= len(self._options):
            named = list(keys)
        elif more := _KEY_AND_MORE.fullmatch(keys):
            named = [more[1].upper()]
            reason = _("What stands behind the letter of its ANSWER: line was not read. Look at it.")
            self.gathering.warn(self._line, reason, text)
        else:
            raise LeftOut(_("ANSWER: must name one of its options by a capital letter."))
        return list(dict.fromkeys(named))


def is_aiken(text: str) -> bool:
    """Whether lines of options and of answers stand in a text."""
    lines = [line.strip() for line in text.splitlines()]
    options = (bool(_OPTION.match(line) or _OTHER_OPTION.match(line)) for line in lines)
    return any(map(_ANSWER.match, lines)) and any(options)


def _letter_of(option: re.Match[str]) -> str:
    return (option[1] or option[2] or option[3]).upper()


def _block(question: Question, language: Language, losses: Losses) -> str:
    body = question.body
    if not isinstance(body, Choice) or body.several:
        raise LeftOut(_("Aiken holds only questions with one right option."))
    texts = [language.of(question.text), *(language.of(option.text) for option in body.options)]
    plain, *options = [one_line(text) for text in texts]
    if _OPTION.match(plain) or _OTHER_OPTION.match(plain) or _ANSWER.match(plain) or len(plain) < 2:
        raise LeftOut(_("In Aiken its text would not be taken for a question. Begin it with another word."))
    if any(shows_more_than_text(text) or "\n" in text for text in texts):
        losses.warn(_("Aiken is plain text: formatting and line ends are lost."))
    if question.explanation or any(option.feedback for option in body.options):
        losses.warn(_("Aiken has no feedback and no explanations."))
    if any(option.credit is not None for option in body.options):
        losses.warn(_("Aiken has no partial credit."))
    lines = [f"{letter}) {option}" for letter, option in zip(LETTERS, options, strict=False)]
    right = next(letter for letter, option in zip(LETTERS, body.options, strict=False) if option.correct)
    return "\n".join([plain, *lines, f"ANSWER: {right}", ""])
