"""What somebody would get at this moment, and why: asked for by a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from server.accounts.rules import read_neptun
from server.accounts.service import find_person
from server.deadlines.rules import StepChart, step_chart
from server.errors import NotFound
from server.person import Person
from server.standings.service import Explained, explained
from server.submissions.service import in_force, moment_in_words, reader
from server.web import read


@dataclass(frozen=True, slots=True)
class Case:
    """One student's work for one assignment, explained."""

    title: str
    student: Person
    found: Explained
    chart: StepChart | None


def explain(slug: str, neptun: str | None = None) -> Case:
    """The explanation for a student, or for who asks. Raises NotFound, BadNeptun and UnknownAssignment."""
    who = reader()
    with read() as session:
        spec = in_force(session, who.person.course_id, slug, who.zone).spec
        student = who.person
        if neptun is not None:
            known = find_person(session, who.person.course_id, read_neptun(neptun))
            if known is None:
                raise NotFound
            student = known
        tell = partial(moment_in_words, reader=who)
        found = explained(session, student.course_id, spec, student.id, who.audience, tell=tell)
    chart = step_chart(found.line, found.most, found.at)
    return Case(spec.title.in_language(who.language), student, found, chart)
