"""Kind `predictions`: a table of predictions, scored without running anything."""
