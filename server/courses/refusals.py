"""Refusals of courses: see server.errors.

Refusal
`- NoCourse              503 no-course
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import Refusal


class NoCourse(Refusal):
    """The database has no course yet."""

    slug, status = "no-course", 503
    title = _("No course yet")
    help = _("This server has no course yet. Whoever runs it starts `hazi-server sync` once.")
