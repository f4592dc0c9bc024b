"""Quizzes written and published: the editor in the browser, and the files of the course."""
