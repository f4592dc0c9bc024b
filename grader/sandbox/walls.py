"""What a box sees of this machine: one list of steps, for bubblewrap and for runs forked behind its walls."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from grader.inside import namespaces
from grader.sandbox import host
from grader.sandbox.gpu import Gpu
from grader.sandbox.launch import BindSources, Tree

ROOM = Path(__file__).parent.parent
KINDS, INNER_HALF = "kinds", "inside"
LOADER_CACHE = Path("/etc/ld.so.cache")
# In the box our room is a package of the same name that holds the harness and the inner halves of all kinds.
HARNESS = "/hazi"
BOOT = """
import sys
sys.path.insert(0, {harness!r})
from grader.inside.{module} import main
del sys.path[0]
main(*sys.argv[1:])
"""
SCRATCH_BYTES = 256 * 2**20
OURS = ("assignments", "server", "grader", "cli")
USER = "65534"  # in the box; nobody to every Debian

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",  # noqa: S108 - the box's own /tmp
    "TMPDIR": "/tmp",  # noqa: S108
    "USER": "student",
    "LOGNAME": "student",
    "LANG": "C.UTF-8",
    # Spinning threads starve one another, a hundredfold here, once more of them run than there are cores.
    "OMP_WAIT_POLICY": "passive",
    "PYTHONDONTWRITEBYTECODE": "1",
    # Drawings go nowhere, and a progress bar is not told to a log ten times a second.
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp/matplotlib",  # noqa: S108
    "FONTCONFIG_FILE": "/tmp/fonts.conf",  # noqa: S108 - grader/inside/workspace.py writes it
    "TQDM_MININTERVAL": "2",
    # The order of a set of texts is the same in every run, and with it the score.
    "PYTHONHASHSEED": "0",
}
GPU_ENVIRONMENT = {
    "BOX_HAS_GPU": "1",  # grader/inside/gpu.py reads it
    "CUDA_CACHE_DISABLE": "1",
    # cuBLAS gives the same numbers for the same seed only with a workspace of a set size.
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}
# Threads of OpenMP would not survive the fork; each run sets its own number.
TEMPLATE_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Bind:
    """A file or folder of this machine, read-only."""

    source: Path
    at: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A file or small folder of this machine as it is now, read-only.

    Who installs packages puts new files in the place of old ones, and of a file that is gone no fork can make
    a mount again. So single files, and files of our own, are shown as copies.
    """

    source: Path
    at: str


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str
    at: str


@dataclass(frozen=True, slots=True)
class Scratch:
    """An empty folder in memory."""

    at: str


Step = Bind | Copy | Link | Scratch
Fingerprint = tuple[tuple[int, ...] | None, ...]


def python(module: str, *arguments: str, harness: str = HARNESS) -> list[str]:
    """The command that runs a module of the harness. Python heeds the environment, for that is ours too."""
    boot = BOOT.format(module=module, harness=harness)
    return [sys.executable, "-P", "-s", "-B", "-c", boot, *arguments]


def steps() -> list[Step]:
    """All files a run sees, in the order in which they are put there: no home, no project, no data."""
    # Scratch first, for the interpreter may live below /tmp, and a later mount would hide it.
    return [Scratch("/tmp"), *_system(), *_interpreter(), *_harness()]  # noqa: S108 - the box's own


def single_use(stage: Path, binds: BindSources, *, gpu: Gpu | None, seccomp: int) -> list[str]:
    """What bubblewrap is told for a box that runs one job; the student's files will lie in `stage`/box."""
    return [
        *_identity(),
        *host.NO_MORE_NAMESPACES,
        *_environment(gpu=gpu, template=False),
        *_places(binds, stage, gpu=gpu),
        *("--ro-bind", str(stage / "box"), "/box"),
        *(*(host.SEAL_WITH_GPU if gpu else host.SEAL), "--chdir", "/tmp"),  # noqa: S108
        *("--seccomp", str(seccomp)),
    ]


def of_template(stage: Path, binds: BindSources, *, gpu: Gpu | None, seccomp: int) -> list[str]:
    """What bubblewrap is told for a box that forks runs; each run's files will lie in a folder of `stage`."""
    return [
        *_identity(),
        *_environment(gpu=gpu, template=True),
        *_places(binds, stage, gpu=gpu),
        *("--ro-bind", str(stage / "stages"), namespaces.STAGES, "--dir", namespaces.ROOT),
        *(*host.SEAL_OF_TEMPLATE, "--chdir", "/"),
        *("--seccomp", str(seccomp)),
    ]


def of_fork(*, gpu: Gpu | None) -> list[list[str]]:
    """The steps as grader/inside/namespaces.py takes them: they show again what the box around shows."""
    size = str(SCRATCH_BYTES)
    found = []
    for step in steps():
        match step:
            case Bind() | Copy():
                found.append(["bind", step.at])
            case Link():
                found.append(["link", step.target, step.at])
            case Scratch():
                found.append(["scratch", step.at, size])
    devices = [["bind", "/dev"], ["scratch", "/dev/shm", size]]  # noqa: S108
    if gpu:
        return [*found, ["open_proc", "/proc"], *devices, ["bind", "/sys"]]
    return [*found, ["proc", "/proc"], *devices]


