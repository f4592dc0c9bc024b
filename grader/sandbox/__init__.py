"""The only place that starts a process on student code: walls, limits and named endings."""
