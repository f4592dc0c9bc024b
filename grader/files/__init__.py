"""Handed-in files: unpacked and checked before anything runs."""
