"""The commands of `hazi`, a module for each group."""
