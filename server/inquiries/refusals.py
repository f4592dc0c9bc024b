"""Why an inquiry is not taken, or goes no further.

Refusal
|- InquiryClosed         409 inquiry-closed
|- InquiryOpen           409 inquiry-open
|- InquirySettled        409 inquiry-settled
`- BadInput
   `- NoText             422 no-text
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import BadInput, Refusal


class InquiryClosed(Refusal):
    """Outside of the days in which a result may be asked about."""

    slug, status = "inquiry-closed", 409
    title = _("No inquiries now")
    help = _("This result can be asked about from the moment it is told, for the days that its page says.")


class InquiryOpen(Refusal):
    """There is one already."""

    slug, status = "inquiry-open", 409
    title = _("You have asked already")
    help = _("Your inquiry about this assignment is not settled yet: write on in it.")


class InquirySettled(Refusal):
    """It was accepted or declined."""

    slug, status = "inquiry-settled", 409
    title = _("This inquiry is settled")
    help = _("It was accepted or declined already, and nothing more is written in it.")


class NoText(BadInput):
    """A message without a text."""

    slug = "no-text"
    title = _("Nothing is written")
    help = _("Write what should be looked at again, or what you answer.")
