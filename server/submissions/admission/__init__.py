"""Whether a hand-in is admitted: deadlines, tries that are left, and which older one it replaces."""
