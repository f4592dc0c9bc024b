"""The data sheet of a data set: pictures of some examples and histograms of their values, for people."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
import torch
from torch.nn import functional

from grader.kinds.dataset.inside import images
from grader.kinds.dataset.inside.tables import Split, number

SIDE = 40  # pixels
MOST_SAMPLES, MOST_OF_A_CLASS = 32, 4
MOST_HISTOGRAMS, BINS = 12, 20
MOST_VALUES = 1_000_000  # of an array are looked at
LONGEST_NAME = 40
LARGEST = 1e290  # a million of them can still be added up
CHANNELS = (1, 3)


def sheet(train: Split) -> Mapping[str, object]:
    """Samples and histograms of the training split; the same for the same data."""
    return {"samples": list(_samples(train)), "histograms": list(_histograms(train))}


def _samples(split: Split) -> Iterator[Mapping[str, object]]:
    for label, at in _chosen(split.labels):
        pixels = _picture(split, at)
        if pixels is None:
            return
        height, width, channels = pixels.shape
        text = base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode()
        yield {"label": label, "width": width, "height": height, "channels": channels, "pixels": text}


def _chosen(labels: Sequence[str]) -> Iterator[tuple[str, int]]:
    """A few examples of each class, drawn by chance and not the first: those are often alike."""
    of: dict[str, list[int]] = {}
    for at, label in enumerate(labels):
        of.setdefault(label, []).append(at)
    classes = sorted(of)[:MOST_SAMPLES]
    each = max(1, min(MOST_OF_A_CLASS, MOST_SAMPLES // max(1, len(classes))))
    for label in classes:
        drawn = random.Random(f"sheet {label}").sample(of[label], min(each, len(of[label])))  # noqa: S311
        yield from ((label, at) for at in sorted(drawn))


def _picture(split: Split, at: int) -> np.ndarray | None:
    """(H, W, 1) or (H, W, 3) uint8, or None for what is no picture."""
    if split.files:
        return images.shown(split.files[at], SIDE)
    if not isinstance(split.rows, np.ndarray):
        return None
    array = _height_width_channels(split.rows[at])
    return None if array is None else _shrunk(_bytes(array))


def _height_width_channels(example: np.ndarray) -> np.ndarray | None:
    if example.ndim == 2 and min(example.shape) > 1:
        return example[:, :, None]
    if example.ndim == 3 and example.shape[2] in CHANNELS:
        return example
    if example.ndim == 3 and example.shape[0] in CHANNELS:
        return np.moveaxis(example, 0, 2)
    return None


def _bytes(array: np.ndarray) -> np.ndarray:
    """Values as brightness: bytes as they are, numbers from 0 to 1 as shares, all else from least to most."""
    if array.dtype == np.uint8:
        return array
    values = np.nan_to_num(array.astype(np.float64), posinf=0.0, neginf=0.0).clip(-LARGEST, LARGEST)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    return ((values - low) / ((high - low) or 1.0) * 255).round().astype(np.uint8)


def _shrunk(array: np.ndarray) -> np.ndarray:
    height, width, _ = array.shape
    scale = min(1.0, SIDE / max(height, width))
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    planes = torch.from_numpy(np.moveaxis(array, 2, 0).astype(np.float32))
    small = functional.adaptive_avg_pool2d(planes, size)
    return np.moveaxis(small.round().to(torch.uint8).numpy(), 0, 2)


def _histograms(split: Split) -> Iterator[Mapping[str, object]]:
    if isinstance(split.rows, np.ndarray):
        step = max(1, split.rows.size // MOST_VALUES)
        yield _histogram("", split.rows.reshape(-1)[::step].astype(np.float64))
        return
    yield from islice(_histograms_of_columns(split), MOST_HISTOGRAMS)


def _histograms_of_columns(split: Split) -> Iterator[Mapping[str, object]]:
    for name, column in zip(split.names, zip(*split.rows, strict=True), strict=True):
        values = [number(cell) for cell in column]
        kept = np.array([value for value in values if value is not None])
        if len(kept) > len(values) / 2:
            yield _histogram(name[:LONGEST_NAME], kept, missing=len(values) - len(kept))


def _histogram(name: str, values: np.ndarray, *, missing: int = 0) -> Mapping[str, object]:
    """Counts in bins of equal width from the least to the greatest value."""
    finite = values[np.abs(values) <= LARGEST]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    # Not np.histogram, which refuses ranges too narrow for its edges.
    bins = ((finite - low) / ((high - low) or 1.0) * BINS).astype(np.int64).clip(0, BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    return {
        "name": name,
        "low": low,
        "high": high,
        "mean": float(finite.mean()) if len(finite) else 0.0,
        "missing": missing + len(values) - len(finite),
        "counts": counts.tolist(),
    }
