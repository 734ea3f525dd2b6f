"""Rings the workers after commit. The database row is the work: a lost ring is repeated by the sweeper."""

from __future__ import annotations

from typing import Any

import dramatiq
import structlog
from django.db import transaction
from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def ring_after_commit(actor: dramatiq.Actor[..., Any], *args: str, delay_ms: int = 0) -> None:
    """Send ``args`` to ``actor`` once the transaction has committed. A broker that is down is logged, never raised."""
    transaction.on_commit(lambda: ring(actor, *args, delay_ms=delay_ms), robust=True)


def ring(actor: dramatiq.Actor[..., Any], *args: str, delay_ms: int = 0) -> bool:
    """Send at once; whether the broker took the message."""
    try:
        actor.send_with_options(args=args, delay=delay_ms or None)
    except (BrokerError, RedisError, OSError) as error:
        log.warning("broker.unreachable", actor=actor.actor_name, error=type(error).__name__)
        return False
    return True
