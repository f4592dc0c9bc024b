"""Starts bubblewrap: in its groups from the first moment on, and never as root."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

import structlog

from grader.sandbox import host
from grader.sandbox.group import Group

log = structlog.get_logger()

# Joins the groups before it becomes bubblewrap, so that no process of the box was ever outside of them.
JOIN = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 71; shift; done; shift; '
# A root worker bind-mounts what only root can reach, in a mount namespace that ends with the box.
OPEN = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit 72; shift 2; done; shift; '
OPEN_FOLDER, OPEN_FILE, PASSAGE = 0o755, 0o644, 0o711
KILL_S = 60.0
PRIVATE = ("unshare", "--mount", "--propagation", "private")


@dataclass(frozen=True, slots=True)
class BindSources:
    """Where an ordinary user finds what the box shows: at its own path, at a bind mount, or in a copy."""

    mounts: Mapping[Path, Path]
    copies: Mapping[Path, Path] = field(default_factory=dict)

    @classmethod
    def to(cls, sources: Iterable[Path], folder: Path) -> BindSources:
        """Mount points in this folder for the sources that only root can reach; none unless we are root."""
        if os.geteuid() != 0:
            return cls({})
        closed = sorted({source for source in sources if not reachable(source)})
        binds = {source: folder / str(number) for number, source in enumerate(closed)}
        for source, mount in binds.items():
            if source.is_dir():
                mount.mkdir()
            else:
                mount.touch()
        return cls(binds)

    def path(self, source: Path) -> Path:
        """What to bind for a source."""
        return self.copies.get(source) or self.mounts.get(source, source)

    def words(self) -> Iterator[str]:
        """Pairs of source and mount point, as OPEN takes them."""
        for source, mount in self.mounts.items():
            yield from (str(source), str(mount))


def reachable(path: Path) -> bool:
    """Whether every user of this machine may read it."""
    wanted = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
    ways = (path, path.resolve())
    open_ways = all(parent.stat().st_mode & stat.S_IXOTH for way in ways for parent in way.parents)
    return open_ways and path.stat().st_mode & wanted == wanted


Tree = Mapping[PurePath, bytes]
"""A file, as the one path `.`, or all files of a folder by their paths in it."""


def prepare(folder: Path, sources: Iterable[Path], copied: Mapping[Path, Tree], stage: str) -> BindSources:
    """Lay out a box's folder on this side: `stage` for the student's files, mount points, copies, nothing."""
    for name in (stage, "empty", "mounts", "copies"):
        _make_open_folder(folder / name)
    folder.chmod(PASSAGE)
    copies = {source: folder / "copies" / str(number) for number, source in enumerate(copied)}
    for source, tree in copied.items():
        _write(copies[source], tree)
    return replace(BindSources.to(sources, folder / "mounts"), copies=copies)


def _write(place: Path, tree: Tree) -> None:
    for name, data in tree.items():
        for parent in reversed((place / name).relative_to(place.parent).parents[:-1]):
            if not (place.parent / parent).is_dir():
                _make_open_folder(place.parent / parent)
        (place / name).write_bytes(data)
        (place / name).chmod(OPEN_FILE)


def _make_open_folder(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(OPEN_FOLDER)


def limits_word(group: Group) -> str:
    """What the harness is told about limits; grader/inside/main.py has the same word."""
    return "limit-yourself" if group.needs_rlimits else "limited"


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """A running box of bubblewrap's."""

    popen: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """The first process, outside of the walls."""
        return self.popen.pid

    def poll(self) -> int | None:
        """The exit status once it ended: 128 + signal where the code inside was killed."""
        return self.popen.poll()

    def wait(self, timeout_s: float) -> int | None:
        """As `poll`, after at most this long."""
        try:
            return self.popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """The pid namespace dies with its first process, and that dies with bubblewrap."""
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
        try:
            self.popen.wait(KILL_S)
        except subprocess.TimeoutExpired:  # it hangs in the kernel, as with a sick driver
            log.error("box_not_killed", pid=self.popen.pid)  # noqa: TRY400 - one line says it


def start(
    inside: Sequence[str],
    group: Group,
    binds: BindSources,
    *,
    arguments: int,
    streams: tuple[int, int, int],
    descriptors: Sequence[int],
) -> Bubblewrap:
    """A box around the program `inside`; bubblewrap reads its arguments from the descriptor `arguments`."""
    box = (host.bubblewrap(), "--args", str(arguments), "--", *inside)
    entries = map(str, group.entries)
    if os.geteuid() == 0:
        private = PRIVATE if binds.mounts else ()
        script = JOIN + OPEN + 'exec "$@"'
        enter = (*private, "/bin/sh", "-c", script, "sh", *entries, "--", *binds.words(), "--", *host.DEMOTE)
    else:
        enter = ("/bin/sh", "-c", JOIN + 'exec "$@"', "sh", *entries, "--")
    popen = subprocess.Popen(
        [*enter, *box],
        env={},
        cwd="/",  # /bin/sh tells its environment where it is
        stdin=streams[0],
        stdout=streams[1],
        stderr=streams[2],
        pass_fds=(arguments, *descriptors),
        start_new_session=True,
    )
    return Bubblewrap(popen)
