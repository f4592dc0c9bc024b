"""The grader's command line: grade on this machine, verify an assignment, print a report."""
