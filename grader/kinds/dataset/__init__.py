"""Kind `dataset`: a data set of the student's, read in the box and judged outside."""
