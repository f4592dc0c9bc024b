"""Pictures by their content: which kind some bytes are, and how large, read from their header alone.

Nothing is ever decoded here. What a file calls itself has no part in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from flask_babel import lazy_gettext as _

from server.errors import Text

MOST_BYTES = 2 << 20
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 10_000
BOUNDS = "it must be PNG, JPEG, GIF or WebP, of at most 2 MiB and 24 million pixels"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}\.(?:png|jpe?g|gif|webp)")
"""What a picture may be called: nothing that leads out of a folder, or is hidden in one."""

_NO_FRAME = {0xC4, 0xC8, 0xCC}  # markers of a JPEG that lie among those of frames


@dataclass(frozen=True, slots=True)
class Picture:
    """A kind of picture, and its size in pixels."""

    kind: str  # as in image/<kind>
    width: int
    height: int

    @property
    def media_type(self) -> str:
        """As HTTP says it."""
        return f"image/{self.kind}"

    @property
    def ending(self) -> str:
        """Of a file's name."""
        return ".jpg" if self.kind == "jpeg" else f".{self.kind}"


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """Where a page finds a picture, and its size."""

    address: str
    width: int
    height: int
    is_sound: bool = True  # else it is shown nowhere: see `flaw_of`


def picture_of(content: bytes) -> Picture | None:
    """What picture these bytes are; None where they are none that is shown."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return _sized("png", content[16:20], content[20:24], "big")
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _sized("gif", content[6:8], content[8:10], "little")
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _webp(content)
    return _jpeg(content) if content.startswith(b"\xff\xd8\xff") else None


def flaw_of(content: bytes) -> Text | None:
    """Why these bytes are shown nowhere; None where they may be."""
    found = picture_of(content)
    if len(content) > MOST_BYTES:
        return _("it is larger than %(mib)s MiB", mib=MOST_BYTES >> 20)
    if found is None:
        return _("it is neither PNG nor JPEG, GIF or WebP")
    if max(found.width, found.height) > LONGEST_SIDE or found.width * found.height > MOST_PIXELS:
        return _("it has more than %(n)s million pixels", n=MOST_PIXELS // 1_000_000)
    return None


def shown_at(address: str, content: bytes) -> ShownPicture:
    """These bytes as a picture at an address, sound or not."""
    found = picture_of(content)
    width, height = (found.width, found.height) if found else (0, 0)
    return ShownPicture(address, width, height, is_sound=flaw_of(content) is None)


def address_of(version: str, picture: str) -> str:
    """Where a picture of a published quiz is asked for, by the digests of both."""
    return f"/live/pictures/{version}/{picture}"


def _sized(kind: str, width: bytes, height: bytes, order: Literal["big", "little"]) -> Picture | None:
    sides = [int.from_bytes(side, order) for side in (width, height)]
    return Picture(kind, *sides) if all(sides) else None


def _webp(content: bytes) -> Picture | None:
    kind, rest = content[12:16], content[20:30]
    if len(rest) < 10:
        return None
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(rest[at : at + 3], "little") for at in (4, 7))
    elif kind == b"VP8L" and rest[0] == 0x2F:
        bits = int.from_bytes(rest[1:5], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 " and rest[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(rest[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    else:
        return None
    return Picture("webp", width, height) if width and height else None


def _jpeg(content: bytes) -> Picture | None:
    """The size stands in the first frame, behind segments that each say how long they are."""
    at = 2
    while content[at : at + 1] == b"\xff":
        marker = content[at + 1] if at + 1 < len(content) else 0
        if marker == 0xFF:  # it may stand there any number of times
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            return _sized("jpeg", content[at + 7 : at + 9], content[at + 5 : at + 7], "big")
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2
        else:
            length = int.from_bytes(content[at + 2 : at + 4], "big")
            if length < 2 or marker in {0x00, 0xD9, 0xDA}:
                return None
            at += 2 + length
    return None
