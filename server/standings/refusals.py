"""Why something is not decided.

Refusal
|- Overtaken             409 overtaken
`- NoReason              422 no-reason
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import BadInput, Refusal


class Overtaken(Refusal):
    """Somebody else has decided since the form was opened."""

    slug, status = "overtaken", 409
    title = _("Somebody was faster")
    help = _("Somebody else has just decided about this. Nothing was changed: look at it, and decide again.")


class NoReason(BadInput):
    """A decision without a reason."""

    slug = "no-reason"
    title = _("A reason is missing")
    help = _("Write why: the student reads it, and whoever looks at this later.")
