"""The pictures of one quiz by name, within bounds: each name harmless, and none twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.pictures.picture import flaw_of, picture_of
from server.texts.unicode_forms import normal_form

MOST_PICTURES = 100
MOST_BYTES_IN_ALL = 20 << 20
NAME_LENGTH = 40


class NotTaken(Exception):  # noqa: N818 - it says what became of the picture
    """A picture that no quiz holds; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


class PictureCollection:
    """Takes the pictures of a file one after the other."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    @property
    def files(self) -> Mapping[str, bytes]:
        """The pictures by name."""
        return self._files

    def forget(self, count: int) -> None:
        """Go back to the first so many: what showed the others is left out."""
        self._files = dict(list(self._files.items())[:count])

    def take(self, wish: str, content: bytes) -> str:
        """The name of a picture from now on, as near to the wish as may be. Raises NotTaken.

        The same picture once more has the name that it has.
        """
        picture = picture_of(content)
        if (flaw := flaw_of(content)) is not None or picture is None:
            raise NotTaken(flaw or "")
        known = next((name for name, other in self._files.items() if other == content), None)
        if known is not None:
            return known
        if flaw := overflow([*self._files.values(), content]):
            raise NotTaken(flaw)
        words = _words_of(wish)
        name, number = f"{words}{picture.ending}", 2
        while name in self._files:
            name, number = f"{words}-{number}{picture.ending}", number + 1
        self._files[name] = content
        return name


def overflow(contents: list[bytes]) -> Text | None:
    """Why a quiz does not hold all of these pictures; None where it does."""
    if len(contents) > MOST_PICTURES:
        return _("a quiz holds %(n)s pictures", n=MOST_PICTURES)
    if sum(map(len, contents)) > MOST_BYTES_IN_ALL:
        return _("the pictures of a quiz have %(mib)s MiB at most", mib=MOST_BYTES_IN_ALL >> 20)
    return None


def _words_of(wish: str) -> str:
    """Small letters and digits of a file's name, without its ending."""
    stem = PurePosixPath(wish.replace("\\", "/")[-400:]).stem
    plain = normal_form("NFKD", stem).casefold().encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:NAME_LENGTH].strip("-") or "picture"
