"""Rings the workers. The database row is the work: a lost ring is repeated by the sweeper.

Each queue has one actor of the same name, so that a queue's name and the arguments are all a caller needs.
Ring only after the commit, so that the row can be seen by who hears.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import dramatiq
import structlog
from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

from common import heartbeat

log = structlog.get_logger(__name__)

BEATS: dict[str, heartbeat.Name] = {"default": "worker", "ocr": "ocr-worker"}
"""By which name a worker of a queue is known to be alive."""

stopping = threading.Event()
"""Set when this worker process is asked to stop: long work should end at the next good place."""


def ring(queue: str, *args: str, delay_ms: int = 0) -> bool:
    """Send at once; whether the broker took the message. A broker that is down is logged, never raised."""
    message: dramatiq.Message[None] = dramatiq.Message(
        queue_name=queue, actor_name=queue, args=args, kwargs={}, options={}
    )
    try:
        dramatiq.get_broker().enqueue(message, delay=delay_ms or None)
    except (BrokerError, RedisError, OSError) as error:
        log.warning("broker.unreachable", queue=queue, error=type(error).__name__)
        return False
    return True


def waiting(queue: str) -> int:
    """Messages of ``queue`` that no worker has fetched yet. Raises ``RedisError`` when the broker is down."""
    broker: Any = dramatiq.get_broker()
    return int(broker.client.llen(f"{broker.namespace}:{queue}"))


class WorkerLife(dramatiq.Middleware):
    """In each worker process: says that it is alive, and stops it when its master has died without stopping it."""

    def after_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        queues = worker.consumer_whitelist or BEATS
        names = [name for queue, name in BEATS.items() if queue in queues]
        threading.Thread(target=self._live, args=(names, os.getppid()), daemon=True).start()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        stopping.set()

    def _live(self, names: list[heartbeat.Name], master: int) -> None:
        beats = 0
        while not stopping.wait(1):
            if os.getppid() != master:
                os.kill(os.getpid(), signal.SIGTERM)  # a new master has new workers
                return
            if beats % heartbeat.INTERVAL_SECONDS == 0:
                _beat(names)
            beats += 1


def _beat(names: list[heartbeat.Name]) -> None:
    try:
        for name in names:
            heartbeat.beat(name)
    except RedisError as error:
        log.warning("heartbeat.not_sent", error=type(error).__name__)
