"""Where the API lies below the server's address."""

from __future__ import annotations

API = "/api/v1"
