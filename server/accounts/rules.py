"""What other features compute with: rules and values of accounts, free of database, request and clock."""

from __future__ import annotations

from server.accounts.neptun import is_neptun, normalised, read_neptun
from server.accounts.roster import RosterRow
from server.accounts.throttle import network_of

__all__ = (
    "RosterRow",
    "is_neptun",
    "network_of",
    "normalised",
    "read_neptun",
)
