"""Practice: what of an assignment may travel to a student's machine, and grading with it there."""
