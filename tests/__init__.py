"""Tests of Házi: a folder for each room, and whole journeys through all of them."""
