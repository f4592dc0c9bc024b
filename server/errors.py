"""Refusals: why something was not done, in a sentence for the person who asked.

    Refusal
    |- BadRequest            400 bad-request
    |- CsrfFailed            400 csrf
    |- CutOff                400 cut-off
    |- WrongLogin            401 wrong-login
    |- NotSignedIn           401 not-signed-in
    |- TokenInvalid          401 token-invalid
    |- Forbidden             403 forbidden
    |- NotOpen               403 not-open
    |- Closed                403 closed
    |- NotFound              404 not-found
    |  |- UnknownAssignment  404 unknown-assignment
    |  `- InvitationGone     404 invitation-gone
    |- MethodNotAllowed      405 method-not-allowed
    |- KeyReused             409 key-reused
    |- NotReady              409 not-ready
    |- TooLarge              413 too-large
    |- WrongType             415 wrong-type
    |- BadInput              422 bad-input
    |  |- NoFiles            422 no-files
    |  |- EmptyFile          422 empty-file
    |  |- BadName            422 bad-name
    |  |- TooManyFiles       422 too-many-files
    |  |- NotUtf8            422 not-utf8
    |  |- BadNeptun          422 bad-neptun
    |  `- BadRoster          422 bad-roster
    |- TooManyAttempts       429 too-many-attempts
    |- TriesUsedUp           429 tries-used-up
    |- ServerFault           500 server-fault
    |- Busy                  503 busy
    `- StoreFull             507 store-full

Raise one from anywhere; `server.http.error_handlers` alone turns it into a page or a problem document.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

Text: TypeAlias = str | LazyString


class Refusal(Exception):  # noqa: N818 - a refusal is no error of the program
    """Why not. `detail` overrides the class's own sentence; `extras` go into the problem document."""

    slug: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[Text]
    help: ClassVar[Text]
    retry_after_s: ClassVar[int | None] = None  # where `extras` say nothing of it

    def __init__(self, detail: Text | None = None, **extras: object) -> None:
        self.detail: Text = self.help if detail is None else detail
        self.extras = extras
        super().__init__(self.detail)


class BadRequest(Refusal):
    """The request itself makes no sense."""

    slug, status = "bad-request", 400
    title = _("Request not understood")
    help = _("The server could not make sense of this request. Go back, reload the page and try again.")


class CsrfFailed(Refusal):
    """The form does not carry the token of this browser's visit."""

    slug, status = "csrf", 400
    title = _("Form expired")
    help = _("This form belongs to an earlier visit. Reload the page and send it again.")


class CutOff(Refusal):
    """The connection ended before the last byte."""

    slug, status = "cut-off", 400
    title = _("Upload cut off")
    help = _("The connection broke before the last byte arrived. Nothing was handed in: please try again.")


class WrongLogin(Refusal):
    """Neptun code and password do not belong together."""

    slug, status = "wrong-login", 401
    title = _("Sign-in failed")
    help = _("This Neptun code and password do not belong together.")


class NotSignedIn(Refusal):
    """Nobody is signed in."""

    slug, status = "not-signed-in", 401
    title = _("Please sign in")
    help = _("This needs a signed-in person: sign in, or send an access token.")


class TokenInvalid(Refusal):
    """The bearer token is unknown, revoked or expired."""

    slug, status = "token-invalid", 401
    title = _("Access token not valid")
    help = _("This access token is unknown, revoked or expired. Sign in again to get a new one.")


class Forbidden(Refusal):
    """Signed in, but not entitled."""

    slug, status = "forbidden", 403
    title = _("Not allowed")
    help = _("Only the staff of the course may do this.")


class NotOpen(Refusal):
    """Before the window."""

    slug, status = "not-open", 403
    title = _("Not open yet")
    help = _("This assignment does not take submissions yet.")


class Closed(Refusal):
    """After the window."""

    slug, status = "closed", 403
    title = _("Closed")
    help = _("This assignment takes no more submissions: its last late day is over.")


class NotFound(Refusal):
    """It does not exist, or is somebody else's, which must look the same."""

    slug, status = "not-found", 404
    title = _("Not found")
    help = _("There is nothing here, or nothing that you may see.")


