"""`Body`: the base class of that part of a question which only its type has."""

from __future__ import annotations


class Body:
    """What a question asks for beyond its text. Its class says of which type the question is."""

    __slots__ = ()
