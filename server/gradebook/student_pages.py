"""The page of a student for staff: what they have, what was decided about it, and the forms that decide."""

from __future__ import annotations

from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from server.deadline_pages.service import newest_extension
from server.errors import Refusal
from server.gradebook.blueprints import routes
from server.gradebook.grade_table import book_of
from server.gradebook.student_work import student_by_code, work_of
from server.http.paging import read_cursor
from server.standings.service import Subject, author_of_form, decide_about, request_of_form, student_of
from server.submissions.service import reader, receive_for
from server.web import form_text, read, result_or_refusal, signed_in_person, staff_only, write

AS_STUDENT = "student"


@routes.get("/people/<neptun>")
@staff_only
def student(neptun: str) -> ResponseReturnValue:
    """Template gradebook/student.html, see `student_page`. With `as=student` it is what the student sees."""
    return student_page(neptun)


@routes.post("/people/<neptun>/decisions")
@staff_only
def decide(neptun: str) -> ResponseReturnValue:
    """Decide about the assignment `assignment`; see `request_of_form`."""
    slug = form_text("assignment")
    done = result_or_refusal(lambda: _decide(neptun, slug))
    if isinstance(done, Refusal):
        return student_page(neptun, slug, done), done.status
    flash(_("Decided, and written down."))
    return _back_to(neptun, slug)


@routes.post("/people/<neptun>/assignments/<slug>")
@staff_only
def hand_in_for(slug: str, neptun: str) -> ResponseReturnValue:
    """Hand in files for the student; see `receive_for`."""
    done = result_or_refusal(lambda: receive_for(slug, neptun))
    if isinstance(done, Refusal):
        return student_page(neptun, slug, done), done.status
    flash(_("Handed in for the student."))
    return _back_to(neptun, slug)


def student_page(neptun: str, slug: str = "", refusal: Refusal | None = None) -> str:
    """The page of a student.

    Template gradebook/student.html: `student` (Person), `assignments` (StudentAssignment each), `book`,
    `as_student` (whether it is what the student sees), `refusal` (why the form just sent was not taken, or
    None) and `refused` (the assignment it was about), `key` (for forms that hand in), `seen` (the newest
    extension).
    """
    as_student = request.method == "GET" and request.args.get("as") == AS_STUDENT
    with read() as session:
        person = student_by_code(session, signed_in_person().course_id, neptun)
        wanted, cursor = request.args.get("assignment", ""), read_cursor(request.args)
        assignments = work_of(session, person, reader(), wanted, cursor, as_student=as_student)
        found = book_of(session, reader(), person, as_student=as_student)
        seen = newest_extension(session, person.course_id)
    return render_template(
        "gradebook/student.html",
        student=person,
        assignments=assignments,
        book=found,
        as_student=as_student,
        refusal=refusal,
        refused=slug,
        key=str(uuid4()),
        typed=request.form,
        seen=seen,
    )


def _decide(neptun: str, slug: str) -> None:
    course_id, wanted = signed_in_person().course_id, request_of_form()
    with write() as session:
        person = student_of(session, course_id, neptun)
        decide_about(session, Subject(course_id, slug, person.id), wanted, author_of_form())


def _back_to(neptun: str, slug: str) -> ResponseReturnValue:
    return redirect(url_for("gradebook.student", neptun=neptun, _anchor=f"a-{slug}"), 303)
