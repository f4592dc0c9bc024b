"""What the other features may ask of quizzes, and what the command line does with them."""

from __future__ import annotations

from server.quizzes.publishing import QuizOutcome, QuizResult, sync_quizzes

__all__ = ["QuizOutcome", "QuizResult", "sync_quizzes"]
