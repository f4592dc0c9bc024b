"""Why something is not decided.

Refusal
|- ChoiceOver            403 choice-over
|- Overtaken             409 overtaken
`- BadInput
   |- NoReason           422 no-reason
   `- NothingToTakeBack  422 nothing-to-take-back
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import BadInput, Refusal


class Overtaken(Refusal):
    """Somebody else has decided since the form was opened."""

    slug, status = "overtaken", 409
    title = _("Somebody was faster")
    help = _("Somebody else has just decided about this. Nothing was changed: look at it, and decide again.")


class NothingToTakeBack(BadInput):
    """A decision that is not in force, or not any more."""

    slug = "nothing-to-take-back"
    title = _("Nothing to take back")
    help = _("There is no such decision in force: somebody may have taken it back already.")


class ChoiceOver(Refusal):
    """A student chooses after their own last moment."""

    slug, status = "choice-over", 403
    title = _("Too late to choose")
    help = _("Until the end of your own deadline you could say which hand-in counts. Ask your lecturer now.")


class NoReason(BadInput):
    """A decision without a reason."""

    slug = "no-reason"
    title = _("A reason is missing")
    help = _("Write why: the student reads it, and whoever looks at this later.")
