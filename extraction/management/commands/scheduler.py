"""``manage.py scheduler``: sweeps every ``SWEEP_INTERVAL_SECONDS`` until it is stopped. Several may run at once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.db.utils import InterfaceError, OperationalError
from redis.exceptions import RedisError

from common import heartbeat
from extraction import sweeper

log = structlog.get_logger(__name__)

HOUSEKEEPING_SECONDS = 600


class Command(BaseCommand):
    help = "Sweep regularly: lost work, vendors to learn about, reviews left undecided, orphaned files, old tokens."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        housekeeping_due = time.monotonic()
        while not stop.is_set():
            _survive(lambda: heartbeat.beat("scheduler"))
            _survive(sweeper.sweep)
            _survive(sweeper.teach)
            _survive(sweeper.tidy)
            if time.monotonic() >= housekeeping_due:
                _survive(sweeper.housekeep)
                housekeeping_due = time.monotonic() + HOUSEKEEPING_SECONDS
            stop.wait(settings.SWEEP_INTERVAL_SECONDS)


def _survive(step: Callable[[], dict[str, int] | None]) -> None:
    """Do it; log what it changed. Whatever goes wrong is tried again next time: nothing else looks after lost work."""
    try:
        counts = step()
        if counts and any(counts.values()):
            log.info("swept", **counts)
    except (OperationalError, InterfaceError, RedisError) as error:
        log.warning("sweep.postponed", error=str(error))
    except Exception:
        log.exception("sweep.failed")
    finally:
        close_old_connections()
