"""A made-up live quiz: what its screens are sent, scene by scene."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from assignments.quiz import Question, Quiz
from assignments.quiz_reading import read_quiz
from server.quizzes.attendance import Rule
from server.quizzes.authoring.editor import Draft
from server.quizzes.authoring.quiz_form import document_of
from server.quizzes.formats.result import Note, NoteKind
from server.quizzes.pages import ReplayCard, RoomCard, qr_code
from server.quizzes.questions.presenting import answer_shown, question_shown, sent_again
from server.quizzes.questions.published import PlayableQuestion, PlayableQuiz, Variant
from server.quizzes.questions.rendering import rendered
from server.quizzes.questions.scoring import NO_RULINGS
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.questions.type_rules import rules_of
from server.quizzes.refusals import BadQuiz
from server.quizzes.reports.history import Asked, Game, QuestionHistory
from server.quizzes.reports.participation import Attendance, Participation, Week
from server.quizzes.reports.question_history import QuestionReport, QuizHistory
from server.quizzes.reports.results_page import PlayerCard, QuestionCard, ReplayRow, TrailLine
from server.quizzes.reports.statistics import Concept, ItemStatistics
from server.quizzes.room.scores import PlayerResult
from server.quizzes.room.state import AnswerRow
from server.quizzes.room.tallies import tally
from tests.server.builders import NOON
from tests.server.pages.made_up import PEOPLE

TOML = r"""
slug = "week-5"
title = { en = "Week 5: everything at once", hu = "5. hét: minden egyszerre" }

[[question]]
id = "single"
type = "single"
text = { en = '''What is the derivative of $\max(0, x)$ at $x = -2$?
```python
y = torch.relu(x)
```''', hu = '''Mennyi $\max(0, x)$ deriváltja az $x = -2$ helyen?
```python
y = torch.relu(x)
```''' }
options = [
  { text = "0", correct = true, feedback = { en = "It is flat there.", hu = "Ott vízszintes." } },
  { text = "1", feedback = { en = "That is for positive inputs.", hu = "Az pozitív bemenetre igaz." } },
  { text = "$-2$" },
  { text = { en = "It has none", hu = "Nincs neki" } },
]
explanation = { en = 'It is 0: $\frac{\partial y}{\partial x} = 0$.', hu = 'Nulla: $\partial y = 0$.' }
tags = ["relu"]

[[question]]
id = "multiple"
type = "multiple"
text = { en = "Which are zero for negative inputs?", hu = "Melyik nulla negatív bemenetre?" }
options = [{ text = "ReLU", correct = true }, "Leaky ReLU", { text = "ReLU6", correct = true }, "Softplus"]

[[question]]
id = "truth"
type = "true-false"
text = { en = "Pooling has weights.", hu = "A poolingnak vannak súlyai." }
correct = false

[[question]]
id = "number"
type = "numeric"
text = { en = "How long is a step?", hu = "Mekkora egy lépés?" }
accepted = [{ value = 0.53, tolerance = 0.01 }]
unit = "mm"

[[question]]
id = "text"
type = "text"
text = { en = "Who made LeNet?", hu = "Ki készítette a LeNetet?" }
accepted = ["LeCun"]

[[question]]
id = "ordering"
type = "ordering"
text = { en = "Order the layers of LeNet-5.", hu = "Rakd sorba a LeNet-5 rétegeit!" }
items = ["C1", "S2", "C3", "S4"]

[[question]]
id = "matching"
type = "matching"
text = { en = "What belongs together?", hu = "Mi tartozik össze?" }
pairs = [{ left = "ReLU", right = "Kaiming" }, { left = "tanh", right = "Glorot" }]
distractors = ["LeCun"]

[[question]]
id = "shape"
type = "shape"
text = { en = "Which shape comes out?", hu = "Milyen alak jön ki?" }
shape = [64, 6, 28, 28]

