"""The pages of submissions: assignments, the hand-in form, and the live page of one submission."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from server.deadlines.rules import step_chart
from server.errors import NotFound, Refusal
from server.grading.service import FilesRemoved, State, current, drawn, in_force
from server.http import downloads
from server.http.attachments import attachment
from server.http.paging import read_cursor
from server.receipts.service import Receipt, file_of
from server.standings.service import decisions_for_student
from server.submissions.api import (
    attached_file,
    handed_in,
    may_read,
    practice_kit,
    receipt_file,
    starter_file,
)
from server.submissions.blueprints import routes
from server.submissions.deadline_card import explained_to
from server.submissions.grading_history import gradings_of
from server.submissions.overviews import (
    assignment_card,
    assignment_cards,
    practice_file,
    starter_files,
    submission_card,
    submission_cards,
)
from server.submissions.queries import find_submission, submissions_of
from server.submissions.queue.grader_overview import grader_cards, queues_without_grader
from server.submissions.report.building import report_card, sheet_of
from server.submissions.report.thumbnails import png
from server.submissions.request_context import reader
from server.submissions.staff_decisions import choice_of, decisions_on
from server.submissions.uploads.requests import receive
from server.web import read, result_or_refusal, services, signed_in, staff_only, wants_json


@routes.get("/assignments")
@signed_in
def assignments() -> ResponseReturnValue:
    """Template submissions/assignments.html: `assignments`, a list of AssignmentCard."""
    with read() as session:
        cards = assignment_cards(session, reader())
    return render_template("submissions/assignments.html", assignments=cards)


@routes.get("/assignments/<slug>")
@signed_in
def assignment(slug: str) -> ResponseReturnValue:
    """Template submissions/assignment.html, see `assignment_page`."""
    return assignment_page(slug)


@routes.post("/assignments/<slug>/submissions")
@signed_in
def create(slug: str) -> ResponseReturnValue:
    """Take the form. A program gets JSON as from the API, a browser the page of the new submission."""
    taken = result_or_refusal(lambda: receive(slug))
    if isinstance(taken, Refusal):
        return assignment_page(slug, taken), taken.status
    if wants_json():
        return handed_in(taken)
    return redirect(url_for("submissions.show", submission_id=taken.submission.id), 303)


@routes.get("/submissions/<uuid:submission_id>")
@signed_in
def show(submission_id: UUID) -> ResponseReturnValue:
    """Template submissions/show.html, see `show_page`."""
    return show_page(submission_id)


def show_page(submission_id: UUID, refusal: Refusal | None = None) -> str:
    """The page of a submission.

    Template submissions/show.html: `submission`, `card` (None before the end), `events` (URL), `decided`
    (HandInDecisions), `gradings`, `refusal` (why the form just sent was not taken, or None).
    """
    who = reader()
    with read() as session:
        found = find_submission(session, who.person, str(submission_id))
        submission = submission_card(session, found, who)
        done = submission.state is State.DONE
        card = report_card(session, found, who) if done else None
        decided = decisions_on(session, found, who)
        gradings = gradings_of(session, found, who)
    return render_template(
        "submissions/show.html",
        submission=submission,
        card=card,
        events=url_for("submissions_api.events", submission_id=submission_id),
        decided=decided,
        refusal=refusal,
        gradings=gradings,
    )


@routes.get("/submissions/<uuid:submission_id>/card")
@signed_in
def report(submission_id: UUID) -> ResponseReturnValue:
    """Template submissions/_card.html, a fragment: `submission`, `card`. Refused before the end."""
    who = reader()
    with read() as session:
        found = find_submission(session, who.person, str(submission_id))
        card = report_card(session, found, who)
        submission = submission_card(session, found, who)
    return render_template("submissions/_card.html", submission=submission, card=card)


@routes.get("/submissions/<uuid:submission_id>/files/<int:number>")
@signed_in
def download(submission_id: UUID, number: int) -> ResponseReturnValue:
    """One file as it was handed in, never shown within our pages."""
    who = reader()
    with read() as session:
        found = find_submission(session, who.person, str(submission_id))
        file = next((file for file in found.files if file.position == number), None)
    if file is None:
        raise NotFound
    if found.files_removed_at is not None:
        raise FilesRemoved
    return attachment(file.sha256, file.name)


@routes.get("/submissions/<uuid:submission_id>/receipt.json")
@signed_in
def receipt(submission_id: UUID) -> ResponseReturnValue:
    """The signed receipt as a file."""
    content = file_of(Receipt(**receipt_file(str(submission_id))))
    return downloads.download(content, f"receipt-{str(submission_id)[:8]}.json", "application/json")


@routes.get("/submissions/<uuid:submission_id>/samples.png")
@signed_in
def samples(submission_id: UUID) -> ResponseReturnValue:
    """The samples of a data sheet, for those who may see the report."""
    who = reader()
    with read() as session:
        found = find_submission(session, who.person, str(submission_id))
        sheet = sheet_of(current(found).report)
    if sheet is None or not sheet.samples:
        raise NotFound
    return Response(png(sheet.samples), mimetype="image/png")


@routes.get("/assignments/<slug>/starter/<name>")
@signed_in
def starter(slug: str, name: str) -> ResponseReturnValue:
    """One file to begin with, as in the API."""
    return starter_file(slug, name)


@routes.get("/assignments/<slug>/files/<path:path>")
@signed_in
def attached(slug: str, path: str) -> ResponseReturnValue:
    """What the handout shows or links."""
    return attached_file(slug, path)


@routes.get("/assignments/<slug>/practice")
@signed_in
def practice(slug: str) -> ResponseReturnValue:
    """The practice kit, as in the API."""
    return practice_kit(slug)


@routes.get("/graders")
@staff_only
def graders() -> ResponseReturnValue:
    """Template submissions/graders.html: `graders` (Graders), `without` (queues that nobody takes from)."""
    moment = services().shared_clock()
    with read() as session:
        found = grader_cards(session, moment)
        without = queues_without_grader(session, moment)
    return render_template("submissions/graders.html", graders=found, without=without)


def assignment_page(slug: str, refusal: Refusal | None = None) -> str:
    """The page of an assignment.

    Template submissions/assignment.html: `assignment` (AssignmentCard), `handout` (HTML), `starter` (FileCard
    each), `practice` (FileCard or None), `submissions` (SubmissionCard each, own: a page of them), `key` (for
    the form's field of that name), `refusal` (why the form just sent was not taken, or None), `choice`
    (ChoiceCard, or None where nothing is to be chosen), `decisions` (DecisionCard each, as the student reads
    them), `yours` (Explained, None for staff), `chart` (StepChart or None).
    """
    who = reader()
    with read() as session:
        published = in_force(session, who.person.course_id, slug, who.zone)
        card = assignment_card(session, slug, who)
        cursor = read_cursor(request.args)
        own = submissions_of(session, who.person, who.zone, slug, cursor)
        submissions = own.shown(submission_cards(session, own.items, who))
        yours = None if who.person.is_staff else explained_to(session, published.spec, who)
        choice = choice_of(session, published.spec, who)
        decided = decisions_for_student(session, who.person.course_id, who.person.id, who.now, [card.slug])
    visible = may_read(card, who)
    return render_template(
        "submissions/assignment.html",
        assignment=card,
        handout=drawn(published.handout.in_language(who.language), f"/assignments/{slug}/files")
        if visible
        else "",
        starter=starter_files(published) if visible else (),
        practice=practice_file(published) if visible else None,
        submissions=submissions,
        key=str(uuid4()),
        refusal=refusal,
        yours=yours,
        chart=step_chart(yours.line, yours.most, who.now) if yours else None,
        choice=choice,
        decisions=decided.get(card.slug, ()),
    )
