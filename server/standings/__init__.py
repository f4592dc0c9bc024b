"""What counts now: for each student and assignment one row, and the decisions of staff that it follows from."""
