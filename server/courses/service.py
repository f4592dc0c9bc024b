"""What other features may ask of courses."""

from __future__ import annotations

from server.courses.courses import (
    course_of,
    keep_course,
    know_course,
    let_in,
    provide_course,
    the_course,
    the_course_id,
)
from server.courses.models import Course, Enrolment

__all__ = (
    "Course",
    "Enrolment",
    "course_of",
    "keep_course",
    "know_course",
    "let_in",
    "provide_course",
    "the_course",
    "the_course_id",
)
