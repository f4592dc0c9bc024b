"""The samples of a data sheet as one PNG: a row for each class, a cell for each sample, clear where none is.

Format: PNG, third edition (W3C Recommendation, 2025), chunks IHDR, IDAT and IEND, colour type 6.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from grader.contract import Sample

CELL = 48  # pixels; no sample is larger
SIGNATURE = b"\x89PNG\r\n\x1a\n"
EIGHT_BITS, RGBA = 8, 6
COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Row:
    """The samples of one class: the `number`-th row of the picture, from the left."""

    label: str
    number: int
    samples: tuple[Sample, ...]


def rows(samples: Sequence[Sample]) -> tuple[Row, ...]:
    """Samples by class, in their order."""
    grouped = groupby(samples, key=lambda sample: sample.label)
    return tuple(Row(label, number, tuple(found)) for number, (label, found) in enumerate(grouped))


def columns(drawn: Sequence[Row]) -> int:
    """How many cells a row of the picture has."""
    return max((len(row.samples) for row in drawn), default=0)


def png(samples: Sequence[Sample]) -> bytes:
    """The picture, CELL pixels for each row and column; samples are in the middle of their cells."""
    drawn = rows(samples)
    width, height = CELL * columns(drawn), CELL * len(drawn)
    canvas = bytearray(4 * width * height)
    for row in drawn:
        for column, sample in enumerate(row.samples):
            left = CELL * column + (CELL - sample.width) // 2
            top = CELL * row.number + (CELL - sample.height) // 2
            _paint(canvas, width, sample, left, top)
    lines = (b"\0" + canvas[at : at + 4 * width] for at in range(0, len(canvas), 4 * width))
    header = struct.pack(">IIBBBBB", width, height, EIGHT_BITS, RGBA, 0, 0, 0)
    data = zlib.compress(b"".join(lines), COMPRESSION)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _paint(canvas: bytearray, width: int, sample: Sample, left: int, top: int) -> None:
    pixels = base64.b64decode(sample.pixels)
    opaque = _opaque(pixels, sample.channels)
    for line in range(sample.height):
        at = 4 * ((top + line) * width + left)
        canvas[at : at + 4 * sample.width] = opaque[4 * sample.width * line : 4 * sample.width * (line + 1)]


def _opaque(pixels: bytes, channels: int) -> bytes:
    """Grey or coloured pixels as red, green, blue and full opacity."""
    opaque = bytearray(b"\xff" * (4 * len(pixels) // channels))
    for channel in range(3):
        opaque[channel::4] = pixels[min(channel, channels - 1) :: channels]
    return bytes(opaque)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
