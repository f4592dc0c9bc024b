"""The gradings of a submission: which one is in force, regrades, and the final draw."""
