"""The walls of the box: the arguments that bubblewrap gets, and nothing that depends on the student."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from grader.sandbox import host

ROOM = Path(__file__).parent.parent
# In the box our room is a package of the same name that holds the harness and nothing else.
HARNESS = "/hazi"
BOOT = f"""
import sys
sys.path.insert(0, {HARNESS!r})
from grader.inside.main import main
del sys.path[0]
main(*sys.argv[1:])
"""
SCRATCH_BYTES = 256 * 2**20
OURS = ("assignments", "server", "grader", "cli")

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
}
GPU_ENVIRONMENT = {"CUDA_CACHE_DISABLE": "1"}


def arguments(*, stage: Path, gpu: bool, seccomp_fd: int) -> list[str]:
    """Everything bubblewrap is told through its `--args` pipe."""
    return [
        *(*host.NAMESPACES, "--die-with-parent", "--new-session"),
        *("--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox"),
        *_environment(gpu=gpu),
        # First, for the interpreter may live below /tmp, and a later mount would hide it.
        *("--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp"),  # noqa: S108 - the box's own /tmp
        *_read_only_root(),
        *_masks(stage / "empty"),
        *("--proc", "/proc", "--dev", "/dev"),
        *(_gpu_devices() if gpu else ()),
        *("--size", str(SCRATCH_BYTES), "--tmpfs", "/dev/shm"),  # noqa: S108
        *_harness(),
        *("--ro-bind", str(stage / "box"), "/box"),
        *(*host.SEAL, "--chdir", "/tmp"),  # noqa: S108
        *("--seccomp", str(seccomp_fd)),
    ]


def _harness() -> Iterator[str]:
    for name in ("__init__.py", "inside"):
        yield from ("--ro-bind", str(ROOM / name), f"{HARNESS}/{ROOM.name}/{name}")


def _environment(*, gpu: bool) -> Iterator[str]:
    yield "--clearenv"
    for name, value in (ENVIRONMENT | (GPU_ENVIRONMENT if gpu else {})).items():
        yield from ("--setenv", name, value)


def _read_only_root() -> Iterator[str]:
    """/usr, the links into it, the loader's cache, and this interpreter: no home, no project, no data."""
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ("lib", "lib64", "lib32", "bin", "sbin"):
        path = Path("/") / name
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    yield from ("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache")
    for prefix in sorted(_prefixes()):
        if prefix != Path("/") and not prefix.is_relative_to("/usr"):
            yield from ("--ro-bind", str(prefix), str(prefix))


def _prefixes() -> set[Path]:
    """Where this interpreter lives: its environment, its base, and whatever the links between them name."""
    found = {Path(sys.base_prefix), Path(sys.prefix)}
    link = Path(sys.executable)
    while link.is_symlink():
        link = Path(os.path.normpath(link.parent / link.readlink()))
        found.add(link.parent.parent)
    return found


def _masks(empty: Path) -> Iterator[str]:
    """Folders below the interpreter that hold public labels or this project's own code."""
    for packages in _package_folders():
        hidden = [packages / "sklearn" / "datasets" / "data", *(packages / name for name in OURS)]
        for folder in hidden:
            if folder.is_dir():
                yield from ("--ro-bind", str(empty), str(folder))


def _package_folders() -> list[Path]:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = {Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib"))}
    for prefix in (Path(sys.base_prefix), Path("/usr"), Path("/usr/local")):
        candidates.add(prefix / "lib" / version / "site-packages")
        candidates.add(prefix / "lib" / version / "dist-packages")
        candidates.add(prefix / "lib" / "python3" / "dist-packages")
    return sorted(candidate for candidate in candidates if candidate.is_dir())


def _gpu_devices() -> Iterator[str]:
    for node in host.gpu_nodes():
        yield from ("--dev-bind", str(node), str(node))
    yield from ("--ro-bind", "/sys", "/sys")
