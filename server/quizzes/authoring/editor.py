"""Pages of the quiz editor: write and change a quiz, import one from another program, export one for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from assignments.json_reading import read_json
from assignments.quiz import Quiz
from assignments.quiz_writing import write_quiz
from assignments.spec import Localized
from server.errors import BadInput, NoFiles, NotFound, Refusal
from server.http.downloads import download
from server.quizzes.authoring import draft_pictures
from server.quizzes.authoring.publishing import QuizAuthor, publish_text
from server.quizzes.authoring.quiz_form import document_of, toml_of
from server.quizzes.blueprints import routes
from server.quizzes.formats.reading import FILE_BYTES_WITH_PICTURES
from server.quizzes.formats.reading import read as read_file
from server.quizzes.formats.result import Imported, Language, Note, Portion, Unreadable
from server.quizzes.formats.writing import FORMATS, Format
from server.quizzes.formats.writing import write as write_file
from server.quizzes.pictures.archive import MEDIA_TYPE, pack_quiz
from server.quizzes.questions.published import in_force
from server.quizzes.refusals import BadQuiz
from server.quizzes.room.runtime import runtime
from server.texts.unicode_forms import normal_form
from server.threads import run_in_thread
from server.web import now, person, read, result_or_refusal, services, signed_in_person, staff_only

FORM_SLACK = 64 * 1024  # of the form around a file
SLUG_LENGTH = 40
TEMPLATE = """slug = "my-quiz"
title = { en = "My quiz", hu = "Kvízem" }

[[question]]
id = "first-question"
type = "single"
text = { en = "What is ReLU(-2)?", hu = "Mennyi ReLU(-2)?" }
seconds = 20
options = [
  { text = "0", correct = true },
  { text = "-2" },
]
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text in the editor, and what is to be said about it."""

    toml: str
    document: dict[str, Any] | None = None  # the same for the form; None where it cannot be shown as one
    pictures: str = ""  # sealed: see draft_pictures
    unsaved: bool = False  # it stands nowhere else: who leaves the page is warned
    notes: tuple[Note, ...] = ()
    summary: str = ""
    portions: tuple[Portion, ...] = ()  # of a file that holds more than a quiz: one is to be chosen
    refusal: Refusal | None = None
    line: int | None = None  # of the mistake in the text
    field: str = ""  # of the mistake in the form, as `question[0].seconds`


@routes.url_value_preprocessor
def allow_pictures(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Before anything of the body is read: staff may send a file that has pictures in it."""
    if endpoint == "quizzes.import_quiz" and request.method == "POST" and (who := person()) and who.is_staff:
        request.max_content_length = FILE_BYTES_WITH_PICTURES + FORM_SLACK


@routes.get("/quizzes/new")
@staff_only
def new_quiz() -> ResponseReturnValue:
    """Template quizzes/edit.html: `draft` (Draft), `slug` (of the quiz that is changed, or None)."""
    return _edited(_draft(TEMPLATE), None)


@routes.get("/quizzes/<slug>/edit")
@staff_only
def edit_quiz(slug: str) -> ResponseReturnValue:
    """Change a quiz. Template as for `new_quiz`."""
    with read() as session:
        version = in_force(session, signed_in_person().course_id, slug)
    pictures = draft_pictures.sealed(version.pictures or {})
    return _edited(replace(_draft(version.toml), pictures=pictures), slug)


@routes.post("/quizzes/publish")
@staff_only
def publish() -> ResponseReturnValue:
    """Publish what the editor sent, or show it again: its text `toml`, or its form `document` over it.

    `pictures` are those of the draft, as the page had them.
    """
    document, toml = request.form.get("document", ""), request.form.get("toml", "").replace("\r\n", "\n")
    pictures = request.form.get("pictures", "")
    outcome = result_or_refusal(lambda: _published(_written(document, toml) if document else toml, pictures))
    if isinstance(outcome, Refusal):
        draft = replace(_mistaken(document, toml, outcome), pictures=pictures)
        return _edited(draft, None), outcome.status
    flash(_("The quiz is published."))
    return redirect(url_for("quizzes.quiz", slug=outcome))


@routes.post("/quizzes/convert")
@staff_only
def convert() -> ResponseReturnValue:
    """Between the two ways of the editor: {"toml"} of `document` over `toml`, {"document"} of `toml`."""
    toml = request.form.get("toml", "").replace("\r\n", "\n")
    if document := request.form.get("document", ""):
        return {"toml": _written(document, toml)}
    return {"document": document_of(toml, services().course.zone)}


