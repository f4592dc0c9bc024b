"""The pages of regrades, for staff."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.errors import Refusal
from server.gradebook import regrades as service
from server.gradebook.blueprints import routes
from server.standings.service import DecisionAuthor
from server.submissions.service import RegradeState, assignment_card, reader, regrade_of
from server.web import (
    form_text,
    now,
    read,
    result_or_refusal,
    services,
    signed_in_person,
    staff_only,
    write,
)

MOST_CODES = 1000


@routes.route("/assignments/<slug>/regrades", methods=["GET", "POST"])
@staff_only
def regrades(slug: str) -> ResponseReturnValue:
    """What was graded again, and a form to start. Template gradebook/regrades.html, see `regrades_page`."""
    if request.method != "POST":
        return regrades_page(slug)
    only = tuple(form_text("only").replace(",", " ").replace(";", " ").split()[:MOST_CODES])
    wanted, course_id = service.Start(slug, only), signed_in_person().course_id
    author = DecisionAuthor(signed_in_person(), now(), form_text("reason"))

    def start() -> int:
        with write() as session:
            return service.start(session, wanted, author, course_id, services().course.zone).id

    started = result_or_refusal(start)
    if isinstance(started, Refusal):
        return regrades_page(slug, started), started.status
    return redirect(url_for("gradebook.regrade", regrade_id=started), 303)


@routes.get("/regrades/<int:regrade_id>")
@staff_only
def regrade(regrade_id: int) -> ResponseReturnValue:
    """How far it is and who would move. Template gradebook/regrade.html, see `_one`."""
    return _one(regrade_id)


@routes.post("/regrades/<int:regrade_id>/end")
@staff_only
def end_regrade(regrade_id: int) -> ResponseReturnValue:
    """Apply it or drop it, as the button says."""
    author = DecisionAuthor(signed_in_person(), now(), form_text("reason"))
    verb = service.drop if form_text("end") == "drop" else service.apply

    def end() -> None:
        with write() as session:
            verb(session, regrade_of(session, signed_in_person().course_id, regrade_id, lock=True), author)

    refusal = result_or_refusal(end)
    if isinstance(refusal, Refusal):
        return _one(regrade_id, refusal), refusal.status
    return redirect(url_for("gradebook.regrade", regrade_id=regrade_id), 303)


def regrades_page(slug: str, refusal: Refusal | None = None, only: Sequence[str] = ()) -> str:
    """Template gradebook/regrades.html: `assignment` (AssignmentCard), `regrades` (Regrades), `refusal`, and
    `only`, the Neptun codes that the form begins with."""
    who = reader()
    with read() as session:
        assignment = assignment_card(session, slug, who)
        found = service.regrades(session, slug, who)
    return render_template(
        "gradebook/regrades.html",
        assignment=assignment,
        regrades=found,
        only=only[:MOST_CODES],
        is_open=any(one.state is RegradeState.OPEN for one in found.cards),
        refusal=refusal,
    )


def _one(regrade_id: int, refusal: Refusal | None = None) -> str:
    """Template gradebook/regrade.html: `regrade` (RegradeCard), `preview` (Preview), `refusal`."""
    who = reader()
    with read() as session:
        card = service.regrade_card(session, regrade_id, who)
        preview = service.preview(session, card, who)
    return render_template("gradebook/regrade.html", regrade=card, preview=preview, refusal=refusal)
