"""Deadlines as pages and API: extensions, edited dates, time tokens, and explanations of points."""