[[question]]
id = "cell"
type = "cell"
text = { en = "Mark the false negatives of rocket.", hu = "Jelöld meg a rocket hamis negatívjait!" }
classes = ["rocket", "car", "airplane"]
matrix = [[15, 3, 8], [4, 23, 1], [9, 2, 19]]
cells = [[0, 1], [0, 2]]
"""
ANSWERS: dict[str, Any] = {
    "single": [0, 0, 1, 3],
    "multiple": [[0, 2], [0], [1, 3]],
    "truth": [False, True, False],
    "number": [0.53, 0.5, 0.53],
    "text": ["LeCun", "lecun", "<b>Hinton</b>"],
    "ordering": [[0, 1, 2, 3], [1, 0, 2, 3]],
    "matching": [[0, 1], [2, 1]],
    "shape": [[64, 6, 28, 28], [64, 1, 28, 28]],
    "cell": [[[0, 1], [0, 2]], [[1, 0]]],
}
QUIZ: Quiz = read_quiz(TOML, ZoneInfo("Europe/Budapest"))
QUESTIONS = [one for one in QUIZ.questions if isinstance(one, Question)]
PLAYABLE = PlayableQuiz(
    1, 1, QUIZ, tuple(PlayableQuestion(one.id, (Variant(one, rendered(one)),)) for one in QUESTIONS)
)
ROOMS = [RoomCard("123456", "week-5", NOON, over=False), RoomCard("654321", "week-5", NOON, over=True)]
REPLAYS = [ReplayCard("654321", QUIZ.title, NOON, NOON)]
QR = qr_code("https://hazi.example.org/live/123456")
NICKNAMES = ["Bátor Borz", "Ötletes Tapír", "Kíváncsi Jegesmedve"]
SEED = "gallery"
DOCUMENT = document_of(TOML, ZoneInfo("Europe/Budapest"))
MISSING = BadQuiz("quiz, line 9: question[2].text.en: is missing", problem="is missing")
WRONG_FORM = Draft(TOML, DOCUMENT, refusal=MISSING, field="question[2].text.en")
WRONG_DRAFT = Draft(TOML, refusal=BadQuiz("quiz, line 7: question[0].type: is missing"), line=7)
IMPORTED = Draft(
    TOML,
    DOCUMENT,
    notes=(
        Note(12, NoteKind.SKIPPED, "Essays are not asked in a quiz.", "Explain <b>dropout</b>"),
        Note(31, NoteKind.WARNING, "A decimal comma was read as a point.", "How long is it?"),
    ),
    summary="9 / 10",
)
FAR = 4_102_444_800_000  # 2100, in milliseconds: a clock that has long to run


def _facts(place: int, phase: str) -> dict[str, Any]:
    return {
        "now": FAR - 20_000,
        "v": 7,
        "version": 1,
        "phase": phase,
        "title": QUIZ.title.hu,
        "of": len(PLAYABLE.questions),
        "number": place + 1,
        "vote": 1,
        "round": PLAYABLE.questions[place].id,
        "change": True,
        "game": "kahoot",
        "opens_at": FAR - 30_000,
        "closes_at": FAR if phase == "question" else FAR - 25_000,
    }


def phone_sees(scene: str, language: str) -> dict[str, Any]:
    """A snapshot for a phone: a scene is a phase, or a question's id with its phase, as `cell-reveal`."""
    name, _, phase = scene.rpartition("-")
    me: dict[str, Any] = {"nickname": NICKNAMES[0], "place": 2, "points": 1874, "players": 31}
    if not name:
        return {**_facts(0, scene), "me": me}
    place = PLAYABLE.index_of(name) or 0
    question = PLAYABLE.questions[place]
    variant, order = question.variants[0], shown_order(question.question, SEED)
    shown = _facts(place, phase) | {"question": question_shown(variant, language, order)}
    if phase == "reveal":
        shown["answered"] = answer_shown(variant, language, order, NO_RULINGS)
        me |= {"credit": 0.5, "earned": 437, "n": 1}
    return {**shown, "me": me}


def participated() -> dict[str, Any]:
    """What the page of participation gets."""
    weeks = tuple(Week(f"week-{at}", QUIZ.title) for at in range(5, 12))
    rows = tuple(
        Attendance(who, tuple((at + week) % 3 > 0 for week in range(7)), 0.9 - at / 10)
        for at, who in enumerate(PEOPLE)
    )
    return {"table": Participation(weeks, rows), "rule": Rule(), "keep": 5}


def remembered() -> dict[str, Any]:
    """What the page of a quiz's history gets."""
    room = Game(NOON, 31, 0.62, pin="123456")
    report = Game(NOON - timedelta(days=370), 24, None, report=1, title="<i>5. hét</i> 2025")
    asked = (Asked(report, 24, 9, None, None, None), Asked(room, 30, 21, 0.68, 0.31, 0.4))
    questions = tuple(
        QuestionHistory(one.id, one.variants[0].html["hu"]["text"], at < 8, ("relu",), asked[at % 3 :])
        for at, one in enumerate(PLAYABLE.questions)
    )
    found = QuizHistory(
        games=(room, report),
        questions=questions,
        concepts=(Concept("relu", 3, 0.41),),
        reports=(
            QuestionReport(report, ((1, "Mennyi max(0, x) deriváltja?", "single"), (2, "<b>Ki?</b>", None))),
        ),
    )
    return {
        "quiz": QUIZ,
        "found": found,
        "sort": "quiz",
        "questions": questions,
        "refusal": None,
        "today": NOON,
    }


def again(scene: str) -> dict[str, Any]:
    """What the page of a replay gets."""
    return {"pin": scene, "title": QUIZ.title, "until": NOON, "cap": 0.5, "counts": True}


