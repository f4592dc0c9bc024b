"""Leaderboard, overview, and the rules that rank."""
