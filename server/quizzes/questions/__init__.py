"""The questions of a quiz: rendered, presented, answers parsed and scored."""
