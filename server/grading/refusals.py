"""Why something that was handed in is not run.

Refusal
`- FilesRemoved        410 files-removed
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.errors import Refusal


class FilesRemoved(Refusal):
    """The files of a rejected hand-in, after two weeks."""

    slug, status = "files-removed", 410
    title = _("Files removed")
    help = _(
        "These files were removed 14 days after they were rejected, because nothing of them was run. "
        "Hand them in again if they are needed."
    )
