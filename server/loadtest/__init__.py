"""Load test of the live quiz: a hall of phones plays against a server that is started for it."""
