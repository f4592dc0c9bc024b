"""Trusted code that handles untrusted code: fetch, sandbox, score, report. No database, no web framework."""
