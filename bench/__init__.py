"""How much the product costs beside a bare program that does the same: ratios measured in one run."""
