"""No value that holds a secret or a label tells it when it is printed."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pydantic import BaseModel

import assignments
import grader
import server

SECRET = re.compile(
    r"password|passwd|secret|tokens?$|cookie|credential|authorization|attempt_id|private|labels$"
    r"|broker_url|database_url|^store$|^keys?$|_keys?$|_hash$"
)
# Named like a secret, and none: names of measures, tokens without their keys, public data inside of the
# sandbox, a service.
HARMLESS = {
    "server.submissions.report.measures.Measured.key",
    "server.submissions.report.measures.Interval.key",
    "server.accounts.api_schema.TokenList.tokens",
    "server.accounts.credentials.tokens.NewToken.token",
    "server.accounts.people.Entry.has_password",
    "server.accounts.invitations.Slip.has_password",
    "server.web.Services.store",
    "grader.kinds.dataset.inside.tables.Split.labels",
    "server.submissions.report.share_gap.Gap.key",  # of a measure
    "grader.settings.Settings.verifying_keys",  # public halves
    "server.blobs.settings.BlobSettings.keys",
    "grader.fetch.BlobServer.keys",
    "server.receipts.receipt.Receipt.key",  # the id of a public one
    "server.receipts.api_schema.SignedReceipt.key",
    "server.receipts.api_schema.ReceiptKeyList.keys",
    # Time tokens, and words about people.
    "assignments.late_policy.LatePolicy.tokens",
    "server.accounts.api_schema.RosterChange.labels",
    "server.accounts.api_schema.RosterChange.old_labels",
    "server.accounts.api_schema.RosterPerson.labels",
    "server.person.Person.labels",
    "server.accounts.roster.RosterRow.labels",
    "server.standings.api_schema.NumberOut.tokens",
    "server.standings.computation.Side.tokens",
    "server.standings.queries.Number.tokens",
    "server.standings.windows.OwnWindow.tokens",
    "server.submissions.deadline_card.DeadlineCard.tokens",
    "server.submissions.api_schema.LateOut.tokens",
    "server.deadline_pages.api_schema.StretchOut.tokens",
    "server.deadlines.reveal.Reveal.tokens",
    "server.deadlines.worth_over_time.Stretch.tokens",
    "server.standings.explanation_queries.Explained.tokens",
    "server.standings.explanation.Explanation.tokens",
    # What a notice is about: the same is told once.
    "server.notices.date_changes._Move.key",
    "server.notices.fact.Fact.key",
    "server.notices.facts._Cause.key",
}
NOT_IMPORTED = (*("server.migrations", "server.operations.gunicorn_hooks", "grader.__main__"),)


@dataclass(frozen=True, slots=True)
class Printed:
    """A field, and whether `repr` shows it."""

    name: str
    shown: bool


def _fields() -> Iterator[Printed]:
    for room in (server, grader, assignments):
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not found.name.startswith(NOT_IMPORTED) and ".starter" not in found.name:
                yield from _fields_of(found.name)


def _fields_of(module: str) -> Iterator[Printed]:
    for name, kind in inspect.getmembers(importlib.import_module(module), inspect.isclass):
        if kind.__module__ != module:
            continue
        if dataclasses.is_dataclass(kind):
            yield from (Printed(f"{module}.{name}.{one.name}", one.repr) for one in dataclasses.fields(kind))
        elif issubclass(kind, BaseModel):
            facts = kind.model_fields.items()
            yield from (Printed(f"{module}.{name}.{field}", fact.repr) for field, fact in facts)


@pytest.fixture(scope="module")
def secret_fields() -> list[Printed]:
    return [one for one in _fields() if SECRET.search(one.name.rpartition(".")[2])]


def test_fields_with_secret_names_have_no_repr(secret_fields: list[Printed]):
    assert sorted(one.name for one in secret_fields if one.shown and one.name not in HARMLESS) == []


def test_secrets_are_found_at_all(secret_fields: list[Printed]):
    names = {one.name for one in secret_fields}
    assert {"server.config.Config.secret_key", "grader.contract.job.GradeJob.attempt_id"} <= names
    assert names >= HARMLESS
