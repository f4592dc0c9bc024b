"""A bucket of a real object store keeps bytes under their digest, and says when it is away."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from grader.contract import blob_path
from server.config import BucketConfig
from server.errors import TooLarge
from server.outages import StoreAway
from server.store import Space
from server.store.objects import YOUNG, ObjectStore
from tests.servers import ObjectServer, object_server

DATA = b"some bytes\n" * 100_000
DIGEST = sha256(DATA).hexdigest()
KEY = f"course/{blob_path(DIGEST)}"


class Place:
    """A bucket of its own for each test."""

    def __init__(self, server: ObjectServer) -> None:
        self.server, self.bucket = server, f"b{secrets.token_hex(6)}"
        names = server.settings(self.bucket)
        self.config = BucketConfig(
            self.bucket, "course", server.endpoint, "us-east-1", server.access_key, server.secret_key
        )
        assert names["HAZI_STORE"] == f"s3://{self.bucket}/course"
        self.store = ObjectStore(self.config)

    def keep(self, content: bytes = DATA, **options: Space) -> str:
        return self.store.keep(io.BytesIO(content), len(content), **options).sha256

    @property
    def objects(self) -> list[str]:
        return self.server.objects(self.bucket)

    def path(self, key: str) -> Path:
        return self.server.folder / "data" / self.bucket / key


@pytest.fixture
def place(object_server: ObjectServer) -> Place:
    return Place(object_server)


def test_bytes_come_back_by_their_digest(place: Place):
    assert place.keep() == DIGEST
    assert place.objects == [KEY]
    with place.store.open(DIGEST) as file:
        assert file.read() == DATA
    assert place.store.size(DIGEST) == len(DATA)


def test_a_file_is_read_from_any_place(place: Place):
    place.keep()
    with place.store.open(DIGEST) as file:
        assert (file.read(4), file.seek(0, io.SEEK_END)) == (DATA[:4], len(DATA))
        assert file.seek(700_001) == 700_001
        assert file.read(9) == DATA[700_001:700_010]
        assert file.seek(0) == 0
        assert file.read() == DATA
        assert file.read(1) == b""


def test_same_bytes_again_cost_nothing(place: Place):
    place.keep()
    before = place.path(KEY).stat()
    assert place.keep() == DIGEST
    assert place.path(KEY).stat().st_ino == before.st_ino


def test_old_bytes_are_written_anew_for_who_keeps_them_again(place: Place):
    """So nobody removes them before the reference is committed."""
    place.keep()
    place.server.let_age(place.bucket, KEY, 2 * YOUNG)
    place.keep()
    [(_key, changed_at)] = place.store.bucket.list("blobs/")
    assert datetime.now(UTC) - changed_at < YOUNG


def test_a_rest_of_other_size_is_written_anew(place: Place):
    place.keep()
    place.path(KEY).write_bytes(DATA[:10])
    place.server.let_age(place.bucket, KEY, timedelta())  # and forget what is known of it
    place.keep()
    assert place.path(KEY).read_bytes() == DATA


def test_too_many_bytes_leave_nothing(place: Place):
    with pytest.raises(TooLarge):
        place.store.keep(io.BytesIO(DATA), len(DATA) - 1)
    assert place.objects == []


def test_unknown_digest_is_not_found(place: Place):
    with pytest.raises(FileNotFoundError):
        place.store.open(DIGEST)
    with pytest.raises(FileNotFoundError):
        place.store.size(DIGEST)


def test_archives_have_a_space_of_their_own(place: Place):
    place.keep(space=Space.ARCHIVES)
    assert place.objects == [f"course/archives/{DIGEST}"]
    with pytest.raises(FileNotFoundError):
        place.store.open(DIGEST)
    with place.store.open(DIGEST, Space.ARCHIVES) as file:
        assert file.read() == DATA


def test_what_was_handed_in_is_no_archive(place: Place):
    place.keep()
    with pytest.raises(FileNotFoundError):
        place.store.open(DIGEST, Space.ARCHIVES)


def test_a_finished_file_is_adopted_once_and_again(place: Place, tmp_path: Path):
    arrived = tmp_path / "arrived"
    arrived.write_bytes(DATA)
    for _ in range(2):
        place.store.adopt(arrived, DIGEST)
        arrived.unlink(missing_ok=True)
    assert place.objects == [KEY]
    with pytest.raises(FileNotFoundError):
        place.store.adopt(arrived, sha256(b"never kept").hexdigest())


def test_checking_writes_and_reads(place: Place):
    place.store.check()
    assert place.objects == ["course/check"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"access_key": "unknown-key"}, "does not know the access key: look at HAZI_STORE_ACCESS_KEY"),
        ({"secret_key": "another secret"}, "refuses the secret key: look at HAZI_STORE_ACCESS_KEY"),
        ({"name": "no-such-bucket"}, "has no such bucket: look at HAZI_STORE"),
        ({"endpoint": "http://127.0.0.1:1"}, "does not answer: EndpointConnectionError"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(place: Place, change: dict[str, str], sentence: str):
    store = ObjectStore(replace(place.config, **change))
    with pytest.raises(StoreAway) as raised:
        store.check()
    assert sentence in raised.value.why
    assert place.config.secret_key not in raised.value.why


def verbs(store: ObjectStore, arrived: Path) -> dict[str, Callable[[], object]]:
    """Everything that asks the object store."""
    removal = store.removal()
    return {
        "keep": lambda: store.keep(io.BytesIO(DATA), len(DATA)),
        "keep small": lambda: store.keep(io.BytesIO(b"x"), 1),
        "adopt": lambda: store.adopt(arrived, DIGEST),
        "open": lambda: store.open(DIGEST),
        "size": lambda: store.size(DIGEST),
        "check": store.check,
        "owner": removal.owner,
        "claim": lambda: removal.claim("me"),
        "all": lambda: list(removal.all()),
        "old": lambda: removal.old("ab"),
        "remove": lambda: removal.remove(DIGEST, lambda _digest: False),
        "recover": lambda: removal.recover(lambda _digest: False),
    }


@pytest.fixture
def own_server() -> Iterator[ObjectServer]:
    with object_server() as server:
        yield server


def test_an_object_store_that_stops_is_away_and_comes_back(own_server: ObjectServer, tmp_path: Path):
    place, arrived = Place(own_server), tmp_path / "arrived"
    arrived.write_bytes(DATA)
    place.keep(b"before")
    own_server.stop()
    for verb in verbs(place.store, arrived).values():
        with pytest.raises(StoreAway):
            verb()
    own_server.start()
    assert place.objects == [f"course/{blob_path(sha256(b'before').hexdigest())}"]
    place.keep()
    with closing(place.store.open(sha256(b"before").hexdigest())) as file:
        assert file.read() == b"before"


@pytest.mark.slow
def test_an_object_store_that_freezes_is_given_up_soon(own_server: ObjectServer, tmp_path: Path):
    """Each verb asks at most twice after the first silence is found out; see READ_S."""
    place, arrived = Place(own_server), tmp_path / "arrived"
    arrived.write_bytes(DATA)
    place.keep(b"before")
    with own_server.frozen():
        for verb in verbs(place.store, arrived).values():
            with pytest.raises(StoreAway):
                verb()
    place.keep()


def test_what_breaks_off_while_it_is_read_is_said_to(own_server: ObjectServer):
    place = Place(own_server)
    large = secrets.token_bytes(16 << 20)
    digest = place.keep(large)
    with place.store.open(digest) as file:
        file.read(10)
        own_server.kill()
        with pytest.raises(StoreAway):
            file.read()
