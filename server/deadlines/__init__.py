"""Deadlines: when a hand-in counts and for how much; schedules of assignments and of single students."""
