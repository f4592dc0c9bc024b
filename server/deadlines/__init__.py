"""When a hand-in counts and for how much: the line of an assignment, and each student's own."""
