"""Who asks in this request, and when: the person, the course's zone, the moment."""

from __future__ import annotations

from flask_babel import get_locale

from assignments.spec import Assignment
from server.deadlines.service import DateAuthor
from server.errors import Forbidden
from server.web import now, signed_in_person


def author() -> DateAuthor:
    """Who does something to deadlines in this request, and when."""
    return DateAuthor(signed_in_person(), now())


def lecturer() -> DateAuthor:
    """The same, where it is for lecturers alone. Raises Forbidden."""
    if not signed_in_person().is_lecturer:
        raise Forbidden
    return author()


def title_of(spec: Assignment) -> str:
    """The title of an assignment in the reader's language."""
    return spec.title.in_language(str(get_locale()))
