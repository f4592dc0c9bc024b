"""The page on which a quiz is played again, and the form that allows it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assignments.quiz import Counts
from server.quizzes.blueprints import routes
from server.quizzes.forms import ReplayForm
from server.quizzes.replay.replays import replay_session
from server.quizzes.room.rooms import StaffAction, room_of, set_replay
from server.quizzes.room.runtime import runtime
from server.web import now, read, signed_in, signed_in_person, staff_only, write


@routes.get("/live/<pin>/replay")
@signed_in
def replay(pin: str) -> ResponseReturnValue:
    """Play a quiz again. Template quizzes/replay.html: `pin`, `title`, `until`, `cap`, `counts`."""
    with read() as session:
        room = room_of(session, signed_in_person(), pin)
        quiz = runtime().library.quiz(session, room.version_id)
        found = replay_session(session, room, quiz, signed_in_person().id)
        counts = room.counts != Counts.NOBODY
    return render_template(
        "quizzes/replay.html",
        pin=pin,
        title=quiz.quiz.title,
        until=found.terms.until,
        cap=found.terms.cap,
        counts=counts,
    )


@routes.post("/live/<pin>/replay")
@staff_only
def allow_replay(pin: str) -> ResponseReturnValue:
    """Allow a replay: `replay_until` (local time, empty for nobody) and `replay_cap` (percent) of a form."""
    asked = ReplayForm.of(request.form)
    with write() as session:
        room = room_of(session, signed_in_person(), pin, changing=True)
        set_replay(session, room, asked.replay_until, asked.cap(), StaffAction(signed_in_person(), now()))
    flash(_("Kept.") if asked.replay_until else _("Nobody may play it again."))
    return redirect(url_for("quizzes.results", pin=pin, _anchor="replay"))
