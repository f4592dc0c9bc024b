"""Codes of a room: PIN, rotating join code, and the guard against guessing them."""
