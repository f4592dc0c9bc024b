"""An assignment version ready to grade with: its settings and its data, loaded once per process."""

from __future__ import annotations

import errno
import functools
import importlib.util
import os
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from packaging.requirements import Requirement

import assignments
from assignments import archive
from assignments.scoring import LearningTask
from assignments.spec import SLUG, Assignment, DataSource, Split, Splits
from grader import draws, wire
from grader.contract import GradeJob
from grader.draws import DEVELOPMENT_KEY, KeyedDraws
from grader.prepared_check import PreparedCheck

DIGEST = re.compile(r"[0-9a-f]{64}")
ZONE = ZoneInfo("UTC")  # no rule of time is decided here


class MaterialError(RuntimeError):
    """An assignment's own files cannot be graded with. Ours to repair."""


class PackagesMissingError(RuntimeError):
    """An assignment needs packages that are not installed here: another grader may have them."""


@dataclass(frozen=True, slots=True)
class Material:
    """One version of an assignment, and the key that its held-out data are drawn with."""

    assignment: Assignment
    version: str
    folder: Path
    practice: Practice | None = None  # on a student's machine: what stands in for the files of the folder
    held_out_key: str = field(default=DEVELOPMENT_KEY, repr=False)

    @property
    def data(self) -> Data:
        """The data, from memory after the first time. Raises MaterialError where there are none."""
        if self.practice is None:
            return _data(self.folder, self.assignment, self.version, self.held_out_key)
        if self.practice.data is None:
            raise MaterialError("this practice kit has no data")
        return self.practice.data

    @property
    def draws(self) -> KeyedDraws:
        """What a loader of this assignment draws from."""
        return KeyedDraws(self.assignment.slug, self.held_out_key)

    @property
    def identity(self) -> str:
        """What a report calls the data: numbers of different data must not be taken for the same."""
        return f"{self.version[:16]}-{draws.fingerprint(self.held_out_key)}"


@dataclass(frozen=True, slots=True, eq=False)
class Practice:
    """All that a student may have of an assignment, in its `data` the validation part for the held-out."""

    data: Data | None = field(repr=False)
    checks: tuple[PreparedCheck, ...]  # the visible ones
    untried: int  # how many checks only a hand-in makes
    held_out_rows: int  # of a table of predictions; 0 for other kinds


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """The splits as they go over the wire, and the held-out labels, which never do."""

    splits: Splits = field(repr=False)
    known: bytes = field(repr=False)  # the training and validation splits, packed
    held_out_inputs: npt.NDArray[np.generic] = field(repr=False)
    # int64 (N,) or (N, C), or float64 (N,): see LearningTask
    held_out_labels: npt.NDArray[Any] = field(repr=False)
    perturbed: npt.NDArray[np.generic] | None = field(default=None, repr=False)  # the same inputs with noise

    @property
    def sent(self) -> npt.NDArray[np.generic]:
        """All that is predicted: the held-out inputs, and behind them those with noise."""
        both = [part for part in (self.held_out_inputs, self.perturbed) if part is not None]
        return np.concatenate(both) if len(both) > 1 else self.held_out_inputs


def from_folder(folder: Path, held_out_key: str = DEVELOPMENT_KEY) -> Material:
    """The assignment in a folder, its held-out data not those of any server. Raises SpecError."""
    folder = folder.resolve()
    version = archive.version_of(archive.pack(folder))
    found = Material(assignments.read(folder, ZONE), version, folder, held_out_key=held_out_key)
    _refuse_missing_packages(found.assignment)
    return found


def from_job(job: GradeJob, fetch: Callable[[str, int], bytes], cache: Path) -> Material:
    """The version that a job names, kept in the cache; the key is kept in memory only.

    `fetch` gets the archive with a digest, of so many bytes at most, when it is not in the cache yet.
    Raises StoreError, SpecError, PackagesMissingError, and MaterialError for names that no published
    assignment has.
    """
    version, slug = job.version, job.slug
    if not (DIGEST.fullmatch(version) and SLUG.fullmatch(slug)):
        raise MaterialError(f"a job names version {version!r} of {slug!r}, which cannot be a folder")
    if not draws.KEY.fullmatch(job.held_out_key):
        raise MaterialError("a job has no key for the held-out data")
    folder = cache / version / slug
    if not folder.is_dir():
        packed = fetch(version, archive.LARGEST_ARCHIVE)
        try:
            _unpack_into(folder, packed)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            _make_room(cache, but=version)
            _unpack_into(folder, packed)
    found = Material(assignments.read(folder, ZONE), version, folder, held_out_key=job.held_out_key)
    _refuse_missing_packages(found.assignment)
    return found


def _refuse_missing_packages(assignment: Assignment) -> None:
    if missing := [text for text in assignment.packages if not _is_installed(Requirement(text))]:
        raise PackagesMissingError(f"{assignment.slug} needs {', '.join(missing)}, not installed here")


