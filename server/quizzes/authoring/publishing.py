"""Publishing quizzes: from the files of the course, and from the editor in the browser."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignments
from assignments.json_reading import read_json
from assignments.quiz import GeneratedQuestion, Question, Quiz
from assignments.quiz_files import FOLDER, quiz_files, read_quiz_file
from assignments.quiz_reading import read_quiz
from assignments.toml.fields import SpecError, error_at
from assignments.variants import variants
from server.database import Database
from server.errors import BadInput
from server.quizzes.models import PublishedQuiz, QuizVersion
from server.quizzes.pictures.collection import overflow
from server.quizzes.pictures.picture import MOST_BYTES, NAME, address_of, shown_at
from server.quizzes.questions.published import content_of
from server.quizzes.questions.rendering import RenderingError
from server.quizzes.refusals import BadQuiz
from server.store import Store

VARIANTS = 100  # of each generated question: who guesses a neighbour's is right in one of a hundred
DRAW_S = 20  # for all variants of one question


class QuizResult(StrEnum):
    """What publishing did with one file."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # was edited in the browser since: the file is older
    BROKEN = "broken"  # the version in force stays


@dataclass(frozen=True, slots=True)
class QuizOutcome:
    """What became of one quiz; `problem` names file, line and field."""

    slug: str
    result: QuizResult
    problem: str = ""


@dataclass(frozen=True, slots=True)
class QuizAuthor:
    """Who publishes from the browser, when, and where the course's functions lie."""

    user_id: int
    course_id: int
    course: Path
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class _Source:
    quiz: Quiz
    toml: str
    digest: str  # of the text, its pictures and the functions it draws from
    content: dict[str, Any]
    pictures: Mapping[str, bytes]  # those that it shows, by name


def sync_quizzes(
    database: Database, store: Store, folder: Path, zone: ZoneInfo, now: datetime, *, course_id: int
) -> list[QuizOutcome]:
    """Publish every quiz of a course's folder. A broken one hides no other.

    A quiz that was edited in the browser is replaced only by a file that has changed since it was last taken.
    """
    with database.read() as session:
        known = _known(session, course_id)
    found = [_read_file(path, zone, known) for path in quiz_files(folder).values()]
    for one in found:
        if isinstance(one, _Source):
            _keep(store, one)
    with database.write() as session:
        return [
            one if isinstance(one, QuizOutcome) else _publish_file(session, course_id, one, now)
            for one in found
        ]


def publish_text(
    database: Database, store: Store, toml: str, pictures: Mapping[str, bytes], author: QuizAuthor
) -> str:
    """Publish what somebody edited in the browser, with its pictures; returns its slug. Raises BadQuiz.

    What takes long, drawing the variants, is done before the database is written to.
    """
    try:
        quiz = read_quiz(toml, author.zone, file="quiz")
    except SpecError as error:
        raise mistaken(error) from None
    try:
        source = _source(quiz, toml, author.course / FOLDER, pictures)
    except RenderingError as error:
        raise _mistaken_question(quiz, toml, error.question, str(error)) from None
    except SpecError as error:  # of one of many variants, "sum, variant 3.accepted"
        raise _mistaken_question(quiz, toml, error.field.partition(",")[0], str(error)) from None
    _keep(store, source)
    with database.write() as session:
        published = _published(session, author.course_id, quiz.slug)
        published.version = _version(session, author.course_id, source, author.now, author.user_id)
    return quiz.slug


def mistaken(error: SpecError) -> BadInput:
    """The refusal that says where in the text, and in which field of the form."""
    return BadQuiz(str(error), line=error.line, field=error.field, problem=error.problem)


def variants_of(
    generated: GeneratedQuestion, beside: Path, file: str, count: int = VARIANTS
) -> Sequence[Question]:
    """The question with values drawn in a process of its own. Raises SpecError."""
    path, name = beside / generated.file, f"{generated.file}:{generated.function}"
    if not path.is_file():
        raise SpecError(file, 1, generated.id, f"there is no file {generated.file!r} beside the quizzes")
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "assignments.variants", str(path), generated.function, "0", str(count)],
            capture_output=True,
            check=False,
            timeout=DRAW_S,
            cwd=Path(assignments.__file__).parent.parent,
        )
    except subprocess.TimeoutExpired:
        raise SpecError(file, 1, generated.id, f"{name} took longer than {DRAW_S} s") from None
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise SpecError(file, 1, generated.id, f"{name} ended with {said:.200}")
    return variants(generated, read_json(ended.stdout), file=file)


def _mistaken_question(quiz: Quiz, toml: str, question: str, problem: str) -> BadInput:
    """The refusal that points at a question, of which nobody knows the field."""
    return mistaken(_error_in(quiz, toml, "quiz", question, problem))


def _error_in(quiz: Quiz, toml: str, file: str, question: str, problem: str) -> SpecError:
    at = next((at for at, one in enumerate(quiz.questions) if one.id == question), None)
    return error_at(toml, file, "question" if at is None else f"question[{at}]", problem)


