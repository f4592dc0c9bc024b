"""Receipts stay good while a key is replaced, however long the processes of a server take for it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count

from cli.api.receipts import Key, verify
from grader.signing import new_signing_key, private_text
from server.grading.models import Submission
from server.receipts.signer import RETIRES_AFTER, Signer
from server.submissions.decisions.hand_in import hand_in_for
from server.submissions.hand_in import HandIn, admission_of, hand_in, hand_in_admitted
from server.submissions.receipts import receipt_of
from tests.server.builders import NOON
from tests.server.standings.cases import DUE, by, moved_to
from tests.server.submissions.builders import SLUG, ZONE, a_file
from tests.server.submissions.conftest import Course

NUMBERS = count()


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def a_signer() -> Signer:
    return Signer([private_text(new_signing_key())], "http://localhost")


def request() -> HandIn:
    return HandIn(SLUG, (a_file(b"# %d" % next(NUMBERS)),), keep=True)


def signed(course: Course, signer: Signer, now: datetime) -> str:
    """The receipt of a hand-in that has its last byte and is handed in at this moment."""
    with course.database.write() as session:
        made = hand_in(session, course.anna, request(), now=now, zone=ZONE, signer=signer)
        return json.dumps(made.receipt)


def signed_later(course: Course, signer: Signer, last_byte: datetime, now: datetime) -> str:
    """The receipt of an upload that was whole at another moment than it is handed in."""
    with course.database.write() as session:
        admission = admission_of(session, course.anna, SLUG, zone=ZONE)
        moments = {"now": last_byte, "issued_at": now}
        made = hand_in_admitted(
            session, course.anna, request(), admission, zone=ZONE, signer=signer, **moments
        )
        return json.dumps(made.receipt)


def published(course: Course, signer: Signer) -> dict[str, Key]:
    with course.database.read() as session:
        keys = signer.published(session)
    return {one.id: Key(one.id, bytes.fromhex(one.public), one.retired_at) for one in keys}


def test_receipt_says_when_it_was_signed(course: Course):
    signer = a_signer()
    said = verify(signed_later(course, signer, NOON, minutes(30)), published(course, signer))
    assert (said.received_at, said.issued_at) == (NOON, minutes(30))


def test_key_is_retired_by_the_moment_of_signing_and_not_of_the_last_byte(course: Course):
    """The first hand-in with the new key is of an upload that was whole half an hour before."""
    old, new = a_signer(), a_signer()
    signed(course, old, NOON)
    good = signed(course, old, minutes(40))
    signed_later(course, new, minutes(30), minutes(60))
    assert verify(good, published(course, new)).neptun == "ABC123"


def test_process_that_is_restarted_last_signs_good_receipts(course: Course):
    old, new = a_signer(), a_signer()
    signed(course, old, NOON)
    signed(course, new, minutes(1))
    late = signed(course, old, minutes(2))
    assert verify(late, published(course, new)).neptun == "ABC123"


def test_process_with_the_old_key_that_is_forgotten_signs_good_receipts(course: Course):
    """Now and then it looks whether its key is retired, and then it is not any more."""
    old, new = a_signer(), a_signer()
    signed(course, old, NOON)
    signed(course, new, minutes(1))
    for number in range(1, 7):
        late = signed(course, old, NOON + number * RETIRES_AFTER / 2)
        assert verify(late, published(course, new)).neptun == "ABC123"


def test_replaced_key_is_retired_an_hour_after_the_first_receipt_of_the_new_one(course: Course):
    old, new = a_signer(), a_signer()
    signed(course, old, NOON)
    signed(course, new, minutes(1))
    assert [one.retired_at for one in published(course, new).values()] == [minutes(61), None]


def test_receipt_of_a_hand_in_by_staff_stays_as_it_is(course: Course):
    signer, when = a_signer(), DUE + timedelta(hours=2)
    with course.database.write() as session:
        author, arrived = by(course.lecturer, now=when), DUE - timedelta(hours=1)
        made = hand_in_for(
            session, course.anna, request(), author, arrived=arrived, zone=ZONE, signer=signer
        ).id
    first = text(course, made, signer, when)
    moved_to(course, due=DUE - timedelta(days=1), now=when)
    assert text(course, made, signer, when + timedelta(days=1)) == first
    assert (json.loads(first)["phase"], json.loads(first)["late_by_s"]) == ("open", 0)


def text(course: Course, number: str, signer: Signer, now: datetime) -> str:
    with course.database.read() as session:
        return receipt_of(session, session.get_one(Submission, number), signer, now).text


def test_key_that_signed_for_staff_alone_is_published(course: Course):
    signer = a_signer()
    with course.database.write() as session:
        hand_in_for(
            session, course.anna, request(), by(course.lecturer), arrived=NOON, zone=ZONE, signer=signer
        )
    assert len(published(course, a_signer())) == 2
