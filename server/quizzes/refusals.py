"""Refusals of the live quiz: what a phone or the lecturer is told when something cannot be done."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import BadInput, NotFound, Refusal

WrongPin = NotFound.kind(
    "wrong-pin",
    404,
    _("No quiz under this PIN"),
    _("No quiz is open under this PIN. Look at the projector again: it has six digits."),
)
UnknownQuiz = NotFound.kind(
    "unknown-quiz",
    404,
    _("Unknown quiz"),
    _("There is no quiz of this name. Look it up in the list of quizzes."),
)
# The quiz is not over yet, or its lecturer lets nobody play it again.
NoReplay = NotFound.kind(
    "no-replay",
    404,
    _("Not to be played again"),
    _("This quiz cannot be played again, or not yet. What can be played stands on the page Live quiz."),
)
# The player's token or cookie is missing or unknown in this room.
NotJoined = Refusal.kind(
    "not-joined",
    401,
    _("Please join first"),
    _("This phone has not joined this quiz. Join with your Neptun code; what you answered is kept."),
)
NotOnRoster = Refusal.kind(
    "not-on-roster",
    403,
    _("Not a Neptun code"),
    _(
        "A Neptun code has six characters, letters A-Z and digits, such as ABC123. Look yours up and type it "
        "again."
    ),
)
RoomLocked = Refusal.kind(
    "room-locked",
    403,
    _("Nobody else is let in"),
    _("The lecturer has locked this quiz. Sign in if you were in it before, or raise your hand."),
)
# The lecturer sent the player out.
Kicked = Refusal.kind(
    "kicked",
    403,
    _("Sent out"),
    _("The lecturer has sent you out of this quiz. Talk to the lecturer if that is a mistake."),
)
WrongWord = Refusal.kind(
    "wrong-word",
    403,
    _("Not the word on the wall"),
    _("Type the word that the projector shows right now: it changes every half minute."),
)
# Another device plays for this code, or the code is nobody's: who waits is not told which.
DeviceWaiting = Refusal.kind(
    "device-waiting",
    409,
    _("Not let in yet"),
    _(
        "This Neptun code plays on another device, or is on no class list. Check it; if it is yours, sign "
        "in, or wait until the lecturer lets this device in."
    ),
)
# The question had closed when the answer arrived. Extras: `late_by_ms`.
TooLate = Refusal.kind(
    "too-late", 409, _("Too late"), _("This question was already closed when your answer arrived.")
)
# No such question has been opened in this room, or not yet.
NotThisQuestion = Refusal.kind(
    "not-this-question",
    409,
    _("Not this question"),
    _("This question is not being asked right now. Reload the page to see where the quiz stands."),
)
NotNow = Refusal.kind(
    "not-now", 409, _("Not possible now"), _("The quiz is at a point from which this step does not follow.")
)
KnownReport = Refusal.kind(
    "known-report",
    409,
    _("Taken before"),
    _("One of these reports is in the history of this quiz already. Nothing was taken: leave it out."),
)
# The lecturer's page is behind: the room has moved on since. Extras: `v`.
Stale = Refusal.kind(
    "stale",
    409,
    _("The quiz has moved on"),
    _("Another device has moved the quiz on. The page shows where it stands now: press again if needed."),
)
MalformedAnswer = BadInput.kind(
    "malformed-answer",
    422,
    _("Answer not understood"),
    _("This answer is not of the kind that the question asks for."),
)
# The text of a quiz has a mistake; the detail says in which line.
BadQuiz = BadInput.kind(
    "bad-quiz", 422, _("Quiz not readable"), _("The quiz has a mistake and was not kept.")
)
# Extras: `retry_after_s`.
TooManyGuesses = Refusal.kind(
    "too-many-guesses",
    429,
    _("Too many wrong tries"),
    _("Too many wrong PINs, words or codes were typed. Wait a little, then look at the projector."),
)
# Extras: `retry_after_s`.
TooFast = Refusal.kind(
    "too-fast", 429, _("Too many at once"), _("This phone sends more than a person can. Wait a second.")
)
