"""The report card of a run: its values, its charts, and what the API answers about it."""
