"""Lookup of a submission by its whole id, by the beginning of the id, or as the newest one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from cli.api.decoding import decode
from cli.api.errors import HaziError, NotScored, WrongUse
from cli.api.records import Assignments, Submission, Submissions
from cli.context import Context
from cli.language.translation import lazy_gettext as _

FULL_ID_LENGTH = 32
"""Characters of an id that is not abbreviated."""


def resolve_id(context: Context, given: str | None) -> str:
    """The whole id of a submission; without a given one that of the newest.

    Raises NotScored when there is no submission, WrongUse when the beginning fits several.
    """
    if given and len(given) >= FULL_ID_LENGTH:
        return given
    if given is None:
        return _newest(_page(context, None).submissions)
    return _by_beginning(list(own_submissions(context)), given)


def nearest_slug(context: Context, given: str) -> str | None:
    """The assignment whose name is most like the given one; None where none is, or none can be asked for."""
    try:
        known = decode(Assignments, context.client.get("assignments")).assignments
    except HaziError:
        return None
    by_folded = {one.slug.casefold(): one.slug for one in known}
    near = difflib.get_close_matches(given.casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else None


def own_submissions(context: Context, slug: str | None = None) -> Iterator[Submission]:
    """All submissions of the student, or those for one assignment: newest first, page after page."""
    before = None
    while True:
        page = _page(context, before, slug)
        yield from page.submissions
        if page.next is None:
            return
        before = page.next


def _page(context: Context, before: str | None, slug: str | None = None) -> Submissions:
    asked = {"before": before, "assignment": slug}
    query = {name: value for name, value in asked.items() if value}
    return decode(Submissions, context.client.get("submissions", query=query or None))


def _newest(own: Sequence[Submission]) -> str:
    if not own:
        raise NotScored(_("You have not handed in anything yet."))
    return own[0].id


def _by_beginning(own: Sequence[Submission], given: str) -> str:
    matching = [submission.id for submission in own if submission.id.startswith(given)]
    if len(matching) > 1 and given not in matching:
        raise WrongUse(
            _("{given} begins {count} of your submissions: say more of it.", given=given, count=len(matching))
        )
    # An id that fits none may be of another student: whether it may be read is decided by the server.
    return matching[0] if len(matching) == 1 else given
