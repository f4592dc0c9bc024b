"""What the demo prints of its accounts: passwords on a screen, and in no file that it is sent to."""

from __future__ import annotations

from pathlib import Path

from server.demo import greeting
from server.demo.accounts import Account

FILE = Path("/somewhere/accounts.json")
ACCOUNTS = [
    Account("ABC123", "Kovács Anna", "student", "abcd-efgh-jkmn"),
    Account("LEC001", "Dr. Éva", "lecturer", "pqrs-tuvw-xyz2"),
]


def test_a_screen_shows_everything_that_is_needed_to_sign_in():
    shown = greeting(ACCOUNTS, FILE, seen=True)
    assert all(one.neptun in shown and one.password in shown for one in ACCOUNTS)


def test_a_file_or_a_pipe_gets_no_password_but_the_place_of_them():
    shown = greeting(ACCOUNTS, FILE, seen=False)
    assert all(one.neptun in shown for one in ACCOUNTS)
    assert not any(part in shown for one in ACCOUNTS for part in one.password.split("-"))
    assert str(FILE) in shown
