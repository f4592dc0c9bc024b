"""Formats of other quiz programs: reading and writing their files, and naming what is lost."""
