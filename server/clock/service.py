"""What other features may ask of the clock's doors."""

from __future__ import annotations

from server.clock.extending import newest_extension

__all__ = ["newest_extension"]