def _known(session: Session, course_id: int) -> dict[str, QuizOutcome]:
    """By the digest of the file taken last of each quiz: what is to be said when it comes again."""
    rows = select(PublishedQuiz.slug, PublishedQuiz.file_digest, QuizVersion.author_id)
    rows = rows.join(QuizVersion, QuizVersion.id == PublishedQuiz.version_id)
    rows = rows.where(PublishedQuiz.course_id == course_id)
    return {
        digest: QuizOutcome(slug, QuizResult.UNCHANGED if author_id is None else QuizResult.KEPT)
        for slug, digest, author_id in session.execute(rows)
    }


def _read_file(path: Path, zone: ZoneInfo, known: Mapping[str, QuizOutcome]) -> _Source | QuizOutcome:
    """The file, drawn, which takes a while; or at once what is said of one that has not changed."""
    try:
        quiz, text = read_quiz_file(path, zone)
        pictures = _pictures_beside(path)
        try:
            digest = _digest(quiz, text, path.parent, pictures)
            return known.get(digest) or _source(quiz, text, path.parent, pictures)
        except RenderingError as error:
            raise _error_in(quiz, text, f"{FOLDER}/{path.name}", error.question, str(error)) from error
    except SpecError as error:
        return QuizOutcome(path.stem, QuizResult.BROKEN, str(error))


def _pictures_beside(path: Path) -> dict[str, bytes]:
    """The pictures in the folder that has the quiz's name; of one that is too large only the beginning."""
    found = {}
    for file in sorted(path.with_suffix("").glob("*")):
        if NAME.fullmatch(file.name) and file.is_file():
            with file.open("rb") as stream:
                found[file.name] = stream.read(MOST_BYTES + 1)
    return found


def _source(quiz: Quiz, toml: str, beside: Path, pictures: Mapping[str, bytes]) -> _Source:
    """The quiz drawn with those of the pictures that it shows. Raises RenderingError and SpecError."""
    made = {one.id: variants_of(one, beside, f"{quiz.slug}.toml") for one in _generated(quiz)}
    digest = _digest(quiz, toml, beside, pictures)
    blobs = {name: sha256(content).hexdigest() for name, content in pictures.items()}
    shown = {name: shown_at(address_of(digest, blobs[name]), one) for name, one in pictures.items()}
    content = content_of(quiz, made, shown)
    drawn = json.dumps(content["questions"])
    used = {name: one for name, one in pictures.items() if shown[name].address in drawn}
    if overflow(list(used.values())):
        raise RenderingError("it shows more than 100 pictures, or more than 20 MiB of them")
    return _Source(quiz, toml, digest, content, used)


def _keep(store: Store, source: _Source) -> None:
    """Keep its pictures, before a row says that they are there; kept anew, none is removed meanwhile."""
    for content in source.pictures.values():
        store.keep(io.BytesIO(content), MOST_BYTES)


def _digest(quiz: Quiz, toml: str, beside: Path, pictures: Mapping[str, bytes]) -> str:
    """Of the text, of the functions that it draws from, and of the pictures that it may show."""
    digest = sha256(toml.encode())
    for file in sorted({one.file for one in _generated(quiz)}):
        digest.update((beside / file).read_bytes() if (beside / file).is_file() else b"")
    for name, content in sorted(pictures.items()):
        digest.update(name.encode() + sha256(content).digest())
    return digest.hexdigest()


def _generated(quiz: Quiz) -> list[GeneratedQuestion]:
    return [one for one in quiz.questions if isinstance(one, GeneratedQuestion)]


def _publish_file(session: Session, course_id: int, source: _Source, now: datetime) -> QuizOutcome:
    slug, published = source.quiz.slug, _published(session, course_id, source.quiz.slug)
    published.version = _version(session, course_id, source, now, None)
    published.file_digest = source.digest
    return QuizOutcome(slug, QuizResult.PUBLISHED)


def _published(session: Session, course_id: int, slug: str) -> PublishedQuiz:
    """The row of this quiz; a new one has no version yet and is added with it."""
    found = session.get(PublishedQuiz, (course_id, slug))
    if found is None:
        found = PublishedQuiz(course_id=course_id, slug=slug, file_digest="")
        session.add(found)
    return found


def _version(
    session: Session, course_id: int, source: _Source, now: datetime, author_id: int | None
) -> QuizVersion:
    """The version with this text: an old one that comes back is the one it was."""
    slug = source.quiz.slug
    with session.no_autoflush:
        known = session.scalar(
            select(QuizVersion).where(
                QuizVersion.course_id == course_id,
                QuizVersion.slug == slug,
                QuizVersion.digest == source.digest,
            )
        )
    if known is not None:
        return known
    return QuizVersion(
        course_id=course_id,
        slug=slug,
        digest=source.digest,
        toml=source.toml,
        content=source.content,
        pictures={name: sha256(one).hexdigest() for name, one in source.pictures.items()} or None,
        author_id=author_id,
        published_at=now,
    )
