"""How each kind of homework is graded, as seen from outside the box: one module a kind."""
