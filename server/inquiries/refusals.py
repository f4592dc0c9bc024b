"""Refusals of inquiries: why one is not taken, or goes no further."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import BadInput, Refusal

# Outside of the days in which a result may be asked about.
InquiryClosed = Refusal.kind(
    "inquiry-closed",
    409,
    _("No inquiries now"),
    _("This result can be asked about from the moment it is told, for the days that its page says."),
)
InquiryOpen = Refusal.kind(
    "inquiry-open",
    409,
    _("You have asked already"),
    _("Your inquiry about this assignment is not settled yet: write on in it."),
)
InquirySettled = Refusal.kind(
    "inquiry-settled",
    409,
    _("This inquiry is settled"),
    _("It was accepted or declined already, and nothing more is written in it."),
)
NoText = BadInput.kind(
    "no-text", 422, _("Nothing is written"), _("Write what should be looked at again, or what you answer.")
)
