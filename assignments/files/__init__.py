"""Files that people hand in: which there are, and how tables are read."""
