"""Refusals of the live quiz: what a phone or the lecturer is told when something cannot be done.

Refusal
|- NotFound
|  |- WrongPin          404 wrong-pin
|  |- UnknownQuiz       404 unknown-quiz
|  `- NoReplay          404 no-replay
|- NotJoined            401 not-joined
|- NotOnRoster          403 not-on-roster
|- RoomLocked           403 room-locked
|- Kicked               403 kicked
|- WrongWord            403 wrong-word
|- DeviceWaiting        409 device-waiting
|- TooLate              409 too-late           extras: late_by_ms
|- NotThisQuestion      409 not-this-question
|- NotNow               409 not-now
|- KnownReport          409 known-report
|- Stale                409 stale              extras: v
|- BadInput
|  |- MalformedAnswer   422 malformed-answer
|  `- BadQuiz           422 bad-quiz
|- TooManyGuesses       429 too-many-guesses   extras: retry_after_s
`- TooFast              429 too-fast           extras: retry_after_s
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import BadInput, NotFound, Refusal


class WrongPin(NotFound):
    """No room with this PIN is open."""

    slug, status = "wrong-pin", 404
    title = _("No quiz under this PIN")
    help = _("No quiz is open under this PIN. Look at the projector again: it has six digits.")


class UnknownQuiz(NotFound):
    """No quiz with this slug is published."""

    slug, status = "unknown-quiz", 404
    title = _("Unknown quiz")
    help = _("There is no quiz of this name. Look it up in the list of quizzes.")


class NoReplay(NotFound):
    """The quiz is not over yet, or its lecturer lets nobody play it again."""

    slug, status = "no-replay", 404
    title = _("Not to be played again")
    help = _("This quiz cannot be played again, or not yet. What can be played stands on the page Live quiz.")


class NotJoined(Refusal):
    """The player's token or cookie is missing or unknown in this room."""

    slug, status = "not-joined", 401
    title = _("Please join first")
    help = _("This phone has not joined this quiz. Join with your Neptun code; what you answered is kept.")


class NotOnRoster(Refusal):
    """What was typed is no Neptun code."""

    slug, status = "not-on-roster", 403
    title = _("Not a Neptun code")
    help = _(
        "A Neptun code has six characters, letters A-Z and digits, such as ABC123. Look yours up and type it "
        "again."
    )


class RoomLocked(Refusal):
    """The lecturer lets nobody else in."""

    slug, status = "room-locked", 403
    title = _("Nobody else is let in")
    help = _("The lecturer has locked this quiz. Sign in if you were in it before, or raise your hand.")


class Kicked(Refusal):
    """The lecturer sent the player out."""

    slug, status = "kicked", 403
    title = _("Sent out")
    help = _("The lecturer has sent you out of this quiz. Talk to the lecturer if that is a mistake.")


class WrongWord(Refusal):
    """The word is not the one on the projector."""

    slug, status = "wrong-word", 403
    title = _("Not the word on the wall")
    help = _("Type the word that the projector shows right now: it changes every half minute.")


class DeviceWaiting(Refusal):
    """Another device plays for this code, or the code is nobody's: who waits is not told which."""

    slug, status = "device-waiting", 409
    title = _("Not let in yet")
    help = _(
        "This Neptun code plays on another device, or is on no class list. Check it; if it is yours, sign "
        "in, or wait until the lecturer lets this device in."
    )


class TooLate(Refusal):
    """The question had closed when the answer arrived."""

    slug, status = "too-late", 409
    title = _("Too late")
    help = _("This question was already closed when your answer arrived.")


class NotThisQuestion(Refusal):
    """No such question has been opened in this room, or not yet."""

    slug, status = "not-this-question", 409
    title = _("Not this question")
    help = _("This question is not being asked right now. Reload the page to see where the quiz stands.")


class NotNow(Refusal):
    """The step does not follow from where the room is."""

    slug, status = "not-now", 409
    title = _("Not possible now")
    help = _("The quiz is at a point from which this step does not follow.")


class KnownReport(Refusal):
    """The same file is part of the history already."""

    slug, status = "known-report", 409
    title = _("Taken before")
    help = _("One of these reports is in the history of this quiz already. Nothing was taken: leave it out.")


class Stale(Refusal):
    """The lecturer's page is behind: the room has moved on since."""

    slug, status = "stale", 409
    title = _("The quiz has moved on")
    help = _(
        "Another device has moved the quiz on. The page shows where it stands now: press again if needed."
    )


class MalformedAnswer(BadInput):
    """The answer is not of the kind that the question asks for."""

    slug = "malformed-answer"
    title = _("Answer not understood")
    help = _("This answer is not of the kind that the question asks for.")


class BadQuiz(BadInput):
    """The text of a quiz has a mistake; the detail says in which line."""

    slug = "bad-quiz"
    title = _("Quiz not readable")
    help = _("The quiz has a mistake and was not kept.")


class TooManyGuesses(Refusal):
    """Too many wrong PINs, words or codes."""

    slug, status = "too-many-guesses", 429
    title = _("Too many wrong tries")
    help = _("Too many wrong PINs, words or codes were typed. Wait a little, then look at the projector.")


class TooFast(Refusal):
    """More requests than a thumb can make."""

    slug, status = "too-fast", 429
    title = _("Too many at once")
    help = _("This phone sends more than a person can. Wait a second.")
