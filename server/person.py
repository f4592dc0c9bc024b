"""Who somebody is to the rest of the server: a frozen value, free of tables and requests."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do in the course."""

    STUDENT = "student"
    ASSISTANT = "assistant"
    LECTURER = "lecturer"


STAFF = frozenset({Role.ASSISTANT, Role.LECTURER})
STUDENTS = frozenset({Role.STUDENT})
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a course, as the features know them."""

    id: int
    neptun: str
    name: str
    nickname: str
    role: Role
    course_id: int
    language: str = ""  # "" follows the browser
    labels: tuple[str, ...] = ()  # free words, see server.courses.labels

    @property
    def is_staff(self) -> bool:
        """Whether they run the course."""
        return self.role in STAFF

    @property
    def is_lecturer(self) -> bool:
        """Whether they answer for the course."""
        return self.role is Role.LECTURER

    @property
    def reach(self) -> frozenset[Role]:
        """Whom they may invite and rename. An invitation sets a password: it is a way into the account."""
        if self.is_lecturer:
            return EVERYBODY
        return STUDENTS if self.is_staff else frozenset()
