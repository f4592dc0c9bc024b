"""A course with something behind every address: submissions, an upload, a quiz that is being played."""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from assignments.late_policy import Offset
from assignments.quiz import Policy
from grader.contract import DataSheet, Sample
from server.deadline_pages.extensions import ExtensionRequest, extend
from server.deadlines.changes import DateAuthor
from server.deadlines.models import Extension
from server.grading.published import in_force
from server.inquiries.models import Inquiry, InquiryMessage
from server.inquiries.states import InquiryState
from server.person import Person
from server.quizzes.questions.published import Library
from server.quizzes.room.phases import RoomStep
from server.quizzes.room.rooms import StaffAction, advance, open_room
from server.quizzes.service import sync_quizzes
from server.submissions.reruns.regrades import RegradeAuthor as Regrader
from server.submissions.reruns.regrades import start_regrade
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.quizzes.conftest import QUIZ
from tests.server.submissions.builders import (
    SLUG,
    SOURCE,
    ZONE,
    a_file,
    a_graded_submission,
    a_resting_upload,
    a_submission,
    an_assignment,
)

STARTER = "x.py"  # the file to begin with


def objects_of(app: Flask, owner: Person, lecturer: Person) -> dict[str, list[str]]:
    """What path variables may be called so that something of the owner's is found there."""
    sheet = DataSheet(samples=(Sample("a", 1, 1, 1, "AA=="),))
    services(app).store.keep(io.BytesIO(SOURCE), len(SOURCE))
    with services(app).database.write() as session:
        version = an_assignment(session)
        version.starter, version.practice = [asdict(a_file(name=STARTER))], asdict(a_file(name="kit"))
        graded = a_graded_submission(session, owner, told={"sheet": sheet})
        waiting = a_submission(session, owner, content=b"def train(): ...")
        upload = a_resting_upload(session, owner)
        inquiry = an_inquiry(session, owner)
        extension = an_extension(session, owner, lecturer)
        author = Regrader(lecturer, services(app).clock(), "a wrong test set")
        regrade = start_regrade(session, in_force(session, COURSE, SLUG, ZONE), None, author)
    rooms = {"pin": [a_room(app, lecturer)], "question": ["relu"], "player_id": ["1"], "knock_id": ["1"]}
    return rooms | {
        "slug": [SLUG, "week-1"],
        "submission_id": [graded.id, waiting.id],
        "upload_id": [upload.id],
        "inquiry_id": [str(inquiry.id)],
        "extension_id": [str(extension.id)],
        "neptun": [owner.neptun],
        "regrade_id": [str(regrade.id)],
    }


def an_inquiry(session: Session, owner: Person) -> Inquiry:
    """What this student has asked about their result."""
    moments = {"opened_at": NOON, "changed_at": NOON}
    facts = {"course_id": owner.course_id, "slug": SLUG, "user_id": owner.id, "state": InquiryState.OPEN}
    inquiry = Inquiry(**facts, **moments)
    inquiry.messages = [InquiryMessage(author_id=owner.id, text="Why?", at=NOON)]
    session.add(inquiry)
    session.flush()
    return inquiry


def an_extension(session: Session, owner: Person, lecturer: Person) -> Extension:
    """Two more days for the owner."""
    published = in_force(session, COURSE, SLUG, ZONE)
    request = ExtensionRequest(Offset(days=2), "ill", (owner.neptun,))
    (granted,) = extend(session, COURSE, published.spec, request, DateAuthor(lecturer, NOON))
    return session.get_one(Extension, granted.extension_id)


def a_room(app: Flask, lecturer: Person) -> str:
    """The PIN of a live quiz in which a question is open."""
    (folder := Path(services(app).config.store).parent / "course" / "quizzes").mkdir(parents=True)
    (folder / "week-1.toml").write_text(QUIZ)
    app_services = services(app)
    sync_quizzes(
        app_services.database,
        app_services.store,
        folder.parent,
        app_services.course.zone,
        app_services.clock(),
        course_id=COURSE,
    )
    with app_services.database.write() as session:
        press = StaffAction(lecturer, app_services.clock() - timedelta(seconds=5))
        room = open_room(session, "week-1", Policy(), press)
        quiz = Library(app_services.course.zone).quiz(session, room.version_id)
        advance(session, room, quiz, RoomStep.QUESTION, press)
        return room.pin