def replay_sees(scene: str, language: str) -> dict[str, Any]:
    """Where a student stands in a replay: at the beginning, or looking back on all of it."""
    review = [
        {
            "id": one.id,
            "question": question_shown(one.variants[0], language, order),
            "answered": answer_shown(one.variants[0], language, order, NO_RULINGS),
            "answer": sent_again(one.variants[0], ANSWERS[one.id][1], order, language),
            "credit": 0.5,
        }
        for one in PLAYABLE.questions
        for order in [shown_order(one.question, SEED)]
    ]
    done = scene == "review"
    return {
        "open": True,
        "attempt": 1,
        "of": len(review),
        "number": 1,
        "question_id": None if done else review[0]["id"],
        "question": None if done else review[0]["question"],
        "credit": 0.62 if done else None,
        "earned": 0.5 if done else None,
        "may_repeat": done,
        "review": review if done else [],
    }


def staff_see(scene: str, language: str) -> dict[str, Any]:
    """A snapshot for the wall and the remote."""
    name, _, phase = scene.rpartition("-")
    place = (PLAYABLE.index_of(name) or 0) if name else 0
    question = PLAYABLE.questions[place]
    variant, order = question.variants[0], shown_order(question.question, SEED)
    given = [AnswerRow(content, 1, float(at == 0), 0) for at, content in enumerate(ANSWERS[question.id])]
    return _facts(place, phase or scene) | {
        "pin": "123456",
        "locked": True,
        "word": "tulipán",
        "variants": 2,
        "joined": 31,
        "answered": 12,
        "nicknames": NICKNAMES,
        "top": [{"place": at + 1, "nickname": one, "points": 900 - at} for at, one in enumerate(NICKNAMES)],
        "question": question_shown(variant, language, order),
        "answered_by": answer_shown(variant, language, order, NO_RULINGS),
        "tally": tally(question, given, order, language),
        "before": tally(question, given[::-1][:2], order, language),
    }


PEOPLE_SEEN: dict[str, Any] = {
    "connected": 1,
    "players": [
        {
            "id": at,
            "nickname": nickname,
            "neptun": f"ABC12{at}",
            "name": "<b>Kiss</b> Anna",
            "proof": "code" if at else "signed-in",
            "kicked": at == 2,
            "connected": [True, False, None][at],
        }
        for at, nickname in enumerate(NICKNAMES)
    ],
    "knocks": [
        {"id": 1, "kind": "device", "typed": "ABC123", "neptun": "ABC123", "name": "Nagy Péter"},
        {"id": 2, "kind": "near", "typed": "ABC124", "neptun": "ABC123", "name": "Nagy Péter"},
    ],
}


def read_quiz_page(language: str) -> list[dict[str, Any]]:
    """What the staff's page of a quiz gets."""
    shown = []
    for one in PLAYABLE.questions:
        order = range(26)[: len(shown_order(one.question, SEED))]
        variant = one.variants[0]
        question = question_shown(variant, language, order)
        shown.append(
            {
                "playable": one,
                "question": question,
                "answered": answer_shown(variant, language, order, NO_RULINGS),
            }
        )
    return shown


def after() -> dict[str, Any]:
    """What the page of results gets."""
    numbers = (
        ItemStatistics(31, 0.62, 0.58, 0.31),
        ItemStatistics(30, 0.1, 0.1, -0.2),
        ItemStatistics(0, None, None, None),
    )
    cards = [
        QuestionCard(
            id=shown["playable"].id,
            index=at,
            question=shown["question"],
            answered=shown["answered"],
            statistics=numbers[at % 3],
            counts=at != 1,
            decided_anew=at == 1,
            accept_field=rules_of(shown["playable"].question.body).accept_field,
        )
        for at, shown in enumerate(read_quiz_page("hu"))
    ]
    facts = {"proof": "code", "kicked": False, "counts": True, "rank": 1, "answered": 9, "correct": 7}
    players = [
        PlayerCard(
            PlayerResult(at, who, nickname=at, credit=0.9 - at / 4, points=1000, **facts), present=at == 0
        )
        for at, who in enumerate(PEOPLE[:3])
    ]
    return {
        "pin": "123456",
        "title": QUIZ.title,
        "opened_at": NOON,
        "players": players,
        "questions": cards,
        "concepts": [Concept("vanishing-gradient", 2, 0.31), Concept("relu", 1, 0.8)],
        "rule": Rule(),
        "replays": [ReplayRow(PEOPLE[3], 9, 0.5)],
        "replay_until": NOON,
        "replay_cap": 0.5,
        "counts": "discarded",
        "trail": [
            TrailLine(NOON, "<b>Kovács</b> Éva", "rule", {"question": "truth", "kind": "void", "up": 0})
        ],
    }
