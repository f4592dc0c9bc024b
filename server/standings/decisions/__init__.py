"""Decisions of staff about a student's work, and what a student chooses: made, listed, worded."""
