"""What is graded: published assignments, submissions, and the gradings of each that are in force."""
