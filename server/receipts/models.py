"""The table of public keys that receipts were ever signed with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class ReceiptKey(Table):
    """One key: kept for good, so that old receipts can be checked after it was replaced."""

    __tablename__ = "receipt_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)  # see receipt.py
    public: Mapped[str] = mapped_column(String(64))  # its 32 bytes in hexadecimal digits
    used_since: Mapped[datetime]
    retired_at: Mapped[datetime | None]  # from when on none is signed with it any more
