"""Courses: the row of each, and who is enrolled in it."""