def _is_installed(wanted: Requirement) -> bool:
    try:
        return wanted.specifier.contains(metadata.version(wanted.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def _make_room(cache: Path, *, but: str) -> None:
    """Forget all other versions: who still needs one fetches it again."""
    for folder in cache.iterdir():
        if DIGEST.fullmatch(folder.name) and folder.name != but:
            shutil.rmtree(folder, ignore_errors=True)


def _unpack_into(folder: Path, packed: bytes) -> None:
    """Unpack beside the place and move, so that other workers see all of it or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        fresh = Path(place) / folder.name
        archive.unpack(packed, fresh)
        try:
            os.rename(fresh, folder)  # noqa: PTH104 - Path.rename has the same rules and says less
        except OSError:
            if not folder.is_dir():  # another worker was quicker
                raise
            shutil.rmtree(fresh)


@functools.lru_cache(maxsize=8)
def _data(folder: Path, assignment: Assignment, version: str, key: str) -> Data:
    return drawn(folder, assignment, version, KeyedDraws(assignment.slug, key))


def drawn(folder: Path, assignment: Assignment, version: str, streams: KeyedDraws) -> Data:
    """The data of an assignment as these streams give them. Raises MaterialError."""
    source = assignment.data
    splits = _loaded(folder, source.load, version, streams)
    data = data_of(checked_splits(splits, source.load), source)
    if not source.perturbation:
        return data
    chance = streams.held_out("perturbation")
    return replace(data, perturbed=_perturbed(data.held_out_inputs, source.perturbation, chance))


def checked_splits(found: object, load: str) -> Splits:
    """Splits of tensors or arrays. Raises MaterialError, which says what to return instead."""
    if not isinstance(found, Splits):
        raise MaterialError(
            f"{load} returned {type(found).__name__}: return Splits(train=Split(inputs, labels), "
            "valid=Split(...), test=Split(...)), both from assignments.spec"
        )
    for name in ("train", "valid", "test"):
        part = getattr(found, name)
        if not isinstance(part, Split):
            raise MaterialError(f"{load}: {name} is {type(part).__name__}, not Split(inputs, labels)")
        for side in ("inputs", "labels"):
            value = getattr(part, side)
            if not hasattr(value, "shape") or not hasattr(value, "dtype"):
                raise MaterialError(
                    f"{load}: the {side} of {name} are {type(value).__name__}, not a tensor or an array: "
                    "torch.tensor(...) makes one"
                )
    return found


def _loaded(folder: Path, load: str, version: str, streams: KeyedDraws) -> object:
    """What the assignment's own program returns. Raises MaterialError, whatever goes wrong in it."""
    with of_the_assignment(folder, load):
        return draws.call(load_function(folder, load, version), streams)


@contextmanager
def of_the_assignment(folder: Path, program: str) -> Iterator[None]:
    """Whatever a program of the assignment raises becomes MaterialError, with its file and line."""
    try:
        yield
    except MaterialError:
        raise
    except Exception as error:
        place = place_in(folder, error)
        raise MaterialError(f"{program} failed{place}: {type(error).__name__}: {error}") from error


def place_in(folder: Path, error: BaseException) -> str:
    """Where in an assignment's files an exception came from, as ` (data.py, line 7)`; empty elsewhere."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    return f" ({Path(own[-1].filename).relative_to(folder)}, line {own[-1].lineno})" if own else ""


def _perturbed(
    inputs: npt.NDArray[np.generic], noise: float, chance: np.random.Generator
) -> npt.NDArray[np.generic]:
    """Inputs with normal noise, its deviation a share of theirs, within their range."""
    if inputs.dtype.kind != "f":
        raise MaterialError(f"a perturbation needs inputs that are real numbers, not {inputs.dtype}")
    clean: npt.NDArray[np.float64] = inputs.astype(np.float64)
    moved = clean + noise * clean.std() * chance.standard_normal(clean.shape)
    within: npt.NDArray[np.generic] = np.clip(moved, clean.min(), clean.max()).astype(inputs.dtype)
    return within


def data_of(splits: Splits, source: DataSource) -> Data:
    """Splits ready to be sent. Raises MaterialError where they do not fit together."""
    parts: tuple[Split, ...] = (splits.train, splits.valid, splits.test)
    for name, part in zip(("train", "valid", "test"), parts, strict=True):
        if len(part.inputs) != len(part.labels):
            raise MaterialError(f"{name}: {len(part.inputs)} inputs but {len(part.labels)} labels")
    if not len(splits.train.labels) or not len(splits.test.labels):
        raise MaterialError("the training and the test split must not be empty")
    seen = (splits.train.inputs, splits.train.labels, splits.valid.inputs, splits.valid.labels)
    return Data(
        splits=splits,
        known=b"".join(wire.pack_tensor(part) for part in seen),
        held_out_inputs=np.ascontiguousarray(splits.test.inputs),
        held_out_labels=_held_out_labels(splits.test, source),
    )


def _held_out_labels(test: Split, source: DataSource) -> npt.NDArray[Any]:
    """The labels in the type and shape that the task promises."""
    labels, rows = np.asarray(test.labels), len(test.inputs)
    wanted = "biuf" if source.task is LearningTask.VALUES else "biu"
    whole = labels.dtype.kind in wanted or _is_whole(labels)
    if not whole:
        raise MaterialError(
            f"labels of type {labels.dtype}, where {source.task} need "
            + ("real numbers" if source.task is LearningTask.VALUES else "class numbers from 0 on, as int64")
        )
    shape = (rows, len(source.classes)) if source.task is LearningTask.LABELS else (rows,)
    if labels.shape != shape:
        raise MaterialError(f"labels of shape {labels.shape}, where {source.task} need {shape}")
    return labels.astype(np.float64 if source.task is LearningTask.VALUES else np.int64)


def _is_whole(numbers: npt.NDArray[Any]) -> bool:
    return numbers.dtype.kind == "f" and bool((numbers == np.trunc(numbers)).all())


def load_function(folder: Path, load: str, version: str) -> Callable[..., Any]:
    """The function of a file, under a module name of its own so that versions never meet."""
    file, _, function = load.partition(":")
    name = f"assignment_{version}_{Path(file).stem}"
    spec = importlib.util.spec_from_file_location(name, folder / file)
    if spec is None or spec.loader is None:
        raise MaterialError(f"{file} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    found: Callable[..., Any] = getattr(module, function)
    return found
