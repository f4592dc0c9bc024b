"""Every page with made-up people and runs: for looking at, and for tests of what all pages must keep to.

`python -m tests.server.pages.gallery` serves them under /gallery/<name>?lang=hu.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import Babel

from assignments.kinds import Kind
from grader.contract import Verdict
from server import i18n
from server.accounts.invitations import LastInvitation
from server.accounts.roster import BadRow
from server.deadline_pages.template_filters import FILTERS as CLOCK_FILTERS
from server.deadlines.rules import DeadlinePhase
from server.errors import BadInput, Refusal, TooLarge, WrongLogin
from server.gradebook.grade_table import Book, BookRow, Item, ItemKind
from server.gradebook.overview import Group, Overview, OverviewFilter
from server.gradebook.regrades import MoveRow, Preview, RegradeCard, Regrades
from server.gradebook.rows import Leaderboard, OverviewTotals, StudentAssignment
from server.grading.models import RegradeState, State
from server.http import addresses
from server.http.error_handlers import kinds
from server.http.paging import Page as Listed
from server.http.security import CONTENT_SECURITY_POLICY
from server.inquiries.queries import InquiryPage
from server.inquiries.refusals import InquiryClosed
from server.inquiries.states import InquiryState
from server.person import Person
from server.quizzes.pages import nickname, type_words
from server.quizzes.refusals import WrongPin
from server.standings.decisions.audit import AuditPage
from server.standings.decisions.records import Decided
from server.standings.decisions.wording import kind_name
from server.standings.refusals import NoReason, Overtaken
from server.standings.rules import StandingState
from server.standings.service import Move
from server.standings.states import DecisionKind
from server.submissions import template_filters
from server.submissions.admission.tries import Left, Used
from server.submissions.grading_history import GradingCard
from server.submissions.queue.grader_overview import Graders
from server.submissions.report.card import AssignmentCard
from server.submissions.report.thumbnails import png
from server.submissions.reruns.regrades import Progress
from server.submissions.staff_decisions import HandInDecisions
from tests.server.pages import (
    made_up_deadlines,
    made_up_decisions,
    made_up_inquiries,
    made_up_notices,
    made_up_quiz,
)
from tests.server.pages.made_up import (
    COURSE,
    ENTRIES,
    GRADERS,
    HANDOUT,
    LECTURER,
    LETTERS,
    NOW,
    PEOPLE,
    STUDENT,
    TOKENS,
    FileCard,
    assignment,
    handed_in,
    leaderboard,
    overview,
    roster_plan,
    standing,
    submission,
)
from tests.server.pages.made_up_reports import (
    ROCKETS,
    SAMPLES,
    data_set,
    failure,
    functions,
    multi_label,
    private_share,
    regression,
    report,
    staff_notes,
)

ENDPOINTS = {
    "home": "/",
    "accounts.login": "/login",
    "accounts.logout": "/logout",
    "accounts.language": "/language",
    "accounts.account": "/account",
    "accounts.people": "/people",
    "accounts.import_roster": "/people/import",
    "accounts.invitations": "/people/invitations",
    "accounts.labels": "/people/labels",
    "accounts.people_file": "/people.<suffix>",
    "submissions.assignments": "/assignments",
    "submissions.graders": "/graders",
    "submissions.assignment": "/assignments/<slug>",
    "submissions.create": "/assignments/<slug>/submissions",
    "submissions.show": "/submissions/<submission_id>",
    "submissions.decide": "/submissions/<submission_id>/decide",
    "submissions.cancel": "/submissions/<submission_id>/cancel",
    "submissions.choose": "/assignments/<slug>/choice",
    "submissions.report": "/submissions/<submission_id>/card",
    "submissions_api.begin_upload": "/api/v1/assignments/<slug>/uploads",
    "submissions_api.create": "/api/v1/assignments/<slug>/submissions",
    "submissions_api.log": "/api/v1/submissions/<submission_id>/log",
    "submissions.receipt": "/submissions/<submission_id>/receipt.json",
    "notices.notices": "/notices",
    "notices.mark_notices": "/notices/read",
    "notices.settings": "/account/notices",
    "notices.calendar_address": "/account/calendar",
    "gradebook.regrade": "/regrades/<regrade_id>",
    "gradebook.end_regrade": "/regrades/<regrade_id>/end",
    "gradebook.leaderboard": "/assignments/<slug>/leaderboard",
    "gradebook.projector": "/assignments/<slug>/projector",
    "gradebook.overview": "/assignments/<slug>/overview",
    "gradebook.overview_file": "/assignments/<slug>/overview.<suffix>",
    "gradebook.chosen": "/assignments/<slug>/chosen",
    "gradebook.regrades": "/assignments/<slug>/regrades",
    "gradebook.student": "/people/<neptun>",
    "gradebook.decide": "/people/<neptun>/decisions",
    "gradebook.hand_in_for": "/people/<neptun>/assignments/<slug>",
    "standings.audit": "/audit",
    "inquiries.list_inquiries": "/inquiries",
    "inquiries.inquiry": "/inquiries/<inquiry_id>",
    "inquiries.settle": "/inquiries/<inquiry_id>/settle",
    "inquiries.of_assignment": "/assignments/<slug>/inquiries",
    "standings.audit_file": "/audit.<suffix>",
    "gradebook.gradebook": "/gradebook",
    "gradebook.gradebook_file": "/gradebook.<suffix>",
    "gradebook.grades": "/grades",
    "deadlines.extensions": "/assignments/<slug>/extensions",
    "deadlines.end_extension": "/assignments/<slug>/extensions/<extension_id>/end",
    "deadlines.extension_sheet": "/extensions",
    "deadlines.dates": "/assignments/<slug>/dates",
    "deadlines.makeup": "/assignments/<slug>/makeup",
    "deadlines.makeup_file": "/assignments/<slug>/makeup.<suffix>",
    "deadlines.explanation": "/assignments/<slug>/explanation",
    "deadlines.student": "/assignments/<slug>/students/<neptun>",
    "deadlines.tokens": "/assignments/<slug>/tokens",
    "help.errors_page": "/help/errors",
    "openapi.openapi": "/api/openapi.json",
    "openapi.api_page": "/api/docs",
    "submissions.attached": "/assignments/<slug>/files/<path:path>",
    "cli.instructions": "/cli/",
    "cli.wheel_file": "/cli/<name>",
    "quizzes.enter": "/live",
    "quizzes.phone": "/live/<pin>",
    "quizzes.remote": "/live/<pin>/remote",
    "quizzes.wall": "/live/<pin>/wall",
    "quizzes.count": "/live/<pin>/count",
    "quizzes.replay": "/live/<pin>/replay",
    "quizzes.allow_replay": "/live/<pin>/replay",
    "quizzes.results": "/live/<pin>/results",
    "quizzes.decide": "/live/<pin>/decide",
    "quizzes.results_file": "/live/<pin>/results.<suffix>",
    "quizzes.quizzes": "/quizzes",
    "quizzes.quiz": "/quizzes/<slug>",
    "quizzes.open_quiz": "/quizzes/<slug>/open",
    "quizzes.new_quiz": "/quizzes/new",
    "quizzes.participation": "/quizzes/participation",
    "quizzes.participation_file": "/quizzes/participation.<suffix>",
    "quizzes.publish": "/quizzes/publish",
    "quizzes.convert": "/quizzes/convert",
    "quizzes.preview": "/quizzes/preview",
    "quizzes.import_quiz": "/quizzes/import",
    "quizzes.edit_quiz": "/quizzes/<slug>/edit",
    "quizzes.history": "/quizzes/<slug>/history",
    "quizzes.history_file": "/quizzes/<slug>/history.<suffix>",
    "quizzes.take_reports": "/quizzes/<slug>/history/reports",
    "quizzes.change_report": "/quizzes/<slug>/history/reports/<report_id>",
    "quizzes.source": "/quizzes/<slug>/source",
    "quizzes.export": "/quizzes/<slug>/export/<file_format>",
}

Page = tuple[str, Person | None, Mapping[str, Any]]  # template, who looks at it, what the view passes


def account(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the account page gets."""
    usual = {
        "tokens": TOKENS,
        "invitation": LastInvitation(NOW - timedelta(days=60), "Tóth Béla", NOW - timedelta(days=59)),
        "new_token": None,
        "refusal": None,
        "action": "",
        "nickname": STUDENT.nickname,
    }
    return usual | changes


