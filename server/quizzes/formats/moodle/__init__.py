"""Moodle XML: question banks as Moodle exports them, and what of them a live quiz can ask."""