class UnknownAssignment(NotFound):
    """No assignment with this slug is published."""

    slug, status = "unknown-assignment", 404
    title = _("Unknown assignment")
    help = _("There is no assignment of this name. Look it up in the list of assignments.")


class InvitationGone(NotFound):
    """The link was used, replaced by a newer one, or is too old."""

    slug, status = "invitation-gone", 404
    title = _("This link no longer works")
    help = _("Invitation links work once and for 14 days. Ask your lecturer or assistant for a new one.")


class MethodNotAllowed(Refusal):
    """The address exists, but not for this verb."""

    slug, status = "method-not-allowed", 405
    title = _("Not possible here")
    help = _("This address does not take requests of this kind.")


class KeyReused(Refusal):
    """The same Idempotency-Key came with other bytes."""

    slug, status = "key-reused", 409
    title = _("Key used for something else")
    help = _("This Idempotency-Key already belongs to a submission with other files. Use a new key.")


class NotReady(Refusal):
    """The run has not ended."""

    slug, status = "not-ready", 409
    title = _("Not ready yet")
    help = _("This submission is not graded yet. Wait until its run has ended.")


class TooLarge(Refusal):
    """More bytes than are taken here."""

    slug, status = "too-large", 413
    title = _("Too large")
    help = _("This is larger than what is taken here. Nothing was kept.")


class WrongType(Refusal):
    """A file of a kind that this assignment does not take."""

    slug, status = "wrong-type", 415
    title = _("Wrong kind of file")
    help = _("Files of this kind are not taken here.")


class BadInput(Refusal):
    """What was filled in breaks a rule; the detail says which."""

    slug, status = "bad-input", 422
    title = _("Please check what you entered")
    help = _("Something that was filled in is missing or breaks a rule.")


class NoFiles(BadInput):
    """A hand-in without files."""

    slug = "no-files"
    title = _("No file")
    help = _("No file was sent. Choose at least one.")


class EmptyFile(BadInput):
    """A file of zero bytes."""

    slug = "empty-file"
    title = _("Empty file")
    help = _("A file of zero bytes was sent. Save it in your editor and try again.")


class BadName(BadInput):
    """A file name that cannot be kept."""

    slug = "bad-name"
    title = _("File name not possible")
    help = _("A file name is empty, too long, used twice, or holds characters that are not allowed in names.")


class TooManyFiles(BadInput):
    """More files than the assignment takes."""

    slug = "too-many-files"
    title = _("Too many files")
    help = _("More files were sent than this assignment takes. Put them into one zip.")


class NotUtf8(BadInput):
    """A source file in another encoding."""

    slug = "not-utf8"
    title = _("Not UTF-8")
    help = _("A source file is not UTF-8 text. Save it in your editor with the encoding UTF-8.")


class BadNeptun(BadInput):
    """Not a Neptun code."""

    slug = "bad-neptun"
    title = _("Not a Neptun code")
    help = _("A Neptun code has exactly six characters, letters A-Z and digits, such as ABC123.")


class BadRoster(BadInput):
    """A roster file that cannot be read."""

    slug = "bad-roster"
    title = _("Roster not readable")
    help = _("The roster must be a CSV or XLSX file with the columns Neptun code, Name and Email.")


class TooManyAttempts(Refusal):
    """Too many wrong passwords."""

    slug, status = "too-many-attempts", 429
    title = _("Too many attempts")
    help = _("Too many wrong passwords. Wait a little and try again.")


class TriesUsedUp(Refusal):
    """All hand-ins of the day are used."""

    slug, status = "tries-used-up", 429
    title = _("No tries left today")
    help = _("All tries of today are used. The count starts again at midnight.")


class ServerFault(Refusal):
    """Our fault."""

    slug, status = "server-fault", 500
    title = _("Our fault")
    help = _("Something broke on our side, and it is in our log. Nothing of yours was lost: try again.")


class Busy(Refusal):
    """Others are writing, and for longer than we wait."""

    slug, status = "busy", 503
    title = _("Busy")
    help = _("The server is busy and kept nothing of this. Try again in a few seconds.")


class StoreFull(Refusal):
    """The disk is full."""

    slug, status = "store-full", 507
    title = _("No space left")
    help = _("The server has no space left and kept nothing. Tell your lecturer, and try again later.")