TABLES = [FileCard(name, "9f" * 32, 40_960, f"/starter/{name}") for name in ("inputs.csv", "predictions.csv")]


def homework(card: AssignmentCard, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the page of an assignment gets."""
    starter = [FileCard("submission.py", "9f" * 32, 1834, "/starter/submission.py")]
    practice = FileCard("lenet-digits-practice.safetensors", "9f" * 32, 3_923_160, "/practice")
    usual = {
        "assignment": card,
        "handout": HANDOUT,
        "starter": starter,
        "submissions": Listed(handed_in(), older="older"),
    }
    usual["practice"] = practice
    found = made_up_deadlines.explained() if card.phase in {DeadlinePhase.OPEN, DeadlinePhase.LATE} else None
    usual |= {"yours": found, "chart": made_up_deadlines.chart(found)}
    return usual | {"key": "k", "refusal": None, "choice": None, "decisions": ()} | changes


def login(neptun: str = "", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the sign-in page gets."""
    return {"neptun": neptun, "next": None, "refusal": None} | changes


def importing(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the page that takes a roster gets."""
    return {"plan": None, "bad_rows": (), "notes": (), "text": "", "refusal": None} | changes


def run(state: State = State.DONE, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the page of a submission gets."""
    card = report() if state is State.DONE else None
    usual = {"submission": submission(state), "card": card, "events": "/events", "gradings": ()}
    return usual | {"decided": HandInDecisions(), "refusal": None} | changes


def about(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the page of a student gets."""
    usual = {
        "student": STUDENT,
        "assignments": WORK,
        "book": BOOK,
        "as_student": False,
        "typed": {},
        "seen": 3,
    }
    return usual | {"refusal": None, "refused": "", "key": "k"} | changes


def questions(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the list of inquiries gets."""
    states = [str(state) for state in InquiryState]
    return {"page": made_up_inquiries.page(), "asked": {}, "states": states} | changes


def inquiry(
    state: InquiryState = InquiryState.ANSWERED, *, for_staff: bool, refusal: Refusal | None = None
) -> dict[str, Any]:
    """What the page of an inquiry gets."""
    thread = made_up_inquiries.thread(state, for_staff=for_staff)
    return {"thread": thread, "text": "", "most": 2000, "refusal": refusal}


def listed(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the page of all decisions gets."""
    kinds = {str(kind): kind_name(kind) for kind in DecisionKind}
    usual = {"page": made_up_decisions.audit(), "asked": {"kind": "note"}, "kinds": kinds}
    return usual | {"slugs": ["lenet-digits"]} | changes


def board(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What a leaderboard gets."""
    rows = changes.pop("rows", None)
    found = leaderboard() if rows is None else rows
    usual = {
        "assignment": assignment(),
        "rows": found,
        "page": 100,
        "board": Leaderboard(tuple(found), revealed=False, of=len(found)),
    }
    return usual | changes


REGRADE = RegradeCard(
    *(7, "lenet-digits", "LeNet kézzel írt számjegyeken", RegradeState.OPEN),
    *("A rejtett teszthalmazban 40 címke hibás volt.", "9f" * 32, NOW - timedelta(hours=2), LECTURER, None),
    progress=Progress(runs=300, waiting=120, running=2, graded=175, without=3),
    no_grader=True,
)
APPLIED = replace(
    REGRADE,
    id=6,
    state=RegradeState.APPLIED,
    ended_at=NOW,
    started_by=None,
    progress=Progress(runs=300, waiting=0, running=0, graded=300, without=0),
    no_grader=False,
)
PREVIEW = Preview(
    rows=tuple(
        MoveRow(
            who,
            Move("lenet-digits", who.id, Decimal(old), Decimal(new), Decimal(9), Decimal(9), *[False] * 2),
        )
        for who, (old, new) in zip(
            PEOPLE, (("9.5", "7.25"), ("8", "7.99"), ("0", "10"), ("5", "6")), strict=False
        )
    ),
    up=2,
    down=2,
    most=10.0,
    before=(0, 0, 1, 0, 2, 3, 1, 0, 4, 6, 9, 12, 16, 21, 28, 33, 30, 22, 14, 8),
    after=(0, 0, 0, 1, 1, 2, 2, 1, 3, 5, 7, 10, 14, 20, 27, 35, 33, 26, 15, 10),
)
OVERVIEW = Overview(
    rows=tuple(overview()),
    next="XYZ789",
    totals=OverviewTotals(5, 4, 3, 1, 1, Decimal("7.227")),
    most=10.0,
    spread=PREVIEW.after,
    days=tuple(((NOW - timedelta(days=20 - n)).date(), n * n % 37) for n in range(21)),
)
OVERVIEW_FRAME = {
    "assignment": assignment(),
    "groups": list(Group),
    "graders": GRADERS,
    "outdated": 12,
    "seen": 3,
}
GRADINGS = (
    GradingCard(
        *(NOW - timedelta(days=9), NOW - timedelta(days=9), "9f" * 32, "0.12", 1234567, "cpu", State.DONE),
        *(Verdict.SCORED, 8.91, None, False, False, None),
    ),
    GradingCard(
        *(NOW - timedelta(days=1), NOW - timedelta(days=1), "1c" * 32, "0.13", 1234567, "cpu", State.DONE),
        *(Verdict.SCORED, 9.12, 8.77, True, False, "A rejtett teszthalmazban 40 címke hibás volt."),
    ),
)
COLLECTED = submission(kind="dataset")
CALLED = submission(State.RUNNING, kind="functions")
UNTRIED = {"standing": None}
HOMEWORKS = [
    assignment(),
    assignment(
        DeadlinePhase.LATE,
        title="Rakéták, autók, repülők",
        left=Left(1, 2, NOW + timedelta(minutes=9), 0, Used(0, 0, 0)),
        **UNTRIED,
    ),
    assignment(DeadlinePhase.NOT_OPEN, **UNTRIED),
    assignment(DeadlinePhase.CLOSED, standing=standing(10, told=True)),
    assignment(DeadlinePhase.MAKEUP, title="Pótolható feladat"),
    assignment(DeadlinePhase.PRACTICE, title="Gyakorolható feladat"),
]
BAD_ROWS = (BadRow(7, "Az „A1” nem Neptun-kód."), BadRow(9, "Hiányzik a név."))
ROCKET_RUN = run(
    submission=submission(late_by=timedelta(hours=26)),
    card=report(ROCKETS, focus=True, private=private_share(), staff=staff_notes(), final=True),
)
FAILED_RUN = run(submission=submission(verdict=Verdict.FAILED), card=failure())
WORK = [
    StudentAssignment(assignment(), Listed(handed_in(), "newer", "older"), made_up_decisions.decided()),
    StudentAssignment(
        assignment(DeadlinePhase.CLOSED, slug="other", title="Rakéták", standing=None), Listed(())
    ),
]
TOLD_WORK = StudentAssignment(
    assignment(), Listed(handed_in(), "newer", "older"), Decided(made_up_decisions.told_cards())
)


def live(scene: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the pages of a live quiz get; their scripts ask for the scene by its name instead of a PIN."""
    usual = {"pin": scene, "title": made_up_quiz.QUIZ.title, "word": True, "joined": True}
    return usual | {"join": "https://hazi.example.org/live/123456", "qr": made_up_quiz.QR} | changes


QUIZ_PAGE = {"playable": made_up_quiz.PLAYABLE, "shown": made_up_quiz.read_quiz_page("hu")}
ITEMS = (
    Item("lenet-digits", ItemKind.HOMEWORK, "LeNet-5 <kézzel írt> számjegyeken", 10.0),
    Item("week-5", ItemKind.QUIZ, "5. hét: minden egyszerre", 1.0),
    *(Item(f"week-{number}", ItemKind.QUIZ, f"{number}. hét", 1.0) for number in range(6, 14)),
)
STANDINGS = (standing(9.56, told=True), standing(9.56), standing(0.0, state=StandingState.EXCUSED), None)
BOOK = Book(
    ITEMS,
    tuple(
        BookRow(who, (one.points if one else None, 0.5, None, *[1.0] * 7), (one, *[None] * 9))
        for who, one in zip(PEOPLE, (*STANDINGS, None), strict=True)
    ),
)
OWN = Book(ITEMS, BOOK.rows[:1])
TYPES = [one.id for one in made_up_quiz.PLAYABLE.questions]
TOLD = ["single", "cell", "matching"]
REFUSALS = sorted(kinds(), key=lambda kind: (kind.status, kind.slug))
NEW_TOKEN = "hazi_" + "aB3-_xYz" * 5 + "abc"

PAGES: Mapping[str, Page] = {
    "login": ("accounts/login.html", None, login(next="/assignments")),
    "login-refused": ("accounts/login.html", None, login("ABC123", refusal=WrongLogin())),
    "invitation": ("accounts/invitation.html", None, {"invited": STUDENT, "refusal": None}),
    "account": ("accounts/account.html", STUDENT, account()),
    "account-new-token": ("accounts/account.html", STUDENT, account(new_token=NEW_TOKEN, action="token")),
    "account-no-token": ("accounts/account.html", STUDENT, account(tokens=[], invitation=None)),
    "people": ("accounts/people.html", LECTURER, {"entries": ENTRIES, "can_mail": True}),
    "people-empty": ("accounts/people.html", LECTURER, {"entries": [], "can_mail": False}),
    "import": ("accounts/import.html", LECTURER, importing()),
    "import-preview": (
        "accounts/import.html",
        LECTURER,
        importing(plan=roster_plan(), bad_rows=BAD_ROWS, notes=BAD_ROWS[:1], text="x"),
    ),
    "invitations": ("accounts/invitations.html", LECTURER, {"letters": LETTERS, "unreached": [STUDENT]}),
    "assignments": ("submissions/assignments.html", STUDENT, {"assignments": HOMEWORKS}),
    "assignments-empty": ("submissions/assignments.html", STUDENT, {"assignments": []}),
    "assignment": ("submissions/assignment.html", STUDENT, homework(assignment())),
    "assignment-predictions": (
        "submissions/assignment.html",
        STUDENT,
        homework(replace(assignment(), kind=Kind.PREDICTIONS), starter=TABLES, submissions=[]),
    ),
    "assignment-late": (
        "submissions/assignment.html",
        STUDENT,
        homework(assignment(DeadlinePhase.LATE), submissions=[], refusal=TooLarge()),
    ),
    "assignment-practice": (
        "submissions/assignment.html",
        STUDENT,
        homework(assignment(DeadlinePhase.PRACTICE), submissions=[]),
    ),
    "assignment-makeup": (
        "submissions/assignment.html",
        STUDENT,
        homework(assignment(DeadlinePhase.MAKEUP), submissions=[]),
    ),
    "assignment-closed": (
        "submissions/assignment.html",
        LECTURER,
        homework(assignment(DeadlinePhase.CLOSED)),
    ),
    "assignment-unpublished": (
        "submissions/assignment.html",
        STUDENT,
        homework(assignment(unpublished_at=NOW - timedelta(hours=3))),
    ),
    "show-waiting": ("submissions/show.html", STUDENT, run(State.WAITING)),
    "show-running": ("submissions/show.html", STUDENT, run(State.RUNNING)),
    "show-running-functions": ("submissions/show.html", STUDENT, run(State.RUNNING, submission=CALLED)),
    "show-scored": ("submissions/show.html", STUDENT, run()),
    "show-rockets": ("submissions/show.html", LECTURER, ROCKET_RUN),
    "show-regression": ("submissions/show.html", STUDENT, run(card=regression())),
    "show-functions": ("submissions/show.html", STUDENT, run(card=functions())),
    "show-data-set": ("submissions/show.html", STUDENT, run(card=data_set(), submission=COLLECTED)),
    "show-multi-label": ("submissions/show.html", STUDENT, run(card=multi_label())),
    "show-regraded": ("submissions/show.html", STUDENT, run(gradings=GRADINGS)),
    "show-failed": ("submissions/show.html", STUDENT, FAILED_RUN),
    "leaderboard": ("gradebook/leaderboard.html", STUDENT, board()),
    "leaderboard-staff": ("gradebook/leaderboard.html", LECTURER, board()),
    "leaderboard-revealed": (
        "gradebook/leaderboard.html",
        STUDENT,
        board(board=Leaderboard(tuple(leaderboard()), revealed=True)),
    ),
    "leaderboard-second": (
        "gradebook/leaderboard.html",
        STUDENT,
        board(
            board=Leaderboard(
                tuple(leaderboard()), revealed=False, start=100, of=312, next=200, mine=234, rank=231
            )
        ),
    ),
    "leaderboard-empty": ("gradebook/leaderboard.html", STUDENT, board(rows=[])),
    "projector": ("gradebook/projector.html", LECTURER, board()),
    "overview": (
        "gradebook/overview.html",
        LECTURER,
        {"overview": OVERVIEW, "chosen": OverviewFilter()} | OVERVIEW_FRAME,
    ),
    "overview-late": (
        "gradebook/overview.html",
        LECTURER,
        {
            "overview": replace(OVERVIEW, rows=(), next=None),
            "chosen": OverviewFilter(Group.LATE, "anna", "ABC123"),
        }
        | OVERVIEW_FRAME,
    ),
    "addresses": (
        "gradebook/addresses.html",
        LECTURER,
        {"assignment": assignment(), "found": [f"{who.neptun}@example.org" for who in PEOPLE], "without": 2},
    ),
    "regrades": (
        "gradebook/regrades.html",
        LECTURER,
        {
            "assignment": assignment(),
            "regrades": Regrades((REGRADE, APPLIED), 12),
            "is_open": True,
            "only": [],
            "refusal": None,
        },
    ),
    "regrades-none": (
        "gradebook/regrades.html",
        LECTURER,
        {
            "assignment": assignment(),
            "regrades": Regrades((), 0),
            "is_open": False,
            "only": ["ABC123", "XYZ789"],
            "refusal": BadInput(),
        },
    ),
    "regrade": (
        "gradebook/regrade.html",
        LECTURER,
        {"regrade": REGRADE, "preview": PREVIEW, "refusal": None},
    ),
    "regrade-applied": (
        "gradebook/regrade.html",
        LECTURER,
        {"regrade": APPLIED, "preview": PREVIEW, "refusal": None},
    ),
    "graders": ("submissions/graders.html", LECTURER, {"graders": GRADERS, "without": []}),
    "graders-none": ("submissions/graders.html", LECTURER, {"graders": Graders((), ()), "without": []}),
    "student": ("gradebook/student.html", LECTURER, about()),
    "student-overtaken": (
        "gradebook/student.html",
        LECTURER,
        about(refusal=Overtaken(), refused="lenet-digits", typed={"reason": "mert", "points": "7,5"}),
    ),
    "student-as-student": (
        "gradebook/student.html",
        LECTURER,
        about(assignments=[TOLD_WORK], as_student=True),
    ),
    "show-decide": (
        "submissions/show.html",
        LECTURER,
        run(decided=made_up_decisions.on_hand_in(), refusal=NoReason()),
    ),
    "show-decided": (
        "submissions/show.html",
        STUDENT,
        run(decided=made_up_decisions.on_own_hand_in(may_choose=True)),
    ),
    "show-chosen": (
        "submissions/show.html",
        STUDENT,
        run(decided=made_up_decisions.on_own_hand_in(is_chosen=True)),
    ),
    "show-cancelled": (
        "submissions/show.html",
        STUDENT,
        run(State.CANCELLED, decided=made_up_decisions.on_own_hand_in()),
    ),
    "show-may-cancel": (
        "submissions/show.html",
        STUDENT,
        run(State.WAITING, decided=HandInDecisions(may_cancel=True)),
    ),
    "assignment-choice": (
        "submissions/assignment.html",
        STUDENT,
        homework(assignment(), choice=made_up_decisions.choice(), decisions=made_up_decisions.told_cards()),
    ),
    "assignment-chosen": (
        "submissions/assignment.html",
        STUDENT,
        homework(assignment(DeadlinePhase.CLOSED), choice=made_up_decisions.choice(is_open=False)),
    ),
    "audit": ("standings/audit.html", LECTURER, listed()),
    "inquiries": ("inquiries/inquiries.html", LECTURER, questions(open_inquiries=lambda: 3)),
    "inquiries-own": ("inquiries/inquiries.html", STUDENT, questions(asked={"state": "open"})),
    "inquiries-none": ("inquiries/inquiries.html", STUDENT, questions(page=InquiryPage((), None))),
    "inquiry-ask": ("inquiries/assignment.html", STUDENT, made_up_inquiries.asking()),
    "inquiry-refused": (
        "inquiries/assignment.html",
        STUDENT,
        made_up_inquiries.asking(may_ask=False, refusal=InquiryClosed(), now=NOW - timedelta(days=9)),
    ),
    "inquiry-none": (
        "inquiries/assignment.html",
        STUDENT,
        made_up_inquiries.asking(may_ask=False, window=None, cards=()),
    ),
    "inquiry-for-staff": ("inquiries/assignment.html", LECTURER, made_up_inquiries.asking(cards=())),
    "inquiry": ("inquiries/inquiry.html", STUDENT, inquiry(for_staff=False)),
    "inquiry-staff": ("inquiries/inquiry.html", LECTURER, inquiry(for_staff=True, refusal=Overtaken())),
    "inquiry-settled": (
        "inquiries/inquiry.html",
        STUDENT,
        inquiry(InquiryState.ACCEPTED, for_staff=False),
    ),
    "audit-empty": ("standings/audit.html", LECTURER, listed(page=AuditPage((), None), asked={})),
    **made_up_deadlines.PAGES,
    **made_up_notices.PAGES,
    "gradebook": ("gradebook/book.html", LECTURER, {"book": BOOK, "chosen": OverviewFilter(), "rows": 100}),
    "gradebook-second": (
        "gradebook/book.html",
        LECTURER,
        {
            "book": replace(BOOK, next="XYZ789"),
            "chosen": OverviewFilter(search="a", after="ABC123"),
            "rows": 100,
        },
    ),
    "gradebook-nobody": (
        "gradebook/book.html",
        LECTURER,
        {"book": replace(BOOK, rows=()), "chosen": OverviewFilter(search="Zs"), "rows": 100},
    ),
    "gradebook-empty": (
        "gradebook/book.html",
        LECTURER,
        {"book": Book((), ()), "chosen": OverviewFilter(), "rows": 100},
    ),
    "grades": ("gradebook/grades.html", STUDENT, {"book": OWN}),
    "grades-empty": ("gradebook/grades.html", STUDENT, {"book": Book((), OWN.rows)}),
    "enter": ("quizzes/enter.html", STUDENT, {"pin": "", "refusal": None, "replays": made_up_quiz.REPLAYS}),
    "enter-wrong": ("quizzes/enter.html", None, {"pin": "123", "refusal": WrongPin(), "replays": []}),
    "replay": ("quizzes/replay.html", STUDENT, made_up_quiz.again("begin")),
    "phone-join": ("quizzes/phone.html", None, live("lobby", joined=False)),
    "phone-join-signed-in": ("quizzes/phone.html", STUDENT, live("lobby", joined=False, word=False)),
    "phone": ("quizzes/phone.html", None, live("lobby")),
    "wall": ("quizzes/wall.html", LECTURER, live("lobby")),
    "remote": ("quizzes/remote.html", LECTURER, live("single-reveal")),
    "quizzes": (
        "quizzes/quizzes.html",
        LECTURER,
        {"quizzes": [made_up_quiz.PLAYABLE], "rooms": made_up_quiz.ROOMS},
    ),
    "quizzes-empty": ("quizzes/quizzes.html", LECTURER, {"quizzes": [], "rooms": []}),
    "quiz": ("quizzes/quiz.html", LECTURER, QUIZ_PAGE),
    "quiz-results": ("quizzes/results.html", LECTURER, made_up_quiz.after()),
    "quiz-participation": ("quizzes/participation.html", LECTURER, made_up_quiz.participated()),
    "quiz-history": ("quizzes/history.html", LECTURER, made_up_quiz.remembered()),
    "quiz-edit": ("quizzes/edit.html", LECTURER, {"draft": made_up_quiz.WRONG_DRAFT, "slug": "week-5"}),
    "quiz-form": ("quizzes/edit.html", LECTURER, {"draft": made_up_quiz.WRONG_FORM, "slug": "week-5"}),
    "quiz-import": ("quizzes/edit.html", LECTURER, {"draft": made_up_quiz.IMPORTED, "slug": None}),
    "quiz-check": ("quizzes/check.html", None, {}),
    "error": (
        "error.html",
        STUDENT,
        {"title": TooLarge.title, "detail": TooLarge.help, "status": 413, "slug": "too-large"},
    ),
    "errors": ("help/errors.html", None, {"refusals": REFUSALS}),
    "cli": (
        "help/cli.html",
        None,
        {
            "address": "https://hazi.example.org/cli/hazi-0.1.0-py3-none-any.whl",
            "server": "https://hazi.example.org",
        },
    ),
}
# The same pages, in which their scripts show another scene.
SCENES: Mapping[str, Page] = {
    **{f"phone-{name}": ("quizzes/phone.html", None, live(f"{name}-question")) for name in TYPES},
    **{f"phone-{name}-reveal": ("quizzes/phone.html", None, live(f"{name}-reveal")) for name in TOLD[:2]},
    **{f"phone-{name}": ("quizzes/phone.html", None, live(name)) for name in ("standings", "podium")},
    **{f"wall-{name}": ("quizzes/wall.html", LECTURER, live(f"{name}-reveal")) for name in TOLD},
    **{f"wall-{name}": ("quizzes/wall.html", LECTURER, live(name)) for name in ("standings", "podium")},
    "replay-review": ("quizzes/replay.html", STUDENT, made_up_quiz.again("review")),
    "wall-question": ("quizzes/wall.html", LECTURER, live("single-question")),
}


def make_gallery() -> Flask:
    """An application that shows PAGES, under the policy that the server sends."""
    root = Path(i18n.__file__).parent
    app = Flask("server", root_path=str(root))
    Babel(
        app,
        locale_selector=lambda: request.args.get("lang", "en"),
        timezone_selector=lambda: str(COURSE.zone),
    )
    app.jinja_env.globals["csrf_token"] = lambda: "fixture"
    app.add_template_filter(nickname, "two_words")
    app.add_template_global(type_words)
    addresses.register(app)
    for printed in (*template_filters.FILTERS, *CLOCK_FILTERS):
        app.add_template_filter(printed)
    app.add_url_rule("/gallery/<name>", "gallery", show)
    for endpoint, rule in ENDPOINTS.items():
        app.add_url_rule(rule, endpoint, lambda **_: "", methods=["GET", "POST"])
    app.add_url_rule("/submissions/<submission_id>/samples.png", "submissions.samples", _samples)
    app.add_url_rule("/events", "silence", _silence)
    app.add_url_rule("/api/v1/live/<pin>/state", "state", _state)
    app.add_url_rule("/api/v1/live/<pin>/replay", "replay_state", _replay)
    app.add_url_rule("/live/check/echo", "quizzes.check_echo", lambda: {"now": 0})
    app.add_url_rule("/live/check/stream", "quizzes.check_stream", _ticks)
    for stream in ("events", "wall", "desk"):
        endpoint = "quizzes_api.wall_events" if stream == "wall" else stream
        app.add_url_rule(f"/api/v1/live/<pin>/{stream}", endpoint, _events, defaults={"stream": stream})
    app.after_request(_guarded)
    return app


def show(name: str) -> str:
    """One page, in the language of the request."""
    template, person, context = {**PAGES, **SCENES}[name]
    frame = {"person": person, "course": COURSE, "languages": i18n.LANGUAGES, "now": NOW}
    return render_template(template, **{**frame, **context})


def _samples(submission_id: str) -> Response:
    return Response(png(SAMPLES), mimetype="image/png")


def _ticks() -> Response:
    return Response("event: tick\ndata: 1\n\nevent: end\ndata: 0\n\n", mimetype="text/event-stream")


def _silence() -> Response:
    """The stream of a run about which there is no news, and no more for a long time."""
    return Response("retry: 600000\n\n: ping\n\n", mimetype="text/event-stream")


def _state(pin: str) -> dict[str, Any]:
    return made_up_quiz.phone_sees(pin, request.args.get("lang", "hu"))


def _replay(pin: str) -> dict[str, Any]:
    return made_up_quiz.replay_sees(pin, request.args.get("lang", "hu"))


def _events(pin: str, stream: str) -> Response:
    """One snapshot, and no more for a long time."""
    shown = [
        ("state", (made_up_quiz.phone_sees if stream == "events" else made_up_quiz.staff_see)(pin, "hu"))
    ]
    if stream == "desk":
        shown.append(("people", made_up_quiz.PEOPLE_SEEN))
    told = "".join(f"event: {kind}\ndata: {json.dumps(value)}\n\n" for kind, value in shown)
    return Response(f"retry: 600000\n\n{told}", mimetype="text/event-stream")


def _guarded(response: Any) -> Any:  # noqa: ANN401
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


if __name__ == "__main__":
    make_gallery().run(port=8123)
