"""The server's settings: one frozen value, read once from the environment."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import assignments
from grader.signing import BadKeyError, signing_key
from server.proxies import Peers, canonical_host, canonical_url

PREFIX = "HAZI_"
# Settings of the other programs, which may share an environment file with the server.
OTHERS = ("HAZI_GRADER_", "HAZI_BLOBS_", "HAZI_VERIFYING_KEY", "HAZI_URL", "HAZI_TOKEN")
SECRET_KEY_BYTES = 32
LOOPBACK = ("127.0.0.1", "::1")
MAIL_SECURITY = ("starttls", "tls", "none")


class ConfigError(Exception):
    """The environment does not describe a server that could run. Says what is wrong, one line each."""


@dataclass(frozen=True, slots=True)
class MailConfig:
    """The mail server that sends invitations."""

    host: str
    port: int
    sender: str
    security: str  # one of MAIL_SECURITY
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BucketConfig:
    """The bucket of an object store that holds the blobs."""

    name: str
    prefix: str  # of every key, without a slash at its ends
    endpoint: str  # "" for Amazon's
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the server is told from outside."""

    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    store: str = field(repr=False)  # folder that holds the blobs, or s3://bucket/prefix
    assignments: Path  # the course: course.toml, and a folder for each assignment
    public_url: str  # as browsers see it, without a slash at the end
    host: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 2
    proxies: int = 0  # how many proxies in front of us may be believed about X-Forwarded-*
    trusted_proxies: Peers = field(default_factory=partial(Peers.named, LOOPBACK))  # which they are
    hosts: tuple[str, ...] = ()  # further host names under which requests are accepted
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    signing_key: str = field(default="", repr=False)  # of jobs; the dispatcher alone needs it
    receipt_keys: tuple[str, ...] = field(default=(), repr=False)  # receipts are signed with the first
    practice: Path | None = None  # where `python -m grader export` writes practice kits
    spool: str = ""  # folder for uploads that are still arriving; by default one in the store
    metrics_token: str = field(default="", repr=False)
    metrics_folder: str = ""  # where the processes of one web server add up their counts; set by `web`
    mail: MailConfig | None = None
    bucket: BucketConfig | None = None  # what an s3:// store is

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read every `HAZI_*` name, directly or through its `*_FILE`. Raises ConfigError."""
        reader = Reader(environ)
        port = reader.number("HAZI_PORT", 8000, 1, 65535)
        config = cls(
            secret_key=reader.required("HAZI_SECRET_KEY"),
            database_url=_with_driver(reader.required("HAZI_DATABASE_URL")),
            broker_url=reader.required("HAZI_BROKER_URL"),
            store=reader.required("HAZI_STORE"),
            assignments=Path(reader.text("HAZI_ASSIGNMENTS", str(Path(assignments.__file__).parent))),
            signing_key=reader.text("HAZI_SIGNING_KEY", ""),
            receipt_keys=reader.words("HAZI_RECEIPT_KEYS"),
            practice=Path(kits) if (kits := reader.text("HAZI_PRACTICE", "")) else None,
            public_url=reader.public_url(f"http://localhost:{port}"),
            host=reader.text("HAZI_HOST", "127.0.0.1"),
            port=port,
            web_workers=reader.number("HAZI_WEB_WORKERS", 2, 1, 64),
            proxies=reader.number("HAZI_PROXIES", 0, 0, 8),
            trusted_proxies=reader.peers("HAZI_TRUSTED_PROXIES", LOOPBACK),
            hosts=reader.hosts("HAZI_HOSTS"),
            old_secret_keys=reader.words("HAZI_SECRET_KEY_FALLBACKS"),
            spool=reader.text("HAZI_SPOOL", ""),
            metrics_token=reader.text("HAZI_METRICS_TOKEN", ""),
            metrics_folder=environ.get("PROMETHEUS_MULTIPROC_DIR", ""),
            mail=_mail(reader),
            bucket=read_bucket(reader),
        )
        reader.check(*_problems(config))
        return config

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """What is signed with, the first one, and what is still good for reading."""
        return (self.secret_key, *self.old_secret_keys)

    @property
    def https(self) -> bool:
        """Whether browsers reach us through TLS."""
        return self.public_url.startswith("https://")

    @property
    def spool_folder(self) -> Path:
        """Where uploads lie until they are whole: beside the blobs, so that the last step is a rename."""
        if self.spool:
            return Path(self.spool)
        if self.bucket:
            return Path(tempfile.gettempdir()) / "hazi-spool"
        return Path(self.store.removeprefix("file://")) / "incoming" / "uploads"

    @property
    def trusted_hosts(self) -> list[str]:
        """The host names under which we answer; the loopback ones are for health checks."""
        public = urlsplit(self.public_url).hostname or ""
        return list(dict.fromkeys([public, "localhost", "127.0.0.1", *self.hosts]))


def _problems(config: Config) -> list[str]:
    problems = []
    keys = [key for key in (config.secret_key, *config.old_secret_keys) if key]
    if any(len(key.encode()) < SECRET_KEY_BYTES for key in keys):
        problems.append(f"HAZI_SECRET_KEY needs at least {SECRET_KEY_BYTES} random bytes")
    url = urlsplit(config.public_url)
    if url.scheme not in {"http", "https"} or not url.hostname:
        problems.append("HAZI_PUBLIC_URL must look like https://hazi.example.org")
    if config.signing_key and (problem := _problem_of_key(config.signing_key)):
        problems.append(f"HAZI_SIGNING_KEY: {problem}")
    bad = [problem for text in config.receipt_keys if (problem := _problem_of_key(text))]
    problems += [f"HAZI_RECEIPT_KEYS: {problem}" for problem in bad]
    if config.mail and config.mail.security not in MAIL_SECURITY:
        problems.append(f"HAZI_MAIL_SECURITY must be one of {', '.join(MAIL_SECURITY)}")
    return problems


def _problem_of_key(text: str) -> str:
    try:
        signing_key(text)
    except BadKeyError as error:
        return str(error)
    return ""


def _with_driver(url: str) -> str:
    """The installed PostgreSQL driver is psycopg 3, whatever the scheme is called."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def read_bucket(reader: Reader) -> BucketConfig | None:
    """What an address of the form s3://bucket/prefix and the settings beside it say."""
    url = urlsplit(reader.text("HAZI_STORE", ""))
    is_bucket = url.scheme == "s3"
    key = reader.required if is_bucket else partial(reader.text, default="")
    bucket = BucketConfig(
        name=url.netloc,
        prefix=url.path.strip("/"),
        endpoint=reader.text("HAZI_STORE_ENDPOINT", "").rstrip("/"),
        region=reader.text("HAZI_STORE_REGION", "us-east-1"),
        access_key=key("HAZI_STORE_ACCESS_KEY"),
        secret_key=key("HAZI_STORE_SECRET_KEY"),
    )
    if url.scheme not in {"", "file", "s3"} or (is_bucket and not bucket.name):
        reader.problems.append("HAZI_STORE must be a folder, or look like s3://bucket/prefix")
    if urlsplit(bucket.endpoint).scheme not in {"http", "https"} and bucket.endpoint:
        reader.problems.append("HAZI_STORE_ENDPOINT must look like https://s3.example.org")
    return bucket if is_bucket else None


