"""`hazi-server dispatcher`: hands waiting gradings to the broker, and takes back what got lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Thread
from types import FrameType
from zoneinfo import ZoneInfo

import structlog
from celery import Celery
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import OperationalError

from server.broker import UNREACHABLE, send_job, send_mark, sender
from server.database import Database
from server.notifications import QUEUE_TOPIC, Hub, Notifier
from server.submissions.blob_expiry import Expiry
from server.submissions.queue.recording import reading_of
from server.submissions.queue.releasing import (
    Release,
    mark_sent,
    reconcile,
    release,
    send_again,
    take_back,
    unsent,
)
from server.submissions.queue.silence import MARK_EVERY
from server.submissions.uploads.cleanup import Janitor
from server.submissions.uploads.resumable import UploadStorage

log = structlog.get_logger()

LOOK_S = 1.0  # how often it looks although nobody rang
PAUSE_S = 3.0  # after a round that went wrong


class Dispatcher:
    """One round looks at everything; any number of dispatchers may run at once."""

    def __init__(
        self,
        database: Database,
        celery: Celery,
        notifier: Notifier,
        zone: ZoneInfo,
        clock: Callable[[], datetime],
        *,
        key: Ed25519PrivateKey,
        secret_keys: Sequence[str],
    ) -> None:
        self._key = key
        self._secret_keys = secret_keys
        self._database = database
        self._celery = celery
        self._notifier = notifier
        self._zone = zone
        self._clock = clock
        self._marked_at: datetime | None = None

    def round(self) -> int:
        """Reconcile, finish what a dead dispatcher began, release what is next. How many jobs were sent."""
        if not self._marked():
            return 0  # the broker is away: nothing can be sent, and nobody can be heard
        with self._database.write() as session:
            changed = reconcile(session, reading_of(session), self._clock())
            overdue = send_again(session, self._clock())
        if overdue:
            log.warning("jobs not begun", submissions=overdue)
        self._notifier.notify(*changed)
        with self._database.write() as session:  # the key of a job may have to be made
            left_over = unsent(session, self._clock())
        sent = self._send(left_over)  # what cannot be sent stays unsent: a grader may have it already
        if sent < len(left_over):
            return sent  # the broker is away: nothing more is released
        with self._database.write() as session:
            releases = release(session, self._zone, self._clock())
        fresh = self._send(releases)
        if fresh < len(releases):
            with self._database.write() as session:
                # The first of them may have arrived although no answer came: it is sent again, as it is.
                for one in releases[fresh + 1 :]:
                    take_back(session, one)
        return sent + fresh

    def _marked(self) -> bool:
        """Say into the queue of reports what time it is: who reads it has read all that came before.

        Whether that could be sent, or was a moment ago.
        """
        now = self._clock()
        if self._marked_at is not None and timedelta() <= now - self._marked_at < MARK_EVERY:
            return True
        try:
            send_mark(self._celery, now, self._secret_keys)
        except UNREACHABLE as error:
            log.warning("broker", problem=str(error))
            return False
        self._marked_at = now
        return True

    def _send(self, releases: Sequence[Release]) -> int:
        """Publish after the commit, until the broker does not take one."""
        sent = 0
        for one in releases:
            if not self._publish(one):
                break
            with self._database.write() as session:
                mark_sent(session, one, self._clock())
            self._notifier.notify(one.submission_id)
            sent += 1
        return sent

    def _publish(self, one: Release) -> bool:
        try:
            send_job(self._celery, one.queue, one.job, self._key)
        except UNREACHABLE as error:
            log.warning("broker", submission=one.submission_id, problem=str(error))
            return False
        return True


def run_dispatcher(
    storage: UploadStorage,
    broker_url: str,
    zone: ZoneInfo,
    clock: Callable[[], datetime],
    *,
    key: Ed25519PrivateKey,
    secret_keys: Sequence[str],
    expiry: Expiry | None = None,
    chores: Mapping[str, Callable[[], object]] | None = None,
) -> None:
    """Dispatch until SIGTERM or SIGINT. A database that is away is waited for.

    `chores` are looked at every second or so, each in a thread of its own.
    """
    hub, notifier, celery = Hub(broker_url), Notifier(broker_url), sender(broker_url)
    dispatcher = Dispatcher(storage.database, celery, notifier, zone, clock, key=key, secret_keys=secret_keys)
    janitor = Janitor(storage, clock, expiry)
    _stop_on_signal(hub)
    # Each on its own: clearing a bucket takes minutes, and runs must not be taken for lost meanwhile.
    for name, look in {"tidying": janitor.look, **(chores or {})}.items():
        Thread(target=_keep_looking, args=(name, look, hub), name=name, daemon=True).start()
    log.info("dispatcher", state="started")
    with hub.subscribe(QUEUE_TOPIC) as subscription:
        while not hub.closing:
            if attempt(dispatcher.round, "round"):
                subscription.wait(LOOK_S)
            else:
                hub.wait_for_end(PAUSE_S)
    notifier.close()
    celery.close()
    log.info("dispatcher", state="stopped")


def _keep_looking(name: str, look: Callable[[], object], hub: Hub) -> None:
    while not hub.closing:
        hub.wait_for_end(LOOK_S if attempt(look, name) else PAUSE_S)


def attempt(step: Callable[[], object], name: str) -> bool:
    """Whether a step went well. What went wrong is logged, for the next may go better.

    That the database is away is no fault of the step: it is said in one line.
    """
    try:
        step()
    except OperationalError as error:
        log.warning("database", what=name, problem=str(error.orig))
    except Exception:
        log.exception("not done", what=name)
    else:
        return True
    return False


def _stop_on_signal(hub: Hub) -> None:
    """End everything when told to, from a thread of its own.

    A handler would interrupt whatever holds the locks that closing needs, and wait for it for ever. So the
    handlers do nothing, and what wakes the thread is the byte that Python writes for each signal.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _do_nothing)

    def wait() -> None:
        os.read(reading, 1)
        hub.close()

    Thread(target=wait, name="signals", daemon=True).start()


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """As a handler."""