def sources() -> Iterator[Path]:
    """All that a box shows of this machine at its own place."""
    return (step.source for step in steps() if isinstance(step, Bind))


def copied() -> dict[Path, Tree]:
    """The content of all that a box shows as copies."""
    return {step.source: _content(step.source) for step in steps() if isinstance(step, Copy)}


def fingerprint() -> Fingerprint:
    """Changes when a folder that boxes show, or the loader's cache, is replaced by another one."""
    return tuple(map(_identity_of, [*sources(), LOADER_CACHE]))


def _identity_of(path: Path) -> tuple[int, ...] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    # Files come and go in a folder; that it is still the same one is what counts.
    return (seen.st_dev, seen.st_ino, 0 if path.is_dir() else seen.st_mtime_ns)


def _content(source: Path) -> Tree:
    return _harness_content(source) if source.is_relative_to(ROOM) else {PurePath(): source.read_bytes()}


@functools.cache
def _harness_content(source: Path) -> Tree:
    """As it was when this process first opened a box: an upgrade under way must not mix two releases."""
    if source.is_file():
        return {PurePath(): source.read_bytes()}
    files = {path.relative_to(source): path for path in sorted(source.rglob("*.py"))}
    if source == ROOM / KINDS:  # what a kind does outside of the box is nothing for students' eyes
        files = {name: path for name, path in files.items() if _is_inner_half(name)}
    return {name: path.read_bytes() for name, path in files.items()}


def _is_inner_half(name: PurePath) -> bool:
    """Whether a file of grader/kinds is `<kind>/inside.py`, or lies in `<kind>/inside`."""
    return len(name.parts) > 1 and name.parts[1].removesuffix(".py") == INNER_HALF


def _identity() -> Iterator[str]:
    yield from (*host.NAMESPACES, "--die-with-parent", "--new-session")
    yield from ("--cap-drop", "ALL", "--uid", USER, "--gid", USER, "--hostname", "sandbox")


def _environment(*, gpu: Gpu | None, template: bool) -> Iterator[str]:
    extras = (GPU_ENVIRONMENT if gpu else {}) | (TEMPLATE_ENVIRONMENT if template else {})
    yield "--clearenv"
    for name, value in (ENVIRONMENT | extras).items():
        yield from ("--setenv", name, value)


def _places(binds: BindSources, stage: Path, *, gpu: Gpu | None) -> Iterator[str]:
    for step in steps():
        match step:
            case Bind() | Copy():
                yield from ("--ro-bind", str(binds.path(step.source)), step.at)
            case Link():
                yield from ("--symlink", step.target, step.at)
            case Scratch():
                yield from ("--size", str(SCRATCH_BYTES), "--tmpfs", step.at)
    for folder in _masked():
        yield from ("--ro-bind", str(stage / "empty"), str(folder))
    yield from ("--proc", "/proc", "--dev", "/dev")
    if gpu:
        for node in gpu.nodes:
            yield from ("--dev-bind", str(node), str(node))
        yield from ("--ro-bind", "/sys", "/sys")
    yield from ("--size", str(SCRATCH_BYTES), "--tmpfs", "/dev/shm")  # noqa: S108


def _system() -> Iterator[Step]:
    """/usr, the links into it, and the loader's cache."""
    yield Bind(Path("/usr"), "/usr")
    for name in ("lib", "lib64", "lib32", "bin", "sbin"):
        path = Path("/") / name
        if path.is_symlink():
            yield Link(str(path.readlink()), str(path))
        elif path.is_dir():
            yield Bind(path, str(path))
    if LOADER_CACHE.exists():
        yield Copy(LOADER_CACHE, str(LOADER_CACHE))


def _interpreter() -> Iterator[Step]:
    for prefix in sorted(_prefixes()):
        if prefix != Path("/") and not prefix.is_relative_to("/usr"):
            yield Bind(prefix, str(prefix))


def _harness() -> Iterator[Step]:
    for name in ("__init__.py", "inside", KINDS):
        yield Copy(ROOM / name, f"{HARNESS}/{ROOM.name}/{name}")


def _prefixes() -> set[Path]:
    """Where this interpreter lives: its environment, its base, and whatever the links between them name."""
    found = {Path(sys.base_prefix), Path(sys.prefix)}
    link = Path(sys.executable)
    while link.is_symlink():
        link = Path(os.path.normpath(link.parent / link.readlink()))
        found.add(link.parent.parent)
    return found


def _masked() -> Iterator[Path]:
    """Folders below the interpreter that hold public labels or this project's own code."""
    for packages in _package_folders():
        hidden = [packages / "sklearn" / "datasets" / "data", *(packages / name for name in OURS)]
        yield from (folder for folder in hidden if folder.is_dir())


def _package_folders() -> list[Path]:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = {Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib"))}
    for prefix in (Path(sys.base_prefix), Path("/usr"), Path("/usr/local")):
        candidates.add(prefix / "lib" / version / "site-packages")
        candidates.add(prefix / "lib" / version / "dist-packages")
        candidates.add(prefix / "lib" / "python3" / "dist-packages")
    return sorted(candidate for candidate in candidates if candidate.is_dir())
