"""Refusals: why something was not done, in a sentence for the person who asked.

Each is an exception, and a row of a table: `family.kind(slug, status, title, sentence)`. Here are those that
many features have; the others stand in `refusals` of their features. A family is a class, to be caught as a
whole.

Raise one from anywhere; `server.http.error_handlers` alone turns it into a page or a problem document.
"""

from __future__ import annotations

from typing import ClassVar, Self, TypeAlias, cast

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

    @classmethod
    def kind(
        cls, slug: str, status: int, title: Text, sentence: Text, *, retry_after_s: int | None = None
    ) -> type[Self]:
        """A row of a table: one kind of refusal, to be raised and caught as a class of this family."""
        name = "".join(part.capitalize() for part in slug.split("-"))
        own = {
            "slug": slug,
            "status": status,
            "title": title,
            "help": sentence,
            "retry_after_s": retry_after_s,
        }
        return cast("type[Self]", type(name, (cls,), own))


class NotFound(Refusal):
    """It does not exist, or is somebody else's, which must look the same."""

    slug, status = "not-found", 404
    title = _("Not found")
    help = _("There is nothing here, or nothing that you may see.")


class BadInput(Refusal):
    """What was filled in breaks a rule; the detail says which."""

    slug, status = "bad-input", 422
    title = _("Please check what you entered")
    help = _("Something that was filled in is missing or breaks a rule.")


BadRequest = Refusal.kind(
    "bad-request",
    400,
    _("Request not understood"),
    _("The server could not make sense of this request. Go back, reload the page and try again."),
)
CsrfFailed = Refusal.kind(
    "csrf",
    400,
    _("Form expired"),
    _("This form belongs to an earlier visit. Reload the page and send it again."),
)
CutOff = Refusal.kind(
    "cut-off",
    400,
    _("Upload cut off"),
    _("The connection broke before the last byte arrived. Nothing was handed in: please try again."),
)
WrongLogin = Refusal.kind(
    "wrong-login", 401, _("Sign-in failed"), _("This Neptun code and password do not belong together.")
)
NotSignedIn = Refusal.kind(
    "not-signed-in",
    401,
    _("Please sign in"),
    _("This needs a signed-in person: sign in, or send an access token."),
)
TokenInvalid = Refusal.kind(
    "token-invalid",
    401,
    _("Access token not valid"),
    _("This access token is unknown, revoked or expired. Sign in again to get a new one."),
)
Forbidden = Refusal.kind("forbidden", 403, _("Not allowed"), _("Only the staff of the course may do this."))
NotOpen = Refusal.kind(
    "not-open", 403, _("Not open yet"), _("This assignment does not take submissions yet.")
)
Closed = Refusal.kind(
    "closed", 403, _("Closed"), _("This assignment takes no more submissions: its last late day is over.")
)
Unpublished = Refusal.kind(
    "unpublished",
    403,
    _("Unpublished"),
    _("The course no longer publishes this assignment, so nothing is taken. What you have handed in stays."),
)
UnknownAssignment = NotFound.kind(
    "unknown-assignment",
    404,
    _("Unknown assignment"),
    _("There is no assignment of this name. Look it up in the list of assignments."),
)
# The link was used, replaced by a newer one, or is too old.
InvitationGone = NotFound.kind(
    "invitation-gone",
    404,
    _("This link no longer works"),
    _("Invitation links work once and for 14 days. Ask your lecturer or assistant for a new one."),
)
MethodNotAllowed = Refusal.kind(
    "method-not-allowed", 405, _("Not possible here"), _("This address does not take requests of this kind.")
)
# The same Idempotency-Key came with other bytes.
KeyReused = Refusal.kind(
    "key-reused",
    409,
    _("Key used for something else"),
    _("This Idempotency-Key already belongs to a submission with other files. Use a new key."),
)
NotReady = Refusal.kind(
    "not-ready",
    409,
    _("Not ready yet"),
    _("This submission is not graded yet. Wait until its run has ended."),
)
TooLarge = Refusal.kind(
    "too-large", 413, _("Too large"), _("This is larger than what is taken here. Nothing was kept.")
)
WrongType = Refusal.kind(
    "wrong-type", 415, _("Wrong kind of file"), _("Files of this kind are not taken here.")
)
NoFiles = BadInput.kind("no-files", 422, _("No file"), _("No file was sent. Choose at least one."))
EmptyFile = BadInput.kind(
    "empty-file",
    422,
    _("Empty file"),
    _("A file of zero bytes was sent. Save it in your editor and try again."),
)
BadName = BadInput.kind(
    "bad-name",
    422,
    _("File name not possible"),
    _("A file name is empty, too long, used twice, or holds characters that are not allowed in names."),
)
TooManyFiles = BadInput.kind(
    "too-many-files",
    422,
    _("Too many files"),
    _("More files were sent than this assignment takes. Put them into one zip."),
)
NotUtf8 = BadInput.kind(
    "not-utf8",
    422,
    _("Not UTF-8"),
    _("A source file is not UTF-8 text. Save it in your editor with the encoding UTF-8."),
)
BadNeptun = BadInput.kind(
    "bad-neptun",
    422,
    _("Not a Neptun code"),
    _("A Neptun code has exactly six characters, letters A-Z and digits, such as ABC123."),
)
BadRoster = BadInput.kind(
    "bad-roster",
    422,
    _("Roster not readable"),
    _("The roster must be a CSV or XLSX file with the columns Neptun code, Name and Email."),
)
TooManyAttempts = Refusal.kind(
    "too-many-attempts",
    429,
    _("Too many attempts"),
    _("Too many wrong passwords. Wait a little and try again."),
)
TriesUsedUp = Refusal.kind(
    "tries-used-up",
    429,
    _("No tries left today"),
    _("All tries of today are used. The count starts again at midnight."),
)
ServerFault = Refusal.kind(
    "server-fault",
    500,
    _("Our fault"),
    _("Something broke on our side, and it is in our log. Nothing of yours was lost: try again."),
)
Busy = Refusal.kind(
    "busy", 503, _("Busy"), _("The server is busy and kept nothing of this. Try again in a few seconds.")
)
StoreFull = Refusal.kind(
    "store-full",
    507,
    _("No space left"),
    _("The server has no space left and kept nothing. Tell your lecturer, and try again later."),
)