def _mail(reader: Reader) -> MailConfig | None:
    mail = MailConfig(
        host=reader.text("HAZI_MAIL_HOST", ""),
        port=reader.number("HAZI_MAIL_PORT", 587, 1, 65535),
        sender=reader.text("HAZI_MAIL_FROM", ""),
        security=reader.text("HAZI_MAIL_SECURITY", "starttls"),
        user=reader.text("HAZI_MAIL_USER", ""),
        password=reader.text("HAZI_MAIL_PASSWORD", ""),
    )
    if not mail.host:
        return None
    if not mail.sender:
        reader.problems.append("HAZI_MAIL_FROM is missing, the address that invitations come from")
    return mail


class Reader:
    """Takes settings out of an environment and remembers which names were asked for."""

    def __init__(self, environ: Mapping[str, str], prefix: str = PREFIX) -> None:
        self._environ = environ
        self._prefix = prefix  # of the names of which none may be unknown
        self._asked: set[str] = set()
        self.problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        """The value of `name`, or what the file named by `name`_FILE holds, or the default."""
        self._asked |= {name, f"{name}_FILE"}
        direct, path = self._environ.get(name), self._environ.get(f"{name}_FILE")
        if direct is not None and path is not None:
            self.problems.append(f"{name} and {name}_FILE are both set: keep one")
        if direct is not None:
            return direct.strip() or default
        return default if path is None else self._from_file(name, Path(path))

    def required(self, name: str) -> str:
        """A value without default."""
        value = self.text(name, "")
        if not value and not any(problem.startswith(name) for problem in self.problems):
            self.problems.append(f"{name} is missing")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number between two bounds."""
        return self._converted(name, default, lambda text: _bounded(int(text), least, most))

    def words(self, name: str) -> tuple[str, ...]:
        """A list separated by commas."""
        return tuple(word.strip() for word in self.text(name, "").split(",") if word.strip())

    def hosts(self, name: str) -> tuple[str, ...]:
        """Host names, separated by commas."""
        return tuple(self._formed(name, word, canonical_host) for word in self.words(name))

    def public_url(self, default: str) -> str:
        """The address that browsers use."""
        return self._formed("HAZI_PUBLIC_URL", self.text("HAZI_PUBLIC_URL", default), canonical_url)

    def peers(self, name: str, default: tuple[str, ...]) -> Peers:
        """Addresses and networks, separated by commas."""
        try:
            return Peers.named(self.words(name) or default)
        except ValueError as error:
            self.problems.append(f"{name}: {error}")
            return Peers()

    def check(self, *further: str) -> None:
        """Raise ConfigError if anything was wrong, or if a name was set that nobody asked for."""
        unknown = [
            f"{name} is not a setting of the server"
            for name in sorted(self._environ)
            if name.startswith(self._prefix) and not name.startswith(OTHERS) and name not in self._asked
        ]
        if problems := [*self.problems, *further, *unknown]:
            raise ConfigError("\n".join(dict.fromkeys(problems)))

    def _converted(self, name: str, default: int, convert: Callable[[str], int]) -> int:
        text = self.text(name, str(default))
        try:
            return convert(text)
        except ValueError as error:
            self.problems.append(f"{name}={text!r}: {error}")
            return default

    def _formed(self, name: str, text: str, form: Callable[[str], str]) -> str:
        try:
            return form(text)
        except ValueError as error:
            self.problems.append(f"{name}={text!r}: {error}")
            return text

    def _from_file(self, name: str, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}_FILE: {error}")
            return ""


def _bounded(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ValueError(f"must lie between {least} and {most}")
    return number
