"""When something is due for whom, and what lateness leaves: rules alone, without rows or clock."""
