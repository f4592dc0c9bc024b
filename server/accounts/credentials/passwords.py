"""Passwords: what makes a good enough one, and argon2 for keeping it."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _

from server.errors import BadInput
from server.threads import run_in_thread

SHORTEST = 10
LONGEST = 200  # a bound for the work of one attempt
# OWASP's second choice: small enough that a lecture hall may sign in at once.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Nobody's: compared with when there is no such account, so that the answer takes as long.
DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$rlr2hpJAwtW0szhDVrrOSA$G+tuuIA+/sPpwbOBGVkLfKA3Ypz4IY0xxCqP0ezLFi4"


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return run_in_thread(_hasher.hash, password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes the same time when there is none."""
    try:
        run_in_thread(_hasher.verify, password_hash or DUMMY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether it was made with other costs than today's."""
    return _hasher.check_needs_rehash(password_hash)


def refuse_weak_password(password: str, *, neptun: str, name: str) -> None:
    """Raise BadInput for a password that somebody would guess, or that is no password."""
    if len(password) < SHORTEST:
        raise BadInput(_("The password needs at least %(n)s characters.", n=SHORTEST))
    if len(password) > LONGEST:
        raise BadInput(_("The password may have at most %(n)s characters.", n=LONGEST))
    if len(set(password)) < 4:
        raise BadInput(_("The password repeats the same few characters."))
    bare = _letters(password)
    if bare in {_letters(neptun), _letters(neptun) * 2, _letters(name), _letters(neptun + name)}:
        raise BadInput(_("The password must not be your Neptun code or your name."))


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
