"""One split of a data set as folders of PNG and JPEG files, a folder for each class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from grader.kinds.dataset.inside.tables import Split, UnreadableError, is_label, one_form

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
MOST_PIXELS = 4096 * 4096
SIDE = 48  # of the copy that is kept of each picture


@dataclass(frozen=True)
class Picture:
    """What is kept of one file: who is equal, a small copy (SIDE, SIDE, 3), and how large it was."""

    digest: bytes
    copy: np.ndarray
    form: str
    size: tuple[int, int]


def read_images(folder: Path, name: str, _label: str) -> Split:
    """`train/<class>/<file>.png`, in the order of their names. Raises UnreadableError."""
    files = list(_files(folder, name))
    if not files:
        raise UnreadableError("no_file", f"{name}/<class>/*.png")
    labels = [one_form(path.parent.name) for path in files]
    bad = next((label for label in labels if not is_label(label)), None)
    if bad is not None:
        raise UnreadableError("bad_class", f"{name}/{bad}")
    pictures = [_read(path, f"{name}/{path.parent.name}/{path.name}") for path in files]
    return Split(
        labels,
        np.stack([picture.copy for picture in pictures]),
        cells=len(pictures),
        missing=0,
        form=_form(pictures),
        digests=[picture.digest for picture in pictures],
        files=files,
    )


def shown(path: Path, side: int) -> np.ndarray:
    """A picture for people: (H, W, 1) or (H, W, 3) uint8, its longer side at most `side`."""
    with Image.open(path, formats=list(set(FORMATS.values()))) as opened:
        opened.thumbnail((side, side))
        return _pixels(opened)


def _files(folder: Path, name: str) -> Iterator[Path]:
    for path in sorted((folder / name).glob("*/*")):
        if path.is_file() and not path.name.startswith("."):
            if path.suffix.lower() not in FORMATS:
                raise UnreadableError("no_image", f"{name}/{path.parent.name}/{path.name}")
            yield path


def _read(path: Path, file: str) -> Picture:
    try:
        # The size stands in the header; whoever lies about it is refused before a pixel is decoded.
        with Image.open(path, formats=[FORMATS[path.suffix.lower()]]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UnreadableError("large_image", file, f"{opened.width} x {opened.height}")
            pixels = _pixels(opened)
            kept = opened.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    except Image.DecompressionBombError as error:
        raise UnreadableError("large_image", file, "> 4096 x 4096") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadableError("no_image", file) from error
    height, width, channels = pixels.shape
    shape = f"{width} {height} {channels} ".encode()
    return Picture(
        digest=blake2b(shape + pixels.tobytes(), digest_size=16).digest(),
        copy=np.asarray(kept),
        form="grey" if channels == 1 else "RGB",
        size=(width, height),
    )


def _pixels(opened: Image.Image) -> np.ndarray:
    """(H, W, 1) for grey pictures of any depth, else (H, W, 3); without transparency and further frames."""
    grey = opened.mode in {"1", "L", "LA", "I", "I;16", "F"}
    if opened.mode in {"I", "I;16", "F"}:
        deep = np.asarray(opened, dtype=np.float32)
        return (deep / max(1.0, float(deep.max())) * 255).clip(0, 255).astype(np.uint8)[:, :, None]
    array = np.asarray(opened.convert("L" if grey else "RGB"))
    return array[:, :, None] if grey else array


def _form(pictures: list[Picture]) -> str:
    """Kind of the pictures, and their size where all have the same."""
    kinds = "/".join(sorted({picture.form for picture in pictures}))
    sizes = {picture.size for picture in pictures}
    (width, height) = next(iter(sizes))
    return f"{kinds} pictures" + (f" of {width} x {height}" if len(sizes) == 1 else " of mixed sizes")
