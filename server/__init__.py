"""The web server of Házi."""
