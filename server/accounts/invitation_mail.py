"""The letter that brings an invitation, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage

from assignments.spec import Course
from server.accounts.invitations import Slip

TEXT = """\
{name} ({neptun}),

Ezzel az egyszer használható linkkel állíthatod be a jelszavad. {days} napig él:
With this one-time link you set your password. It works for {days} days:

    {link}

{title_hu} / {title_en}
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """An invitation with the link that is printed or mailed."""

    slip: Slip
    link: str


def as_mail(letter: Letter, course: Course, sender: str, days: int) -> EmailMessage:
    """The mail to the address of the invitation."""
    person = letter.slip.person
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = letter.slip.email
    mail["Subject"] = f"Házi: {course.title.hu} / {course.title.en}"
    mail.set_content(
        TEXT.format(
            name=person.name,
            neptun=person.neptun,
            days=days,
            link=letter.link,
            title_hu=course.title.hu,
            title_en=course.title.en,
        )
    )
    return mail
