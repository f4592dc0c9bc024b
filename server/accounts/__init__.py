"""People of the course: roles, passwords, invitations, tokens, roster."""
