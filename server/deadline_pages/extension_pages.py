"""Pages of extensions: who has what and why, granting them by hand or as a table, and taking them back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from server.deadline_pages.blueprints import routes
from server.deadline_pages.extension_csv import SheetPlan, as_text, plan_sheet, read_sheet, take_sheet
from server.deadline_pages.extension_list import extension_rows
from server.deadline_pages.extensions import (
    ExtensionRequest,
    Which,
    extend,
    labels_of,
    newest_extension,
    rules_in_force,
    take_back,
)
from server.deadline_pages.request_context import author, title_of
from server.deadline_pages.typed_moments import read_due
from server.deadlines.rules import REASONS
from server.errors import NoFiles, Refusal
from server.submissions.service import in_force
from server.web import (
    form_text,
    read,
    result_or_refusal,
    safe_next,
    services,
    signed_in_person,
    staff_only,
    write,
)

OTHER = "other"  # the choice next to the proposed reasons


@dataclass(frozen=True, slots=True)
class ExtensionForm:
    """What was filled in, to be shown again beside what was wrong with it."""

    neptuns: str = ""
    label: str = ""
    due: str = ""
    why: str = ""  # one of REASONS or OTHER
    note: str = ""
    replaces: bool = False


@routes.route("/assignments/<slug>/extensions", methods=["GET", "POST"])
@staff_only
def extensions(slug: str) -> ResponseReturnValue:
    """Who has what; by POST grant one. Template clock/extensions.html, see `_page`.

    The form has `neptun` (repeated; each may hold several codes) or `label`, `due` (`+2d`, `on` or a moment)
    and `moment` for `on`, `why` and `note`, `replaces`, `seen`, and `next`: the page to go on to. `grant`
    says why and how long at once: `ill +2d`.
    """
    if request.method != "POST":
        return _page(slug, ExtensionForm(neptuns=request.args.get("neptun", "")[:200]))
    form = _form()
    done = result_or_refusal(lambda: _grant(slug, form))
    if isinstance(done, Refusal):
        return _page(slug, form, done), done.status
    flash(ngettext("%(num)s extension granted.", "%(num)s extensions granted.", done))
    return redirect(safe_next(form_text("next")) or url_for("deadlines.extensions", slug=slug), 303)


@routes.post("/assignments/<slug>/extensions/<int:extension_id>/end")
@staff_only
def end_extension(slug: str, extension_id: int) -> ResponseReturnValue:
    """Take one back, with a `note` why."""
    done = result_or_refusal(lambda: _end(slug, extension_id))
    if isinstance(done, Refusal):
        return _page(slug, ExtensionForm(), done), done.status
    flash(_("The extension was taken back. It stays in the list."))
    return redirect(url_for("deadlines.extensions", slug=slug), 303)


@routes.route("/extensions", methods=["GET", "POST"])
@staff_only
def extension_sheet() -> ResponseReturnValue:
    """A table of extensions: upload (field `file`), preview, confirm (field `text` as it came, and `apply`).

    Template clock/extension_sheet.html: `plan` (SheetPlan, None at first), `text`, `refusal`.
    """
    if request.method != "POST":
        return render_template("deadlines/extension_sheet.html", plan=None, text="", refusal=None)
    done = result_or_refusal(_take_sheet if "apply" in request.form else _plan_sheet)
    if isinstance(done, Refusal):
        page = render_template("deadlines/extension_sheet.html", plan=None, text="", refusal=done)
        return page, done.status
    if "apply" not in request.form:
        return render_template("deadlines/extension_sheet.html", plan=done, text=as_text(done), refusal=None)
    flash(ngettext("%(num)s extension granted.", "%(num)s extensions granted.", len(done.good)))
    return redirect(url_for("deadlines.extension_sheet"), 303)


def _form() -> ExtensionForm:
    both = form_text("grant")  # why and how long in one click, such as "ill +2d"
    why, due = both.split(" ", 1) if " " in both else (form_text("why"), form_text("due"))
    return ExtensionForm(
        neptuns=" ".join(request.form.getlist("neptun")),
        label=form_text("label"),
        due=form_text("moment") if due == "on" else due,
        why=why,
        note=form_text("note"),
        replaces="replaces" in request.form,
    )


def _reason(form: ExtensionForm) -> str:
    """The reason as it is kept: one of those proposed, with what was added to it, or free words."""
    proposed = form.why if form.why in REASONS else ""
    return ": ".join(part for part in (proposed, form.note) if part)


def _grant(slug: str, form: ExtensionForm) -> int:
    who, zone, seen = signed_in_person(), services().course.zone, form_text("seen")
    codes = tuple(form.neptuns.replace(",", " ").replace(";", " ").split())
    with write() as session:
        spec = in_force(session, who.course_id, slug, zone).spec
        wanted = ExtensionRequest(
            read_due(form.due, zone),
            _reason(form),
            codes,
            form.label,
            replaces=form.replaces,
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
        )
        return len(extend(session, who.course_id, spec, wanted, author()))


def _end(slug: str, extension_id: int) -> None:
    with write() as session:
        take_back(
            session, signed_in_person().course_id, Which(slug, extension_id), form_text("note"), author()
        )


def _page(slug: str, form: ExtensionForm, refusal: Refusal | None = None) -> str:
    """The page of an assignment's extensions.

    Template clock/extensions.html: `slug`, `title`, `rows` (ExtensionRow each, newest first), `due` and
    `closes` of everybody, `labels` (with how many have each), `seen`, `form` (ExtensionForm), `refusal`.
    """
    with read() as session:
        return _drawn(session, slug, form, refusal)


def _drawn(session: Session, slug: str, form: ExtensionForm, refusal: Refusal | None) -> str:
    course_id = signed_in_person().course_id
    published = in_force(session, course_id, slug, services().course.zone)
    rules = rules_in_force(session, course_id, published.spec)
    return render_template(
        "deadlines/extensions.html",
        slug=published.spec.slug,
        title=title_of(published.spec),
        rows=extension_rows(session, course_id, {published.spec.slug: rules}),
        due=rules.due,
        closes=rules.late.closes,
        labels=labels_of(session, course_id),
        seen=newest_extension(session, course_id),
        form=form,
        refusal=refusal,
    )


def _plan_sheet() -> SheetPlan:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise NoFiles
    rows = read_sheet(file.read())
    with read() as session:
        return plan_sheet(session, signed_in_person().course_id, rows)


def _take_sheet() -> SheetPlan:
    rows = read_sheet(form_text("text").encode())
    with write() as session:
        return take_sheet(session, signed_in_person().course_id, rows, author())
