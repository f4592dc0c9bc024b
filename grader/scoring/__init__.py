"""From predictions to points: shares, measures, charts, findings."""
