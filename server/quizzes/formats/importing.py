"""Collects the questions that an importer reads: gives each an id, and leaves out what no quiz could hold."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from assignments.questions.body import Body
from assignments.questions.numeric import Numeric
from assignments.questions.short_text import ShortText
from assignments.quiz import Question
from assignments.quiz_reading import MOST_QUESTIONS, MOST_TAGS, read_question
from assignments.quiz_writing import question_table
from assignments.spec import SLUG, Localized
from assignments.toml.fields import SpecError
from server.errors import Text
from server.quizzes.formats.markdown import one_line
from server.quizzes.formats.result import Imported, Note, NoteKind, Portion, beginning
from server.quizzes.pictures.collection import PictureCollection
from server.quizzes.pictures.picture import shown_at
from server.quizzes.questions.rendering import RenderingError, rendered
from server.texts.unicode_forms import normal_form

MOST_NOTES = 500
MOST_CHARACTERS = 1 << 20
ID_LENGTH = 60
WORDS_LENGTH = 40
TAG_LENGTH = 40
BEGINNING = 200  # of a text, which has not yet been found to be short enough
_WORD = re.compile(r"[a-z0-9]+")


NOTHING_EARNED = _("None of its answers earns anything. Mark the right one.")


def earns_nothing(body: Body) -> bool:
    """Whether a typed answer is worth nothing, whatever is typed."""
    accepted = body.accepted if isinstance(body, Numeric | ShortText) else ()
    return bool(accepted) and not any(one.credit for one in accepted)


class LeftOut(Exception):  # noqa: N818 - no error of the program
    """A question that cannot be taken; `reason` says why and what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A question as a file has it. `id` and `name` are wishes: an id is made of the first that there is."""

    line: int
    text: str
    body: Body
    id: str = ""
    name: str = ""
    seconds: int = 30
    points: int = 1000
    weight: float = 1.0
    tags: tuple[str, ...] = ()
    explanation: str = ""

    @property
    def what(self) -> str:
        """How notes call it."""
        return beginning(self.name or one_line(self.text[:BEGINNING]))


class Gathering:
    """The questions and notes of one file so far."""

    def __init__(self) -> None:
        self._questions: dict[str, Question] = {}
        self._notes: list[Note] = []
        self._characters = 0
        self.title = ""
        self.pictures = PictureCollection()
        self._portions: tuple[Portion, ...] = ()

    def places(self, categories: Sequence[str], portion: str) -> frozenset[int]:
        """Which questions of a bank to read: those of the portion with this label, or else all of them."""
        portions = portions_of(categories)
        if len(categories) > MOST_QUESTIONS:
            self._portions = portions
        for one in portions:
            if one.label == portion:
                self.title = last_of_path(one.category)
                return chosen_places(categories, one)
        return frozenset(range(len(categories)))

    @property
    def is_full(self) -> bool:
        """Whether a quiz holds no more questions."""
        is_long = self._characters > MOST_CHARACTERS
        return is_long or not self.holds(1) or len(self._notes) >= MOST_NOTES

    def holds(self, more: int) -> bool:
        """Whether so many questions more fit into the quiz."""
        return len(self._questions) + more <= MOST_QUESTIONS

    def count(self, characters: int) -> None:
        """Count what was read of the file: past a million characters, converting them takes too long."""
        self._characters += characters

    def skip(self, line: int, reason: Text, what: str = "") -> None:
        """Note that something was left out."""
        self._notes.append(Note(line, NoteKind.SKIPPED, reason, beginning(what)))

    def warn(self, line: int, reason: Text, what: str = "") -> None:
        """Note that something is not as it was. Nobody reads the thousandth note."""
        if len(self._notes) < 2 * MOST_NOTES:
            self._notes.append(Note(line, NoteKind.WARNING, reason, beginning(what)))

    def stop(self, line: int) -> None:
        """Note that the rest of the file was not read because there is too much of it."""
        self.skip(
            line, _("A quiz holds %(n)s questions. Divide the file and import the rest.", n=MOST_QUESTIONS)
        )

    def take(self, draft: Draft) -> None:
        """Take a question, or note why not."""
        if earns_nothing(draft.body):
            self.skip(draft.line, NOTHING_EARNED, draft.what)
            return
        wanted = Question(
            id=self._free_id(draft),
            text=both(draft.text),
            body=draft.body,
            seconds=draft.seconds,
            points=draft.points,
            weight=draft.weight,
            tags=self._sound_tags(draft),
            explanation=both(draft.explanation) if draft.explanation else None,
        )
        try:
            question = read_question(question_table(wanted), file="", path="")
        except SpecError as error:
            problem = f"{error.field}: {error.problem}"
            self.skip(draft.line, _("No quiz can hold it: %(problem)s.", problem=problem), draft.what)
            return
        self._questions[question.id] = question
        self._warn_of_formulas(question, draft)

    def _warn_of_formulas(self, question: Question, draft: Draft) -> None:
        try:
            rendered(question, {name: shown_at("", one) for name, one in self.pictures.files.items()})
        except RenderingError as error:
            problem = str(error)
            self.warn(draft.line, _("Mend it before you publish: %(problem)s.", problem=problem), draft.what)

    def imported(self) -> Imported:
        """All that was found."""
        notes = sorted(self._notes, key=lambda note: note.line)
        questions = tuple(self._questions.values())
        text = json.dumps([question_table(one) for one in questions])
        return Imported(
            questions,
            tuple(notes),
            beginning(self.title),
            portions=self._portions,
            pictures={name: one for name, one in self.pictures.files.items() if f"]({name})" in text},
        )

    def _free_id(self, draft: Draft) -> str:
        wish = draft.id.strip()
        if not SLUG.fullmatch(wish) or len(wish) > ID_LENGTH:
            wish = slug(wish) or slug(draft.name) or slug(one_line(draft.text[:BEGINNING])) or "question"
        free, number = wish, 2
        while free in self._questions:
            free, number = f"{wish[: ID_LENGTH - 5].rstrip('-')}-{number}", number + 1
        if free != wish and wish == draft.id:
            self.warn(draft.line, _("Its id was taken already, so that it got another."), draft.what)
        return free

    def _sound_tags(self, draft: Draft) -> tuple[str, ...]:
        tags = tuple(dict.fromkeys(" ".join(tag.split()) for tag in draft.tags if tag.strip()))
        sound = tuple(tag for tag in tags if len(tag) <= TAG_LENGTH and tag.isprintable())[:MOST_TAGS]
        if sound != tags:
            reason = _("Only %(n)s tags of up to %(m)s characters were kept.", n=MOST_TAGS, m=TAG_LENGTH)
            self.warn(draft.line, reason, draft.what)
        return sound


def portions_of(categories: Sequence[str]) -> tuple[Portion, ...]:
    """The parts of a bank that fit into a quiz, given the category of each of its questions."""
    return tuple(
        Portion(category, start, min(MOST_QUESTIONS, count - start))
        for category, count in Counter(categories).items()
        for start in range(0, count, MOST_QUESTIONS)
    )


def chosen_places(categories: Sequence[str], portion: Portion) -> frozenset[int]:
    """Where in the bank the questions of a portion stand."""
    own = [at for at, category in enumerate(categories) if category == portion.category]
    return frozenset(own[portion.start : portion.start + portion.count])


def both(text: str) -> Localized:
    """A text of a file that has one language only."""
    return Localized(text, text)


def explained(texts: Sequence[str], warn: Callable[[Text], None]) -> str:
    """The explanation of a true-false question: its general feedback, or else that on a reply."""
    given = [text for text in texts if text]
    if given[1:]:
        warn(_("One explanation was kept; other feedback on its replies is left out."))
    return given[0] if given else ""


def last_of_path(path: str) -> str:
    """The name of a category in Moodle, whose path has it last; // in it is a slash."""
    return path.strip().replace("//", " ").rpartition("/")[2].strip()


def slug(text: str) -> str:
    """The first words of a text in the small letters of an id, or nothing."""
    decomposed = normal_form("NFKD", text[:400].casefold())
    words = _WORD.findall("".join(char for char in decomposed if not unicodedata.combining(char)))
    joined = "-".join(words)
    return (
        joined
        if len(joined) <= WORDS_LENGTH
        else joined[: WORDS_LENGTH + 1].rpartition("-")[0] or joined[:40]
    )
