"""The pages of inquiries: the list, one's own about an assignment, and one with its messages."""

from __future__ import annotations

from contextlib import suppress

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from server.errors import BadInput, Refusal
from server.inquiries.blueprints import routes
from server.inquiries.queries import InquiryPage, Wanted, inquiries, inquiries_of, thread
from server.inquiries.states import InquiryState
from server.inquiries.threads import (
    TEXT_LENGTH,
    Message,
    accept,
    ask,
    decline,
    inquiry_of,
    inquiry_window,
    unsettled,
    write_on,
)
from server.standings.service import Subject, author_of_form
from server.submissions.service import assignment_card, in_force, reader
from server.web import (
    clean_text,
    form_text,
    now,
    read,
    result_or_refusal,
    services,
    signed_in,
    signed_in_person,
    staff_only,
    write,
)

VERBS = {"answer": write_on, "accept": accept, "decline": decline}


@routes.get("/inquiries")
@signed_in
def list_inquiries() -> ResponseReturnValue:
    """Template inquiries/inquiries.html: `page` (InquiryPage), `asked` (the filter), `states`."""
    asked = {name: clean_text(request.args.get(name, ""))[:64] for name in ("state", "assignment")}
    with read() as session:
        page = _page(session, Wanted(asked["state"], asked["assignment"]))
    return render_template(
        "inquiries/inquiries.html",
        page=page,
        asked={name: text for name, text in asked.items() if text},
        states=[str(state) for state in InquiryState],
    )


@routes.route("/assignments/<slug>/inquiries", methods=["GET", "POST"])
@signed_in
def of_assignment(slug: str) -> ResponseReturnValue:
    """One's own inquiries about an assignment, and the form that asks. For staff it is their list."""
    if request.method != "POST":
        return _assignment_page(slug)
    asked = result_or_refusal(lambda: _ask(slug))
    if isinstance(asked, Refusal):
        return _assignment_page(slug, asked), asked.status
    flash(_("Sent. The answer will be here."))
    return redirect(url_for("inquiries.inquiry", inquiry_id=asked), 303)


@routes.route("/inquiries/<int:inquiry_id>", methods=["GET", "POST"])
@signed_in
def inquiry(inquiry_id: int) -> ResponseReturnValue:
    """One inquiry; a form sent to it is the next message."""
    if request.method != "POST":
        return _inquiry_page(inquiry_id)
    return _written(inquiry_id, result_or_refusal(lambda: _write(inquiry_id, "answer")))


@routes.post("/inquiries/<int:inquiry_id>/settle")
@staff_only
def settle(inquiry_id: int) -> ResponseReturnValue:
    """Staff answer, accept or decline it, as the button `do` says."""
    return _written(inquiry_id, result_or_refusal(lambda: _write(inquiry_id, form_text("do"))))


def _page(session: Session, wanted: Wanted) -> InquiryPage:
    """The page that the address names; the first one where it makes no sense."""
    before = request.args.get("before")
    with suppress(ValueError):
        return inquiries(session, signed_in_person(), wanted, before=before)
    return inquiries(session, signed_in_person(), wanted)


def _assignment_page(slug: str, refusal: Refusal | None = None) -> str:
    """Template inquiries/assignment.html.

    `assignment` (AssignmentCard), `cards` (InquiryCard each, own), `window` (Window, or None where nobody may
    ask), `may_ask`, `text` (as it was sent), `most` (characters), `refusal`.
    """
    who, zone = reader(), services().course.zone
    with read() as session:
        card = assignment_card(session, slug, who)
        spec = in_force(session, who.person.course_id, slug, zone).spec
        window = inquiry_window(session, spec, who.person, zone)
        cards = inquiries_of(session, who.person, card.slug)
        subject = Subject(who.person.course_id, card.slug, who.person.id)
        is_free = unsettled(session, subject) is None and not who.person.is_staff
    return render_template(
        "inquiries/assignment.html",
        assignment=card,
        cards=cards,
        window=window,
        may_ask=is_free and window is not None and window.holds(who.now),
        text=form_text("text"),
        most=TEXT_LENGTH,
        refusal=refusal,
    )


def _inquiry_page(inquiry_id: int, refusal: Refusal | None = None) -> str:
    """Template inquiries/inquiry.html: `thread` (Thread), `text` (as it was sent), `most`, `refusal`."""
    who = signed_in_person()
    with read() as session:
        found = thread(session, inquiry_of(session, who, inquiry_id), who)
    return render_template(
        "inquiries/inquiry.html", thread=found, text=form_text("text"), most=TEXT_LENGTH, refusal=refusal
    )


def _ask(slug: str) -> int:
    who, zone = signed_in_person(), services().course.zone
    with write() as session:
        spec = in_force(session, who.course_id, slug, zone).spec
        return ask(session, spec, Message(who, form_text("text"), now()), zone).id


def _write(inquiry_id: int, what: str) -> None:
    if what not in VERBS:
        raise BadInput
    author = author_of_form()
    with write() as session:
        message = Message(signed_in_person(), form_text("text"), author.now, author.seen)
        VERBS[what](session, inquiry_id, message)


def _written(inquiry_id: int, done: Refusal | None) -> ResponseReturnValue:
    if isinstance(done, Refusal):
        return _inquiry_page(inquiry_id, done), done.status
    flash(_("Sent."))
    return redirect(url_for("inquiries.inquiry", inquiry_id=inquiry_id), 303)
