"""Why an upload does not go on, or a hand-in is too much for one day.

Refusal
|- NoReceipt           404 no-receipt
|- OffsetMismatch      409 offset-mismatch
|- UploadIncomplete    409 upload-incomplete
|- UploadUsed          409 upload-used
|- UnknownProtocol     412 unknown-protocol
|- DigestMismatch      422 digest-mismatch
|- TooManyUploads      429 too-many-uploads
|- DayUsedUp           429 day-used-up
`- PieceDamaged        460 piece-damaged
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import Refusal


class NoReceipt(Refusal):
    """There is nothing to sign with, or nobody to sign for."""

    slug, status = "no-receipt", 404
    title = _("No receipt")
    help = _("This server signs no receipts. What was handed in, and when, stands on the submission's page.")


class OffsetMismatch(Refusal):
    """The bytes do not begin where the server has its last one. The answer says where that is."""

    slug, status = "offset-mismatch", 409
    title = _("Not the next bytes")
    help = _("The upload goes on at another place: ask how far it has come, and send from there.")


class UploadIncomplete(Refusal):
    """Not all bytes are there yet."""

    slug, status = "upload-incomplete", 409
    title = _("Upload not finished")
    help = _("An upload has not all of its bytes yet. Send the rest, then hand in.")


class UploadUsed(Refusal):
    """It was handed in before."""

    slug, status = "upload-used", 409
    title = _("Already handed in")
    help = _("This upload was already handed in. To hand in the same file again, upload it again.")


class UnknownProtocol(Refusal):
    """Another version of tus than ours."""

    slug, status = "unknown-protocol", 412
    title = _("Upload protocol not known")
    help = _("Uploads in pieces follow tus 1.0.0 here; another version was asked for.")


class DigestMismatch(Refusal):
    """The whole has another sha256 than announced. The upload is gone: any byte may be wrong."""

    slug, status = "digest-mismatch", 422
    title = _("File damaged on the way")
    help = _("What arrived is not what was sent, or the file changed meanwhile. Please upload it again.")


class TooManyUploads(Refusal):
    """More than one person may have under way."""

    slug, status = "too-many-uploads", 429
    title = _("Too many uploads")
    help = _("Too much of yours is being uploaded at the same time. Let it end, or try again in an hour.")


class DayUsedUp(Refusal):
    """More hand-ins or more bytes on one day than anybody needs, whatever became of them."""

    slug, status = "day-used-up", 429
    title = _("Enough for today")
    help = _("Hand-ins that cost no try have a bound too, in number and in bytes. Go on tomorrow.")


class PieceDamaged(Refusal):
    """The bytes of one request have another checksum than it says. Nothing of it was kept."""

    slug, status = "piece-damaged", 460
    title = _("Bytes damaged on the way")
    help = _("These bytes were damaged on the way. Nothing of them was kept: send them again.")
