"""``manage.py worker``: reads documents. ``manage.py worker --ocr``: recognises text in pictures of it.

A service needs at least one of each, kept alive by a supervisor (``make run``, or the restart policy of
``docker-compose.yml``). This only chooses queues and sizes, and then becomes Dramatiq: a master process with one worker
process, whose threads each look after a reading process. When the worker process dies, the master exits as well;
when the master dies, the worker process notices and stops.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentDefaultsHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from extraction.models import Queue

SHUTDOWN_SECONDS = 10
"""What a worker gets to finish. A job that takes longer is not lost: its lease runs out and it is started again."""


class Command(BaseCommand):
    help = "Work on documents until stopped (SIGTERM). Start one without and one with --ocr."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = ArgumentDefaultsHelpFormatter
        parser.add_argument("--ocr", action="store_true", help="recognise text in pictures; nothing else")
        parser.add_argument(
            "--threads",
            type=int,
            help="documents at the same time (default: one with --ocr, otherwise one a core and at least two, "
            "so that a document which takes long does not hold up all others)",
        )

    def handle(self, *args: Any, ocr: bool, threads: int | None, **options: Any) -> None:
        queues = (Queue.OCR, Queue.OCR_LOW) if ocr else (Queue.DEFAULT, Queue.LOW)
        count = threads or (1 if ocr else max(2, os.cpu_count() or 2))
        # A claim's renewal uses a connection of its own beside the worker's.
        os.environ.setdefault("DATABASE_POOL_SIZE", str(2 * count + 1))
        os.environ.setdefault("dramatiq_restart_delay", "1000")  # milliseconds until a lost broker is tried again
        os.execv(sys.executable, command(*queues, threads=count))  # noqa: S606  its arguments are ours


def command(*queues: Queue, threads: int) -> list[str]:
    """The command line of the worker for ``queues``."""
    modules = ("django_dramatiq.setup", "extraction.tasks")
    sizes = ("--processes", "1", "--threads", str(threads), "--worker-shutdown-timeout", str(SHUTDOWN_SECONDS * 1000))
    return [sys.executable, "-m", "dramatiq", "--skip-logging", *modules, *sizes, "--queues", *queues]
