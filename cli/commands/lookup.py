"""Which submission is meant: a whole id, its beginning, or nothing for the newest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.api.decoding import read
from cli.api.errors import NotScored, WrongUse
from cli.api.records import Submission, Submissions
from cli.context import Call
from cli.language.translation import lazy_gettext as _

WHOLE_ID = 32
"""From this length on it is no abbreviation."""


def found_id(call: Call, given: str | None) -> str:
    """The id of one submission. Raises when nothing, or more than one, is meant."""
    if given and len(given) >= WHOLE_ID:
        return given
    if given is None:
        return _newest(_page(call, None).submissions)
    return _beginning(list(_all(call)), given)


def _all(call: Call) -> Iterator[Submission]:
    """Every page after the other."""
    before = None
    while True:
        page = _page(call, before)
        yield from page.submissions
        if page.next is None:
            return
        before = page.next


def _page(call: Call, before: str | None) -> Submissions:
    query = {"before": before} if before else None
    return read(Submissions, call.client.get("submissions", query=query))


def _newest(own: Sequence[Submission]) -> str:
    if not own:
        raise NotScored(_("You have not handed in anything yet."))
    return own[0].id


def _beginning(own: Sequence[Submission], given: str) -> str:
    matching = [it.id for it in own if it.id.startswith(given)]
    if len(matching) > 1 and given not in matching:
        raise WrongUse(
            _("{given} begins {count} of your submissions: say more of it.", given=given, count=len(matching))
        )
    # What is not one's own may be somebody else's: staff may see it, and the server knows.
    return matching[0] if len(matching) == 1 else given
