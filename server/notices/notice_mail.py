"""The mail that brings notices: in the language of its reader, or in both while they have chosen none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from flask_babel import force_locale, gettext, ngettext

from assignments.spec import Localized
from server.i18n import LANGUAGES
from server.notices.kinds import NoticeKind
from server.notices.models import Notice
from server.notices.wording import path, reason, sentence

SUBJECT_LENGTH = 140
SETTINGS = "/account/notices"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a mail is for."""

    name: str
    email: str
    language: str  # "" while they have chosen none


@dataclass(frozen=True, slots=True)
class Sender:
    """Where mails come from, and where their links lead."""

    address: str
    public_url: str

    @property
    def domain(self) -> str:
        """Of the address, for the ids of mails."""
        return self.address.rpartition("@")[2].strip("> ") or "localhost"


@dataclass(frozen=True, slots=True)
class Letter:
    """Some notices to one person, always the same under one id."""

    id: str
    addressee: Addressee
    notices: Sequence[Notice]
    titles: Mapping[str, Localized]
    receipts: Mapping[str, bytes]  # by submission


def as_mail(letter: Letter, sender: Sender, now: datetime) -> EmailMessage:
    """The mail, inside an application context. However often it is sent, its Message-ID is the same."""
    mail = EmailMessage()
    mail["From"] = sender.address
    mail["To"] = letter.addressee.email
    mail["Message-ID"] = f"<notice-{letter.id}@{sender.domain}>"
    mail["Date"] = format_datetime(now)
    mail["Auto-Submitted"] = "auto-generated"  # no machine shall answer it
    own = letter.addressee.language
    languages = [own] if own in LANGUAGES else list(LANGUAGES)
    subjects, texts = [], []
    for language in languages:
        with force_locale(language):
            subjects.append(_subject(letter, language))
            texts.append("\n".join(_lines(letter, sender, language)))
    mail["Subject"] = " / ".join(subjects)
    mail.set_content("\n\n".join(texts) + "\n")
    for number, content in letter.receipts.items():
        name = f"receipt-{number[:8]}.json"
        mail.add_attachment(content, maintype="application", subtype="json", filename=name)
    return mail


def _subject(letter: Letter, language: str) -> str:
    """What has happened; of several things only how many."""
    if len(letter.notices) == 1:
        return " ".join(_said(letter, letter.notices[0], language).split())[:SUBJECT_LENGTH]
    n = len(letter.notices)
    return str(ngettext("Házi: %(num)s notice", "Házi: %(num)s notices", n))


def _lines(letter: Letter, sender: Sender, language: str) -> Iterator[str]:
    yield f"{letter.addressee.name},"
    for notice in letter.notices:
        yield ""
        yield _said(letter, notice, language)
        why = reason(notice.kind, notice.params)
        yield from (f"> {line}" for line in why.splitlines())
        yield sender.public_url + path(notice.kind, notice.slug, notice.params)
        if notice.kind == NoticeKind.HANDED_IN and notice.params.get("submission") in letter.receipts:
            yield gettext("The signed receipt is attached.")
    yield ""
    yield gettext("You choose here what is mailed to you:")
    yield sender.public_url + SETTINGS


def _said(letter: Letter, notice: Notice, language: str) -> str:
    title = letter.titles.get(notice.slug)
    return str(sentence(notice.kind, title.in_language(language) if title else notice.slug, notice.params))
