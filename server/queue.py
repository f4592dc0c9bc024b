"""The way to the broker: jobs are sent by name, without knowing the code that runs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from itsdangerous import BadSignature
from kombu.entity import Queue
from kombu.exceptions import OperationalError
from kombu.transport import redis as redis_transport
from kombu.transport import virtual
from redis.exceptions import RedisError

from grader.contract import (
    CELERY_SETTINGS,
    QUEUE_CPU,
    QUEUE_GPU,
    QUEUE_REPORTS,
    TASK_GRADE,
    TASK_RECORD_MARK,
    GradeJob,
)
from grader.signing import sign
from server.signers import signer

CONNECT_S = 3.0
UNREACHABLE = (OperationalError, RedisError, OSError)
"""What sending may raise when the broker cannot be reached or takes nothing."""


class _QoS(redis_transport.QoS):
    """Counts a message as handled also where Redis cannot be told so.

    Kombu goes on counting it as at hand: with one message at a time, such a consumer asks for no more, has no
    open request whose failure it could see, and is deaf from then on.
    """

    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue=requeue)  # type: ignore[no-untyped-call]
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


redis_transport.Channel.QoS = _QoS


def broker_app(broker_url: str) -> Celery:
    """A Celery app of ours, with the settings that all programs share."""
    app = Celery("hazi", broker=broker_url)
    app.conf.update(CELERY_SETTINGS)
    # Queues are known by their names; what Redis would keep of their bindings is more than anybody needs.
    app.conf.task_queues = [
        Queue(name, routing_key=name, no_declare=True)  # type: ignore[no-untyped-call]
        for name in (QUEUE_REPORTS, QUEUE_CPU, QUEUE_GPU)
    ]
    return app


def sender(broker_url: str) -> Celery:
    """An app that only sends, and gives up soon when nobody answers."""
    app = broker_app(broker_url)
    patience = {"socket_connect_timeout": CONNECT_S, "socket_timeout": CONNECT_S}
    app.conf.broker_transport_options = CELERY_SETTINGS["broker_transport_options"] | patience
    return app


def send_mark(app: Celery, at: datetime, secret_keys: Sequence[str]) -> None:
    """Send a mark into the queue that graders report into, signed with the first key. Raises UNREACHABLE.

    Whoever could make one up could have the runs of others taken for lost.
    """
    mark = signer(secret_keys, "mark").sign(str(at.timestamp())).decode()
    app.send_task(TASK_RECORD_MARK, args=[{"mark": mark}], queue=QUEUE_REPORTS, retry=False)


def moment_of_mark(message: Mapping[str, Any], secret_keys: Sequence[str]) -> datetime:
    """The moment that a mark bears. Raises ValueError, TypeError or KeyError where it is none of ours."""
    try:
        at = signer(secret_keys, "mark").unsign(message["mark"])
    except BadSignature as error:
        raise ValueError("a mark that the server has not signed") from error
    return datetime.fromtimestamp(float(at), UTC)


def send_job(app: Celery, queue: str, job: GradeJob, key: Ed25519PrivateKey) -> None:
    """Sign a job and hand it to the broker. Raises UNREACHABLE.

    It does not expire: the clock of the grader would judge, and a wrong one would drop every job in silence.
    A job whose attempt is over by the time it is reached is run for nothing, but its report counts no more.
    """
    # Celery puts what it prints of the arguments into headers and logs: no key may be among it.
    app.send_task(TASK_GRADE, args=[sign(job, key).to_message()], queue=queue, retry=False, argsrepr=job.slug)
