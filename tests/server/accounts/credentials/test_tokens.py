"""Access tokens: made once, kept as fingerprints, ended at will; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.accounts.credentials.tokens import (
    LIFE,
    MOST,
    NewToken,
    add_token,
    end_token,
    person_of_api_token,
    revoke_key,
    tokens_of,
)
from server.accounts.models import ApiToken
from server.database import Database
from server.errors import BadInput, NotFound
from server.person import Person
from tests.server.builders import NOON, a_person

DAY = timedelta(days=1)


@pytest.fixture
def anna(database: Database) -> Person:
    with database.write() as session:
        return a_person(session, "ABC123")


@pytest.fixture
def laptop(database: Database, anna: Person) -> NewToken:
    with database.write() as session:
        return add_token(session, anna.id, " laptop\n", NOON)


def test_a_token_stands_for_its_person(database: Database, anna: Person, laptop: NewToken):
    assert laptop.key.startswith("hazi_")
    assert len(laptop.key) == len("hazi_") + 43
    assert person_of_api_token(database, laptop.key, NOON) == anna


def test_a_list_shows_names_and_last_use(database: Database, anna: Person, laptop: NewToken):
    person_of_api_token(database, laptop.key, NOON + DAY)
    with database.read() as session:
        [token] = tokens_of(session, anna.id, NOON + DAY)
    assert (token.name, token.created_at, token.last_used_at) == ("laptop", NOON, NOON + DAY)


def test_a_revoked_token_is_nobody(database: Database, anna: Person, laptop: NewToken):
    with database.write() as session:
        end_token(session, anna.id, laptop.token.id, NOON)
    assert person_of_api_token(database, laptop.key, NOON) is None


def test_a_program_can_sign_itself_out(database: Database, laptop: NewToken):
    with database.write() as session:
        revoke_key(session, laptop.key, NOON)
    assert person_of_api_token(database, laptop.key, NOON) is None


def test_nobody_revokes_the_token_of_another(database: Database, laptop: NewToken):
    with database.write() as session:
        other = a_person(session, "XYZ789")
    with pytest.raises(NotFound), database.write() as session:
        end_token(session, other.id, laptop.token.id, NOON)
    assert person_of_api_token(database, laptop.key, NOON) is not None


def test_a_token_expires(database: Database, anna: Person, laptop: NewToken):
    assert person_of_api_token(database, laptop.key, NOON + LIFE - DAY) == anna
    assert person_of_api_token(database, laptop.key, NOON + LIFE) is None


@pytest.mark.parametrize("name", ["", "  ", "\n", "x" * 81])
def test_a_token_needs_a_name(database: Database, anna: Person, name: str):
    with pytest.raises(BadInput), database.write() as session:
        add_token(session, anna.id, name, NOON)


def test_there_is_an_end_to_tokens(database: Database, anna: Person):
    with database.write() as session:
        for number in range(MOST):
            add_token(session, anna.id, f"token {number}", NOON)
    with pytest.raises(BadInput), database.write() as session:
        add_token(session, anna.id, "one more", NOON)


def test_tokens_made_and_revoked_without_end_fill_no_table(database: Database, anna: Person):
    for _ in range(5):
        with database.write() as session:
            made = add_token(session, anna.id, "loop", NOON)
            end_token(session, anna.id, made.token.id, NOON)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 1
