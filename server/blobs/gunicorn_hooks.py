"""What gunicorn reads for the blob server."""

from __future__ import annotations

import os

from grader import logs
from server.gunicorn_hooks import Log

control_socket_disable = True  # it would lie in the home folder, see server/gunicorn_hooks.py
logger_class = Log
logs.configure(logs.secrets_in(os.environ))
