"""Quizzes: in the lecture, where phones join, and afterwards, at everybody's own pace."""
