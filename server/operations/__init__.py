"""What operators and their programs need: health, metrics, start-up checks, the options of gunicorn."""
