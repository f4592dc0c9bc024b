"""The published assignments: versions in force, their handouts, and the keys of their held-out data."""
