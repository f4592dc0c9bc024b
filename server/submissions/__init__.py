"""Handing in, the queue, and the reports that come back."""
