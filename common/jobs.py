"""Rings the workers after commit. The database row is the work: a lost ring is repeated by the sweeper.

Each queue has one actor of the same name, so that a queue's name and the arguments are all a caller needs.
"""

from __future__ import annotations

import dramatiq
import structlog
from django.db import transaction
from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def ring_after_commit(queue: str, *args: str, delay_ms: int = 0) -> None:
    """Send ``args`` to the actor of ``queue`` once the transaction has committed."""
    transaction.on_commit(lambda: ring(queue, *args, delay_ms=delay_ms), robust=True)


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
