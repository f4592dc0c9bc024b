"""Refusals of standings: why something is not decided."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import BadInput, Refusal

# Somebody else has decided since the form was opened.
Overtaken = Refusal.kind(
    "overtaken",
    409,
    _("Somebody was faster"),
    _("Somebody else has just decided about this. Nothing was changed: look at it, and decide again."),
)
# A decision that is not in force, or not any more.
NothingToTakeBack = BadInput.kind(
    "nothing-to-take-back",
    422,
    _("Nothing to take back"),
    _("There is no such decision in force: somebody may have taken it back already."),
)
# A student chooses after their own last moment.
ChoiceOver = Refusal.kind(
    "choice-over",
    403,
    _("Too late to choose"),
    _("Until the end of your own deadline you could say which hand-in counts. Ask your lecturer now."),
)
NoReason = BadInput.kind(
    "no-reason",
    422,
    _("A reason is missing"),
    _("Write why: the student reads it, and whoever looks at this later."),
)
