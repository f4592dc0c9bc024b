"""The doors of the clock: extensions, edited dates, time tokens, and why points are what they are."""
