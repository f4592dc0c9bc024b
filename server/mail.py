"""Sending mail through the configured server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from email.message import EmailMessage

import structlog

from server.config import MailConfig

TIMEOUT_S = 20.0
# Of one letter: the server stays usable. Not so when the connection is lost, which ends the round.
UNSENDABLE = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,  # an address beyond ASCII, and a server that has not heard of them
)

log = structlog.get_logger()


def send(config: MailConfig, letters: Iterable[EmailMessage]) -> set[str]:
    """Hand over the letters one by one; the addresses of those that the mail server took.

    One that cannot be sent holds up none of the others.
    """
    taken: set[str] = set()
    try:
        with _connect(config) as server:
            for letter in letters:
                if _hand_over(server, letter):
                    taken.add(str(letter["To"]))
    except (OSError, smtplib.SMTPException):
        log.exception("mail server failed", host=config.host, taken=len(taken))
    return taken


def _connect(config: MailConfig) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if config.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(config.host, config.port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(config.host, config.port, timeout=TIMEOUT_S)
    if config.security == "starttls":
        server.starttls(context=context)
    if config.user:
        server.login(config.user, config.password)
    return server


def _hand_over(server: smtplib.SMTP, letter: EmailMessage) -> bool:
    try:
        server.send_message(letter)
    except UNSENDABLE as error:
        log.warning("letter refused", to=str(letter["To"]), problem=str(error))
        return False
    return True
