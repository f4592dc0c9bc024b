"""Pages of notices: the list, what one wants to hear of and where, and the calendar."""

from __future__ import annotations

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from server.database import passes
from server.errors import BadInput, NotFound
from server.i18n import DEFAULT, LANGUAGES, language
from server.notices.blueprints import routes
from server.notices.calendar_events import (
    calendar_made_at,
    drop_calendar_key,
    new_calendar_key,
    own_entries,
    person_of_calendar,
)
from server.notices.icalendar import TYPE, calendar
from server.notices.inbox import choose_mutes, mark_read, mutes, notices_of, unread
from server.notices.kinds import Mute, NoticeKind
from server.notices.wording import kind_name
from server.web import (
    form_text,
    known_person,
    now,
    public_link,
    read,
    services,
    signed_in,
    signed_in_person,
    write,
)


@routes.get("/notices")
@signed_in
def notices() -> ResponseReturnValue:
    """Template notices/notices.html: `page` (NoticePage), `first` (whether it begins with the newest)."""
    before = _number(request.args.get("before", ""))
    with read() as session:
        page = notices_of(session, signed_in_person(), language(), before=before)
    return render_template("notices/notices.html", page=page, first=before is None)


@routes.post("/notices/read")
@signed_in
def mark_notices() -> ResponseReturnValue:
    """Mark as read all up to the notice `up_to` of a form."""
    with write() as session:
        mark_read(session, signed_in_person(), _number(form_text("up_to")) or 0, now())
    return redirect(url_for("notices.notices"), 303)


@routes.route("/account/notices", methods=["GET", "POST"])
@signed_in
def settings() -> ResponseReturnValue:
    """What somebody wants to hear of. A form has `page` and `mail`: the kinds that are to be told there."""
    if request.method != "POST":
        return _settings_page()
    with write() as session:
        choose_mutes(session, signed_in_person().id, _chosen())
    flash(_("It is kept what you are told."))
    return redirect(url_for("notices.settings"), 303)


@routes.post("/account/calendar")
@signed_in
def calendar_address() -> ResponseReturnValue:
    """A form's `action`: `new` makes an address, which is shown once, and `drop` takes it away."""
    action, who = form_text("action"), signed_in_person()
    if action not in {"new", "drop"}:
        raise BadInput
    with write() as session:
        if action == "new":
            key = new_calendar_key(session, who.id, now())
        else:
            drop_calendar_key(session, who.id)
    if action == "new":
        return _settings_page(public_link("notices.calendar_file", key=key))
    flash(_("The address of your calendar leads nowhere any more."))
    return redirect(url_for("notices.settings"), 303)


@routes.get("/calendar/<key>.ics")
def calendar_file(key: str) -> ResponseReturnValue:
    """Somebody's own dates for a program that subscribes to them: whoever has the key may read them."""
    with read() as session:
        person = person_of_calendar(session, key)
        if person is None:
            raise NotFound
        spoken = person.language if person.language in LANGUAGES else DEFAULT
        with force_locale(spoken):
            title = services().course.title
            entries = own_entries(session, person, services().config.public_url, spoken)
    return Response(calendar(title.in_language(spoken), entries), content_type=TYPE)


def unread_notices() -> int:
    """How many notices somebody has not read, for the head of every page; 0 where nobody can look it up."""
    if "unread_notices" not in g:
        g.unread_notices = _unread()
    return int(g.unread_notices)


def _unread() -> int:
    who = known_person()
    if who is None:
        return 0
    try:
        with read() as session:
            return unread(session, who)
    except SQLAlchemyError as error:
        if not passes(error):
            raise
        return 0  # the page says something else: this must not keep it from that


def _settings_page(address: str = "") -> str:
    """Template notices/settings.html: `rows` (kind, name, mute each), `mails` (whether this server mails),
    `made_at` (of the calendar's address, or None), `address` (just made, or "").
    """
    who = signed_in_person()
    with read() as session:
        chosen = mutes(session, who.id)
        made_at = calendar_made_at(session, who.id)
    rows = [{"kind": kind, "name": kind_name(kind), "mute": how} for kind, how in chosen.items()]
    mails = services().config.mail is not None
    return render_template("notices/settings.html", rows=rows, mails=mails, made_at=made_at, address=address)


def _chosen() -> dict[NoticeKind, Mute]:
    page, mail = set(request.form.getlist("page")), set(request.form.getlist("mail"))
    return {
        kind: Mute.ALL if kind not in page else Mute.NONE if kind in mail else Mute.MAIL
        for kind in NoticeKind
    }


def _number(text: str) -> int | None:
    """An id of an address or a form; what makes no sense is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
