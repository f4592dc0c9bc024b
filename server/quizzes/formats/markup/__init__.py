"""What HTML of other programs has beyond Markdown: formulas, raised text, superfluous line breaks."""
