"""Refusals of grading: why something that was handed in is not run."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import Refusal

# The files of a rejected hand-in, after two weeks.
FilesRemoved = Refusal.kind(
    "files-removed",
    410,
    _("Files removed"),
    _(
        "These files were removed 14 days after they were rejected, because nothing of them was run. "
        "Hand them in again if they are needed."
    ),
)
