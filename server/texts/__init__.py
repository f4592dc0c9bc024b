"""Texts of people: forms of Unicode, formulas."""
