"""Uploads of one person: so many are read at once, and one after the other is stored."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

from flask import Flask

from server.accounts.service import find_person
from server.submissions.uploads.concurrency import COUNTED_S, MOST, SEATS, Seats, Turns
from server.web import services
from tests.server.builders import COURSE
from tests.server.conftest import Browser
from tests.server.submissions.builders import SLUG, an_assignment


def test_seats_run_out_and_come_back():
    seats = Seats()
    taken = [seats.take(1) for _ in range(SEATS)]
    assert seats.take(1) is None
    assert seats.take(2) is not None
    for leave in taken:
        assert leave is not None
        leave()
    assert seats.take(1) is not None


def test_a_lost_connection_keeps_nobody_out_for_long():
    now = [0.0]
    seats = Seats(clock=lambda: now[0])
    taken = [seats.take(1) for _ in range(SEATS)]
    now[0] = COUNTED_S
    assert seats.take(1) is not None
    for leave in taken:
        assert leave is not None
        leave()


def test_uploads_kept_open_on_purpose_are_bounded():
    """Each is sent to its last byte but one and left so, every few minutes a few more."""
    now = [0.0]
    seats = Seats(clock=lambda: now[0])
    held = 0
    for _ in range(20):
        held += sum(seats.take(1) is not None for _ in range(SEATS))
        now[0] += COUNTED_S
    assert held == MOST


def test_turns_of_one_person_exclude_each_other_and_those_of_two_do_not():
    turns, inside, met = Turns(), [], Barrier(2)

    def alone(number: int) -> None:
        with turns.of(1):
            inside.append(number)
            assert len(inside) == 1
            Event().wait(0.001)
            inside.remove(number)

    def beside(person: int) -> None:
        with turns.of(person):
            met.wait(10)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(alone, range(40)))
        list(pool.map(beside, (2, 3)))
    assert turns._locks == {}


def test_many_at_once_store_no_more_than_is_taken(app: Flask, student: Browser):
    """One try, and as many hand-ins with other bytes as there are seats: the store keeps one."""
    with services(app).database.write() as session:
        an_assignment(session, per_day=1)
        assert find_person(session, COURSE, "ABC123")
    token = student.csrf_token()
    cookie = student.client.get_cookie("hazi")
    assert cookie is not None
    start = Barrier(SEATS)

    def send(number: int) -> int:
        client = app.test_client()
        client.set_cookie("hazi", cookie.value)
        form = {"csrf_token": token, "file": (io.BytesIO(f"x = {number}\n".encode()), "a.py")}
        start.wait(10)
        path = f"/assignments/{SLUG}/submissions"
        return client.post(path, data=form, content_type="multipart/form-data").status_code

    with ThreadPoolExecutor(SEATS) as pool:
        statuses = sorted(pool.map(send, range(SEATS)))
    assert statuses == [303] + [429] * (SEATS - 1)
    blobs = Path(services(app).config.store) / "blobs"
    assert len([path for path in blobs.rglob("*") if path.is_file()]) == 1
