"""What all bodies of questions have in common: that they are one."""

from __future__ import annotations


class Body:
    """What a question asks for beyond its text. Its class says of which type the question is."""

    __slots__ = ()
