"""Refusals of courses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import Refusal

NoCourse = Refusal.kind(
    "no-course",
    503,
    _("No course yet"),
    _("This server has no course yet. Whoever runs it starts `hazi-server sync` once."),
)