@routes.post("/quizzes/import")
@staff_only
def import_quiz() -> ResponseReturnValue:
    """Take a file of another program (field `file`) into the editor: nothing is kept before publishing.

    `portion` is the label of one of its portions, where it holds more than a quiz.
    """
    outcome = result_or_refusal(_imported)
    if isinstance(outcome, Refusal):
        return _edited(replace(_draft(TEMPLATE), refusal=outcome), None), outcome.status
    return _edited(outcome, None)


@routes.get("/quizzes/<slug>/source")
@staff_only
def source(slug: str) -> ResponseReturnValue:
    """The file of the quiz, as it goes into the course's folder; with its pictures it is an archive."""
    with read() as session:
        version = in_force(session, signed_in_person().course_id, slug)
    if not version.pictures:
        return download(version.toml.encode(), f"{slug}.toml", "application/toml")
    pictures = {name: draft_pictures.stored(blob) for name, blob in version.pictures.items()}
    return download(pack_quiz(slug, version.toml, pictures), f"{slug}.zip", MEDIA_TYPE)


@routes.get("/quizzes/<slug>/export/<file_format>")
@staff_only
def export(slug: str, file_format: str) -> ResponseReturnValue:
    """The quiz for another program."""
    if file_format not in set(Format):
        raise NotFound
    with read() as session:
        playable = runtime().library.quiz(session, in_force(session, signed_in_person().course_id, slug).id)
    questions = [one.question for one in playable.questions]  # of a generated one its first variant
    found = write_file(questions, Format(file_format), Language(str(get_locale())))
    written = FORMATS[Format(file_format)]
    return download(found.content, f"{slug}{written.suffix}", written.media_type)


def slug_of(name: str) -> str:
    """A name for a quiz out of the name of a file."""
    plain = normal_form("NFKD", PurePosixPath(name.replace("\\", "/")).stem).casefold()
    ascii_only = plain.encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_only)
    return "-".join(words)[:SLUG_LENGTH].strip("-") or "imported-quiz"


def _imported() -> Draft:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise NoFiles
    name = file.filename
    portion = request.form.get("portion", "")
    try:
        found: Imported = run_in_thread(read_file, name, file.read(), portion)
    except Unreadable as error:
        raise BadInput(error.reason) from None
    if found.toml:
        draft = replace(_draft(found.toml), pictures=draft_pictures.kept(found.pictures))
        return replace(draft, unsaved=True, notes=found.notes, summary=str(found.summary))
    if found.portions and portion not in {one.label for one in found.portions}:
        return replace(_draft(TEMPLATE), portions=found.portions)
    if not found.questions:
        reasons = "; ".join(str(note.reason) for note in found.notes[:3])
        raise BadInput(_("No question of this file could be taken: %(reasons)s", reasons=reasons))
    title = (found.title or PurePosixPath(name).stem)[:100].strip() or "Quiz"
    quiz = Quiz(slug_of(name), Localized(title, title), found.questions)
    toml, pictures = write_quiz(quiz, services().course.zone), draft_pictures.kept(found.pictures)
    draft = replace(_draft(toml), pictures=pictures)
    return replace(draft, unsaved=True, notes=tuple(found.notes), summary=str(found.summary))


def _draft(toml: str) -> Draft:
    """A text that was not looked at yet: in the form, if it is a quiz."""
    try:
        return Draft(toml, document_of(toml, services().course.zone))
    except BadQuiz:
        return Draft(toml)


def _mistaken(document: str, toml: str, refusal: Refusal) -> Draft:
    """What was sent, with its mistake. What the form sent comes back in the form, however wrong it is."""
    line, field = refusal.extras.get("line"), refusal.extras.get("field")
    facts: dict[str, Any] = {
        "refusal": refusal,
        "unsaved": True,
        "line": line if isinstance(line, int) else None,
        "field": field if isinstance(field, str) else "",
    }
    if not document:
        return Draft(toml, **facts)
    sent = result_or_refusal(lambda: _written(document, toml))
    if isinstance(sent, Refusal):
        return replace(_draft(TEMPLATE), refusal=refusal)
    # The text stays the one that is written over: of a quiz with mistakes fewer comments could be kept.
    return Draft(toml or sent, read_json(document), **facts)


def _written(document: str, base: str) -> str:
    """The text of what the form sent. Raises BadQuiz."""
    return run_in_thread(toml_of, document, base, services().course.zone)


def _published(toml: str, pictures: str) -> str:
    if not toml.strip():
        raise BadQuiz
    those, who = services(), signed_in_person()
    author = QuizAuthor(who.id, who.course_id, those.config.assignments, those.course.zone, now())
    files = draft_pictures.contents(pictures, toml)
    return publish_text(those.database, those.store, toml, files, author)


def _edited(draft: Draft, slug: str | None) -> str:
    return render_template("quizzes/edit.html", draft=draft, slug=slug)
