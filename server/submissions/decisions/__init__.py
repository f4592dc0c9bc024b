"""Pages and API with which staff act on a submission: cancel its run, or hand in for a student."""
