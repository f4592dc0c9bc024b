"""Blobs leave an object store when nobody needs them, and never one that somebody needs, whatever happens."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest

from grader.contract import blob_path
from server.store.bucket import Bucket
from server.store.interface import GRACE
from server.store.object_removal import ObjectRemoval
from server.store.objects import ObjectStore
from tests.server.store.test_objects import Place
from tests.servers import ObjectServer

SMALL = b"x = 1\n"
DIGEST = sha256(SMALL).hexdigest()
KEY = f"course/{blob_path(DIGEST)}"
OLD = GRACE + timedelta(hours=1)
MOST_REQUESTS = 12  # of one removal


@pytest.fixture
def place(object_server: ObjectServer) -> Place:
    return Place(object_server)


def age_all(place: Place) -> None:
    for key in place.objects:
        place.server.let_age(place.bucket, key, OLD)


def is_aside(place: Place) -> bool:
    return any(key.startswith(f"course/aside/{DIGEST}/") for key in place.objects)


def nobody(_digest: str) -> bool:
    return False


def everybody(_digest: str) -> bool:
    return True


def sweep(removal: ObjectRemoval, needed: Callable[[str], bool]) -> int:
    """One look, as the dispatcher does it."""
    removal.recover(needed)
    return sum(removal.remove(digest, needed) for digest in removal.old(DIGEST[:2]) if not needed(digest))


def test_a_blob_goes_aside_after_the_grace_and_for_good_after_another(place: Place):
    place.keep(SMALL)
    removal = place.store.removal()
    assert sweep(removal, nobody) == 0
    age_all(place)
    assert sweep(removal, nobody) == 1
    assert (KEY in place.objects, is_aside(place)) == (False, True)
    age_all(place)
    assert sweep(removal, nobody) == 0
    assert (KEY in place.objects, is_aside(place)) == (False, False)


def test_a_blob_that_is_named_stays(place: Place):
    place.keep(SMALL)
    age_all(place)
    assert sweep(place.store.removal(), everybody) == 0
    assert KEY in place.objects


def test_what_is_named_after_all_comes_back(place: Place):
    place.keep(SMALL)
    age_all(place)
    sweep(place.store.removal(), nobody)
    with place.store.open(DIGEST) as file:
        assert file.read() == SMALL  # nobody notices meanwhile
    assert place.store.removal().recover(everybody) == 1
    assert KEY in place.objects


def test_a_bucket_bears_the_name_of_its_database(place: Place):
    removal = place.store.removal()
    assert removal.owner() is None
    removal.claim("one")
    removal.claim("another")
    assert removal.owner() == "one"


def test_every_blob_is_listed(place: Place):
    digests = {place.keep(b"%d" % number) for number in range(20)}
    place.store.check()
    assert set(place.store.removal().all()) == digests


class _Watched(Bucket):
    """Something happens before one of its requests."""

    def __init__(self, place: Place, number: int, happens: Callable[[], object]) -> None:
        super().__init__(place.config)
        self.requests, self._number, self._happens = 0, number, happens
        for verb in ("find", "put", "get", "copy", "delete", "list"):
            setattr(self, verb, partial(self._watched, getattr(self, verb)))

    def _watched(self, verb: Callable[..., object], *args: object) -> object:
        self.requests += 1
        if self.requests == self._number:
            self._happens()
        return verb(*args)


@pytest.mark.slow
@pytest.mark.parametrize("commits_at_once", [pytest.param(True, marks=pytest.mark.slow), False])
@pytest.mark.parametrize("number", range(1, MOST_REQUESTS))
def test_whoever_hands_in_between_two_requests_loses_nothing(
    place: Place, number: int, commits_at_once: bool
):
    """Somebody keeps the same bytes before any request of a look, and commits the row at once or later."""
    named: set[str] = set()
    place.keep(SMALL)
    age_all(place)

    def hand_in() -> None:
        ObjectStore(place.config).keep(io.BytesIO(SMALL), len(SMALL))
        if commits_at_once:
            named.add(DIGEST)

    watched = _Watched(place, number, hand_in)
    sweep(ObjectRemoval(watched), named.__contains__)
    if watched.requests < number:
        hand_in()
    named.add(DIGEST)
    for _ in range(3):
        with place.store.open(DIGEST) as file:
            assert file.read() == SMALL
        age_all(place)
        sweep(place.store.removal(), named.__contains__)
    assert KEY in place.objects
    assert not is_aside(place)


def test_a_look_has_fewer_requests_than_are_tried(place: Place):
    place.keep(SMALL)
    age_all(place)
    watched = _Watched(place, 0, lambda: None)
    sweep(ObjectRemoval(watched), nobody)
    assert 6 < watched.requests < MOST_REQUESTS
