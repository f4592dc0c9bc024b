"""Refusals of submissions: why an upload does not go on, a hand-in is not taken, or a run is not ended."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import Refusal

# There is nothing to sign with, or nobody to sign for.
NoReceipt = Refusal.kind(
    "no-receipt",
    404,
    _("No receipt"),
    _("This server signs no receipts. What was handed in, and when, stands on the submission's page."),
)
# The bytes do not begin where the server has its last one. The answer says where that is.
OffsetMismatch = Refusal.kind(
    "offset-mismatch",
    409,
    _("Not the next bytes"),
    _("The upload goes on at another place: ask how far it has come, and send from there."),
)
UploadIncomplete = Refusal.kind(
    "upload-incomplete",
    409,
    _("Upload not finished"),
    _("An upload has not all of its bytes yet. Send the rest, then hand in."),
)
UploadUsed = Refusal.kind(
    "upload-used",
    409,
    _("Already handed in"),
    _("This upload was already handed in. To hand in the same file again, upload it again."),
)
UnknownProtocol = Refusal.kind(
    "unknown-protocol",
    412,
    _("Upload protocol not known"),
    _("Uploads in pieces follow tus 1.0.0 here; another version was asked for."),
)
# The whole has another sha256 than announced. The upload is gone: any byte may be wrong.
DigestMismatch = Refusal.kind(
    "digest-mismatch",
    422,
    _("File damaged on the way"),
    _("What arrived is not what was sent, or the file changed meanwhile. Please upload it again."),
)
# More than one person may have under way.
TooManyUploads = Refusal.kind(
    "too-many-uploads",
    429,
    _("Too many uploads"),
    _("Too much of yours is being uploaded at the same time. Let it end, or try again in an hour."),
)
# More hand-ins or more bytes on one day than anybody needs, whatever became of them.
DayUsedUp = Refusal.kind(
    "day-used-up",
    429,
    _("Enough for today"),
    _("Hand-ins that cost no try have a bound too, in number and in bytes. Go on tomorrow."),
)
# The bytes of one request have another checksum than it says. Nothing of it was kept.
PieceDamaged = Refusal.kind(
    "piece-damaged",
    460,
    _("Bytes damaged on the way"),
    _("These bytes were damaged on the way. Nothing of them was kept: send them again."),
)
# The make-up is for those who have failed, and this student has not.
MakeupNotNeeded = Refusal.kind(
    "makeup-not-needed",
    403,
    _("Only for those who have failed"),
    _("The make-up is for those who have failed this assignment. You have not: your points stay."),
)
MakeupsUsedUp = Refusal.kind(
    "makeups-used-up",
    403,
    _("No make-ups left"),
    _("You have made up for as many assignments as this course allows in a term."),
)
RunBegun = Refusal.kind(
    "run-begun",
    409,
    _("The run has begun"),
    _("Your run has begun: only the staff of the course can end it now."),
)
# A student cancels a run that another hand-in of theirs has, too.
RunShared = Refusal.kind(
    "run-shared",
    409,
    _("Another hand-in has this run"),
    _(
        "You have handed in the same content more than once, and this run is for all of them: to cancel it "
        "would take them all back. Hand in what you mean, or ask the staff of the course."
    ),
)
RunOver = Refusal.kind(
    "run-over",
    409,
    _("The run is over"),
    _("This run has ended already, so there is nothing to cancel. Load the page again to see its end."),
)
