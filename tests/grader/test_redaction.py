"""The log of every program: no secret, no local variable, and nothing of a length that a stranger chooses."""

from __future__ import annotations

import json
import logging
import threading
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st

from grader import logs
from grader.logs.bounds import LINE_LENGTH, Bounded
from grader.logs.redaction import HIDDEN, LONGEST_SECRET, Redaction, secrets_in
from grader.settings import SECRETS
from tests.logging_state import unchanged_logging

PASSWORD = "p4ss/wörd@home"
LINE_BYTES = 6 * LINE_LENGTH + (16 << 10)  # JSON writes a character of two bytes as six
KEYS = st.binary(min_size=32, max_size=32).map(lambda raw: urlsafe_b64encode(raw).rstrip(b"=").decode())
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What a process that knows one password has written to stderr."""
    with unchanged_logging():
        logs.configure([PASSWORD])
        yield lambda: capsys.readouterr().err


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_of_a_library_is_a_line_like_ours(written: Callable[[], str]):
    logging.getLogger("kombu.connection").warning("cannot reach %s", f"amqp://hazi:{PASSWORD}@host//")
    [line] = lines(written())
    assert (line["logger"], line["level"]) == ("kombu.connection", "warning")
    assert line["event"] == f"cannot reach amqp://{HIDDEN}@host//"


def test_a_warning_is_a_line_like_ours(written: Callable[[], str]):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"weak password {PASSWORD}", stacklevel=1)
    [line] = lines(written())
    assert (line["logger"], PASSWORD in line["event"]) == ("py.warnings", False)


def test_an_error_that_nobody_catches_is_a_line_like_ours(written: Callable[[], str]):
    def fail() -> None:
        raise RuntimeError(f"login {PASSWORD} failed")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    [line] = lines(written())
    assert line["exception"][0]["exc_value"] == f"login {HIDDEN} failed"


def test_local_variables_and_source_lines_stay_out(written: Callable[[], str]):
    local = "a local secret"
    try:
        _ = local.encode()[99]
    except IndexError:
        logging.getLogger("celery").exception("task failed")
        structlog.get_logger().exception("task failed")
    text = written()
    assert "local secret" not in text
    assert "encode()" not in text


def test_a_value_of_ten_megabytes_makes_a_short_line(written: Callable[[], str]):
    structlog.get_logger().info("upload", name="\u0151" * 10_000_000, values=["x" * 9000] * 1000)
    [line] = written().splitlines()
    assert len(line) < LINE_BYTES
    assert json.loads(line)["event"] == "upload"


def test_a_deep_traceback_makes_a_short_line(written: Callable[[], str]):
    def fall(depth: int) -> None:
        try:
            fall(depth - 1) if depth else int("x" * 100_000)
        except ValueError as error:
            raise ValueError("y" * 100_000) from error

    try:
        fall(100)
    except ValueError:
        structlog.get_logger().exception("fault")
    assert len(written()) < LINE_BYTES


def test_what_cannot_be_printed_stops_nothing(written: Callable[[], str]):
    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError

    endless: dict[str, Any] = {}
    endless["itself"] = endless
    structlog.get_logger().info("odd", value=Odd(), number=float("nan"), large=10**400, endless=endless)
    assert lines(written())[0]["event"] == "odd"


@pytest.mark.parametrize(
    "text",
    [
        f"redis://hazi:{PASSWORD}@host:6379/0",
        f"could not connect to postgresql+psycopg://hazi:{quote(PASSWORD, safe='')}@db/hazi: timeout",
        f"connection to host=db password={quote(PASSWORD)} failed",
        f"{{'mail_password': {PASSWORD!r}}}",
        json.dumps({"detail": f"is {PASSWORD} right?"}),
    ],
)
def test_a_known_password_is_hidden_however_it_is_written(text: str):
    shown = Redaction([PASSWORD]).text(text, 1000)
    assert not any(part in shown for part in (PASSWORD, "p4ss", "home"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("amqp://u:p@h/v", f"amqp://{HIDDEN}@h/v"),
        ("x s3://id:a/b@c@bucket y", f"x s3://{HIDDEN}@bucket y"),
        ("Authorization: Bearer abc.def", f"Authorization: {HIDDEN}"),
        ("{'csrf_token': 'abc', 'n': 1}", f"{{'csrf_token': {HIDDEN}, 'n': 1}}"),
        ("GET //invitation/half-a-key HTTP/9", f"GET //invitation/{HIDDEN} HTTP/9"),
        ("{'verdict': 'scored', 'private': {'score': 0.3}}", f"{{'verdict': 'scored', 'private': {HIDDEN}"),
        ("labels [3 1 4 1 5 9 2 6 5 3 5 8 9] differ", f"labels [{HIDDEN}] differ"),
        ("cookie hazi=.eJwlzjEOwzAMA-yQ.ZxYabc.q1w2e3r4t5z6u7i8o9p0", f"cookie hazi={HIDDEN}"),
    ],
)
def test_secrets_are_known_by_their_shape(text: str, shown: str):
    assert Redaction().text(text, 1000) == shown


@pytest.mark.parametrize(
    "text",
    [
        f"blob {'0123456789abcdef' * 4} is missing",
        "submission 3f0e8a52-8f2c-4a6e-9f0a-1f6e2b7c9d10 of lenet-digits took 12.5 s",
        "in test_a_name_of_a_function_that_is_longer_than_a_key",
        "https://hazi.example.org/assignments/lenet-digits",
        "loss 0.5, 0.4, 0.3 after 3 epochs",
    ],
)
def test_what_operators_need_stays(text: str):
    assert Redaction([PASSWORD]).text(text, 1000) == text


@given(KEYS, TEXTS, TEXTS, st.integers(1, 700))
def test_no_key_is_left_in_any_text(key: str, before: str, after: str, limit: int):
    """Whole or cut off by the limit: no 20 characters of it are told."""
    shown = Redaction().text(f"{before} {key} {after}", limit)
    assert not any(key[start : start + 20] in shown for start in range(len(key) - 19))


@given(KEYS, st.sets(st.integers(0, 42), min_size=1))
def test_a_key_is_known_with_characters_percent_encoded(key: str, places: set[int]):
    spelled = "".join(f"%{ord(char):02X}" if at in places else char for at, char in enumerate(key))
    shown = Redaction().text(f"Invalid request: GET /x/{spelled} HTTP/1.1", 1000)
    assert spelled not in shown


@example("000000", "0000010000000000000000000000", 1)
@given(st.text(min_size=6, max_size=80), TEXTS, st.integers(1, 400))
def test_a_known_secret_is_hidden_at_every_limit(secret: str, before: str, limit: int):
    shown = Redaction([secret]).text(f"{before}{secret}{secret}", limit)
    assert secret not in shown or secret in HIDDEN or secret in before[:limit]


@given(st.integers(0, 3 * LONGEST_SECRET))
def test_a_secret_at_the_cut_is_not_halved(at: int):
    key = token_urlsafe(32)
    shown = Redaction([PASSWORD]).text(f"{' ' * at}{PASSWORD} {key}", 2 * LONGEST_SECRET)
    assert PASSWORD[:4] not in shown
    assert key[:8] not in shown


@given(
    st.recursive(st.none() | st.integers() | st.floats() | st.text() | st.binary(), st.lists, max_leaves=50)
)
def test_every_value_becomes_json(value: object):
    json.loads(json.dumps(Bounded(Redaction()).value(value), allow_nan=False))


@pytest.mark.parametrize("name", sorted(SECRETS - {"HAZI_DATABASE_URL"}))
def test_no_secret_of_the_server_is_forgotten(name: str):
    """Those that no grader may have: a new one has to be known here too."""
    assert "a-long-secret" in secrets_in({name: "a-long-secret"})


def test_every_line_of_a_key_is_hidden_and_its_marks_are_not():
    pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI\n-----END PRIVATE KEY-----"
    assert set(secrets_in({"HAZI_SIGNING_KEY": pem})) == {pem, "MC4CAQAwBQYDK2VwBCIEI"}


def test_secrets_of_an_environment_are_found(tmp_path: Path):
    file = tmp_path / "mail"
    file.write_text("from-a-file\n")
    environ = {
        "HAZI_SECRET_KEY": "the-secret-key",
        "HAZI_SECRET_KEY_FALLBACKS": "older-key, oldest-key",
        "HAZI_MAIL_PASSWORD_FILE": str(file),
        "HAZI_DATABASE_URL": "postgresql://hazi:data%2Fbase@db/hazi?password=in-the-query",
        "HAZI_BROKER_URL": "redis+socket://:broker-word@/run/redis.sock",
        "HAZI_STORE": "s3://id:store-word@bucket",
        "HAZI_PUBLIC_URL": "https://hazi.example.org",
        "HAZI_METRICS_TOKEN": "a",  # too short: it would hide half of every line
        "HAZI_HOST_FILE": str(tmp_path / "nowhere"),
        "PATH": "/usr/bin:/usr/local/bin",
        "AWS_SECRET_ACCESS_KEY": "aws-word",
        "PGPASSWORD": "pg-word",
    }
    found = set(secrets_in(environ))
    assert found >= {"the-secret-key", "older-key", "oldest-key", "from-a-file", "data/base", "in-the-query"}
    assert found >= {"broker-word", "store-word", "aws-word", "pg-word"}
    assert not any(part in secret for secret in found for part in ("example", "bin", "/run"))
