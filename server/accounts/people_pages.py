"""Pages for the staff: the people of the course, their roster, their invitations."""

from __future__ import annotations

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from server.accounts.blueprints import routes
from server.accounts.invitation_mail import Letter, as_mail
from server.accounts.invitations import LIFE as INVITATION_LIFE
from server.accounts.invitations import invite
from server.accounts.labels import LabelChange, change_labels
from server.accounts.people import apply_roster, people_entries, plan_roster
from server.accounts.roster import Plan, Roster, is_email
from server.accounts.roster_files import as_csv, read_roster
from server.courses.rules import read_labels
from server.errors import BadInput, NoFiles, Refusal
from server.http.downloads import sheet
from server.mail import send
from server.threads import run_in_thread
from server.web import (
    form_text,
    now,
    public_link,
    read,
    result_or_refusal,
    services,
    signed_in_person,
    staff_only,
    write,
)


@routes.get("/people")
@staff_only
def people() -> ResponseReturnValue:
    """Everybody.

    Template accounts/people.html: `entries` (person, email, has_password, invited_until), `can_mail`.
    """
    with read() as session:
        entries = people_entries(session, signed_in_person().course_id, now())
    return render_template("accounts/people.html", entries=entries, can_mail=_can_mail())


@routes.get("/people.<suffix>")
@staff_only
def people_file(suffix: str) -> ResponseReturnValue:
    """The people for a spreadsheet, `csv` or `xlsx`: a roster that can be changed and imported again."""
    with read() as session:
        entries = people_entries(session, signed_in_person().course_id, now())
    rows = [
        [one.person.neptun, one.person.name, one.email, str(one.person.role), " ".join(one.person.labels)]
        for one in entries
    ]
    titles = [_("Neptun code"), _("Name"), _("E-mail"), _("Role"), _("Labels")]
    return sheet([titles, *rows], "people", suffix, _("People"))


@routes.post("/people/labels")
@staff_only
def labels() -> ResponseReturnValue:
    """Give the chosen `neptun` (repeated) the `labels`, or take them away: `change` is one of LabelChange."""
    change, who = form_text("change"), signed_in_person()
    if change not in set(LabelChange):
        raise BadInput
    with write() as session:
        changed = change_labels(
            session,
            who.course_id,
            request.form.getlist("neptun"),
            read_labels(form_text("labels")),
            LabelChange(change),
            reach=who.reach,
        )
    flash(ngettext("Labels of %(num)s person changed.", "Labels of %(num)s people changed.", changed))
    return redirect(url_for("accounts.people"))


@routes.route("/people/import", methods=["GET", "POST"])
@staff_only
def import_roster() -> ResponseReturnValue:
    """Upload (field `file`), preview, confirm (field `text` as it came, and `apply`).

    Template accounts/import.html: `plan` (None at first; added, changed with old and new, unchanged),
    `bad_rows` and `notes` (row, problem), `text` (to be sent back for confirming), `refusal` (or None).
    """
    if request.method != "POST":
        return _import_page()
    roster = result_or_refusal(_sent_roster)
    if isinstance(roster, Refusal):
        return _import_page(refusal=roster), roster.status
    done = result_or_refusal(lambda: _take(roster) if "apply" in request.form else _plan(roster))
    if isinstance(done, Refusal):
        return _import_page(refusal=done), done.status
    if "apply" not in request.form:
        return _import_page(roster, done)
    flash(
        _(
            "%(added)s people added, %(changed)s changed.",
            added=len(done.added),
            changed=len(done.changed),
        )
    )
    return redirect(url_for("accounts.people"))


@routes.post("/people/invitations")
@staff_only
def invitations() -> ResponseReturnValue:
    """New one-time links for the chosen `neptun` (repeated), or with `everybody` for all without a password.

    With `mail` they are sent, and only those that could not be are printed. A link is a way into an account,
    and belongs to whose it is: what an assistant makes is sent where mail is configured, and printed only for
    those who have neither an address nor a password yet.
    Template accounts/invitations.html: `letters` (slip.person, slip.email, slip.expires_at, link) and
    `unreached` (people whose link nobody has seen).
    """
    who = signed_in_person()
    trusted = who.is_lecturer or not _can_mail()
    with write() as session:
        chosen = set(request.form.getlist("neptun"))
        if "everybody" in request.form:
            entries = people_entries(session, who.course_id, now())
            reached = (entry for entry in entries if entry.person.role in who.reach)
            chosen |= {entry.person.neptun for entry in reached if not entry.has_password}
        slips = invite(session, who.course_id, chosen, now(), reach=who.reach, made_by=who)
    if not slips:
        raise BadInput(_("Nobody was chosen who could be invited."))
    letters = [Letter(slip, public_link("accounts.invitation", token=slip.key)) for slip in slips]
    if "mail" in request.form or not trusted:
        letters = _mail(letters)
    shown = [letter for letter in letters if trusted or _is_new(letter)]
    unreached = [letter.slip.person for letter in letters if letter not in shown]
    return render_template("accounts/invitations.html", letters=shown, unreached=unreached)


def _is_new(letter: Letter) -> bool:
    """Whether it can only be handed over, and opens an account that nobody has used."""
    return not letter.slip.email and not letter.slip.has_password


def _plan(roster: Roster) -> Plan:
    who = signed_in_person()
    with read() as session:
        return plan_roster(session, who.course_id, roster.rows, reach=who.reach)


def _take(roster: Roster) -> Plan:
    seed, who = secrets.randbits(64), signed_in_person()
    with write() as session:
        return apply_roster(session, who.course_id, roster.rows, now(), seed=seed, reach=who.reach)


def _import_page(
    roster: Roster | None = None, plan: Plan | None = None, refusal: Refusal | None = None
) -> str:
    return render_template(
        "accounts/import.html",
        plan=plan,
        bad_rows=roster.bad_rows if roster else (),
        notes=roster.notes if roster else (),
        text=as_csv(roster) if roster else "",
        refusal=refusal,
    )


def _sent_roster() -> Roster:
    if text := form_text("text"):
        return run_in_thread(read_roster, text.encode())
    file = request.files.get("file")
    if file is None or not file.filename:
        raise NoFiles
    return run_in_thread(read_roster, file.read())


def _can_mail() -> bool:
    return services().config.mail is not None


def _mail(letters: list[Letter]) -> list[Letter]:
    """Those that have to be printed after all."""
    config = services().config.mail
    if config is None:
        raise BadInput(_("No mail server is configured."))
    addressed = [letter for letter in letters if is_email(letter.slip.email)]
    days = INVITATION_LIFE.days
    taken = send(config, (as_mail(letter, services().course, config.sender, days) for letter in addressed))
    flash(ngettext("%(num)s invitation was mailed.", "%(num)s invitations were mailed.", len(taken)))
    return [letter for letter in letters if letter.slip.email not in taken]
