"""What other features may ask of inquiries."""

from __future__ import annotations

from server.inquiries.models import Inquiry, InquiryMessage
from server.inquiries.queries import number_open

__all__ = (
    "Inquiry",
    "InquiryMessage",
    "number_open",
)
