"""Passwords that are good enough, and how they are kept."""

from __future__ import annotations

import pytest

from server.accounts.credentials.passwords import (
    DUMMY,
    LONGEST,
    hash_password,
    needs_rehash,
    password_matches,
    refuse_weak_password,
)
from server.errors import BadInput


@pytest.fixture(autouse=True)
def cheap_passwords() -> None:
    """Not here: these are the costs of the product."""


def test_a_password_matches_only_itself():
    kept = hash_password("correct horse")
    assert "correct horse" not in kept
    assert password_matches(kept, "correct horse")
    assert not password_matches(kept, "correct hors")


def test_nobody_without_password_gets_in():
    assert not password_matches(None, "")
    assert not password_matches(None, "anything")
    assert not password_matches("damaged", "anything")


def test_the_unknown_account_costs_the_same_work():
    """The dummy must be of today's costs, or timing would tell who has an account."""
    assert not needs_rehash(DUMMY)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "123456789",
        "x" * (LONGEST + 1),
        "aaaaaaaaaaaa",
        "abc123ABC123",
        "Kiss Anna-Mária",
        "KISSANNAMÁRIA",
    ],
)
def test_weak_passwords_are_refused(password: str):
    with pytest.raises(BadInput):
        refuse_weak_password(password, neptun="ABC123", name="Kiss Anna-Mária")


def test_a_sentence_is_a_good_password():
    refuse_weak_password("egy hosszú mondat", neptun="ABC123", name="Kiss Anna")
