"""What counts now, for each student and assignment, and the decisions of staff that it follows from."""
