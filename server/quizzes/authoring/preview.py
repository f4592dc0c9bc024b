"""Preview of a question of the editor's form, as a phone will show it: nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from assignments.quiz import GeneratedQuestion, Question
from assignments.quiz_files import FOLDER
from assignments.toml.fields import SpecError
from server.quizzes.authoring.draft_pictures import shown
from server.quizzes.authoring.publishing import variants_of
from server.quizzes.authoring.quiz_form import quiz_of, toml_of
from server.quizzes.blueprints import routes
from server.quizzes.pictures.picture import ShownPicture
from server.quizzes.questions.presenting import answer_shown, question_shown
from server.quizzes.questions.published import Variant
from server.quizzes.questions.rendering import LANGUAGES, RenderingError, rendered
from server.quizzes.questions.scoring import NO_RULINGS
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.refusals import BadQuiz
from server.threads import run_in_thread
from server.web import services, staff_only

FIRST = "question[0]"  # where the form looks for a mistake that is nobody's in particular


@routes.post("/quizzes/preview")
@staff_only
def preview() -> ResponseReturnValue:
    """The first question of `document`, by language: {"question", "answered"} as a phone gets them."""
    app_services = services()
    document = request.form.get("document", "")
    quiz = quiz_of(toml_of(document, "", app_services.course.zone), app_services.course.zone)
    pictures = shown(request.form.get("pictures", ""), document)
    beside = app_services.config.assignments / FOLDER
    try:
        variant = run_in_thread(_variant, quiz.questions[0], beside, pictures)
    except (RenderingError, SpecError) as error:
        problem = error.problem if isinstance(error, SpecError) else str(error)
        raise BadQuiz(str(error), field=FIRST, problem=problem) from None
    return {language: _seen(variant, language) for language in LANGUAGES}


def _variant(
    question: Question | GeneratedQuestion, beside: Path, pictures: Mapping[str, ShownPicture]
) -> Variant:
    """The question, or the first of those that are generated. Raises RenderingError and SpecError."""
    if isinstance(question, GeneratedQuestion):
        [question] = variants_of(question, beside, "quiz", count=1)
    return Variant(question, rendered(question, pictures))


def _seen(variant: Variant, language: str) -> dict[str, Any]:
    order = shown_order(variant.question, "preview")
    return {
        "question": question_shown(variant, language, order),
        "answered": answer_shown(variant, language, order, NO_RULINGS),
    }
