"""What the tool prints: report cards, tables, curves, and a run redrawn in place."""
