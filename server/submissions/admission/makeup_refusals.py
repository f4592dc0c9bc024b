"""Why a hand-in is not taken as a make-up.

Refusal
|- MakeupNotNeeded     403 makeup-not-needed
`- MakeupsUsedUp       403 makeups-used-up
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import Refusal


class MakeupNotNeeded(Refusal):
    """The make-up is for those who have failed, and this student has not."""

    slug, status = "makeup-not-needed", 403
    title = _("Only for those who have failed")
    help = _("The make-up is for those who have failed this assignment. You have not: your points stay.")


class MakeupsUsedUp(Refusal):
    """As many assignments were made up for as a term allows."""

    slug, status = "makeups-used-up", 403
    title = _("No make-ups left")
    help = _("You have made up for as many assignments as this course allows in a term.")
