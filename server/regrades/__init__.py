"""Grading again what was handed in: beside the results in force, which stay until the new ones are applied."""
