"""What was typed most, as the wall counts it."""

from __future__ import annotations

from assignments.localized import Localized
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.quiz import Question
from server.quizzes.questions.published import PlayableQuestion, Variant
from server.quizzes.room.state import AnswerRow
from server.quizzes.room.tallies import tally


def bars(*typed: object) -> list[tuple[str, int]]:
    question = Question("q", Localized("How many?", "Mennyi?"), Numeric((AcceptedNumber(62378344),)))
    playable = PlayableQuestion("q", (Variant(question, {}),))
    given = [AnswerRow(one, 1, 0.0, 0) for one in typed]
    return [(one["text"], one["count"]) for one in tally(playable, given, (), "en")["typed"]]


def test_numbers_that_differ_in_their_last_digits_are_two_bars():
    assert bars("62378344", "62378300", "62378344") == [("62378344", 2), ("62378300", 1)]


def test_the_same_number_is_one_bar_however_it_was_typed():
    assert bars("0,75", "3/4", "75%", 0.75) == [("0,75", 4)]
