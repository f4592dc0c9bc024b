"""Refusals for a part of the server that is away: what was asked may be asked again in a moment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import Refusal, Text

AGAIN_S = 5

# The database does not answer, or went away in the middle.
DatabaseAway = Refusal.kind(
    "database-away",
    503,
    _("Please wait a moment"),
    _(
        "A part of the server is away for a moment. Whatever was confirmed to you is safe. "
        "Try again in a few seconds."
    ),
    retry_after_s=AGAIN_S,
)


class StoreAway(Refusal):
    """The store of files cannot be reached, or refuses us. `why` is for staff and never in an answer."""

    slug, status, retry_after_s = "store-away", 503, AGAIN_S
    title = _("Files cannot be reached")
    help = _(
        "The server cannot reach its store of files at the moment: nothing was taken or given out. "
        "Try again in a few seconds."
    )

    def __init__(self, detail: Text | None = None, *, why: str = "", **extras: object) -> None:
        self.why = why
        super().__init__(detail, **extras)


def why_of(error: Exception) -> str:
    """What staff may read of an error: the reason, where there is one behind the sentence for all."""
    return getattr(error, "why", "") or str(error)
