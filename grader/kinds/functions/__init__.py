"""Kind `functions`: calls of a student's functions, compared with the reference."""
