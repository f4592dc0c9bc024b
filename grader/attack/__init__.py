"""The attack pack's runner: hostile submissions through the one real path, and a look around after each."""
