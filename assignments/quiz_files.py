"""The quizzes of a course's folder: `quizzes/<slug>.toml`, each by itself."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from assignments.quiz import GeneratedQuestion, Quiz
from assignments.quiz_reading import read_quiz
from assignments.toml.fields import SpecError, error_at

FOLDER = "quizzes"


def quiz_files(root: Path) -> dict[str, Path]:
    """The file of each quiz by slug, broken or not."""
    return {path.stem: path for path in sorted((root / FOLDER).glob("*.toml"))}


def read_quiz_file(path: Path, zone: ZoneInfo) -> tuple[Quiz, str]:
    """The quiz that a file describes, and its text. Raises SpecError."""
    file = f"{FOLDER}/{path.name}"
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise SpecError(file, 1, "quiz", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SpecError(file, 1, "quiz", "is not UTF-8") from error
    quiz = read_quiz(text, zone, file=file)
    if quiz.slug != path.stem:
        raise error_at(text, file, "slug", f"must be the name of the file, {path.stem!r}")
    for at, question in enumerate(quiz.questions):
        if isinstance(question, GeneratedQuestion) and not (path.parent / question.file).is_file():
            problem = f"there is no file {question.file!r} beside the quiz"
            raise error_at(text, file, f"question[{at}].generate", problem)
    return quiz, text
