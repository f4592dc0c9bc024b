"""The broker: its queues and tasks, how often a grader is heard, and the settings of every program on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

QUEUE_CPU = "grade.cpu"
QUEUE_GPU = "grade.gpu"
QUEUE_REPORTS = "reports"

TASK_GRADE = "grader.grade"
TASK_RECORD_EVENTS = "server.record_events"
TASK_RECORD_MARK = "server.record_mark"  # of the server for itself: server/submissions/queue/silence.py
TASK_RECORD_REPORT = "server.record_report"
TASK_RECORD_RETURN = "server.record_return"
TASK_RECORD_WORKER = "server.record_worker"

HEARTBEAT_S = 5.0
"""A grader says at least this often, in seconds, that a run is alive."""
LEASE_S = 30.0
"""A run that was silent for this long, in seconds, is taken for lost and given to another worker."""

CELERY_SETTINGS: Mapping[str, Any] = {
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_publish_retry": True,
    "task_create_missing_queues": True,
    "worker_prefetch_multiplier": 1,
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    "broker_connection_retry_on_startup": True,
    # The shortest visibility timeout of all programs on one broker wins, so there is one for all:
    # longer than the longest wall limit, or a healthy run would be delivered twice.
    # A connection that died in silence (a router, a suspended machine) is given up and opened anew: what is
    # sent waits for socket_timeout; kombu drops a consumer's when an answer is late by health_check_interval.
    # socket_timeout has to be longer than the 10 s for which Redis keeps a consumer waiting.
    "broker_transport_options": {
        "visibility_timeout": 4 * 3600,
        "socket_connect_timeout": 5,
        "socket_timeout": 30,
        "socket_keepalive": True,
        "health_check_interval": 15,
    },
}
"""The Celery settings of every program on the broker; each adds only its broker_url and its queues."""
