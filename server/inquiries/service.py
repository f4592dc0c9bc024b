"""What other features may ask of inquiries."""

from __future__ import annotations

from server.inquiries.queries import InquiryCard, inquiries_of, number_open

__all__ = ["InquiryCard", "inquiries_of", "number_open"]
