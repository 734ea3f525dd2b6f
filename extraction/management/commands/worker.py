"""``manage.py worker``: reads documents. ``manage.py worker --ocr``: recognises text in pictures of it.

A service needs at least one of each, kept alive by a supervisor (``make run``, or the restart policy of
``docker-compose.yml``). This chooses queues and sizes and then runs Dramatiq: this process becomes the master of one
worker process, whose threads each look after a reading process. When the worker process dies, the master exits as
well; when the master dies, the worker process notices and stops.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from dramatiq import cli

from extraction.models import LEARNING, Queue

RECOGNITION: tuple[str, ...] = (Queue.OCR, Queue.OCR_LOW)
DIGITAL: tuple[str, ...] = (Queue.DEFAULT, Queue.LOW, LEARNING)
"""Queues of a worker with ``--ocr`` and of one without."""

SHUTDOWN_SECONDS = 10
"""What a worker gets to finish. A job that takes longer is not lost: its lease runs out and it is started again."""


class Command(BaseCommand):
    help = "Work on documents until stopped (SIGTERM). Start one without and one with --ocr."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ocr", action="store_true", help="recognise text in pictures; nothing else")
        parser.add_argument(
            "--threads",
            type=int,
            help="documents at the same time (default: one with --ocr, otherwise one a core and at least two, "
            "so that a document which takes long does not hold up all others)",
        )

    def handle(self, *args: Any, ocr: bool, threads: int | None, **options: Any) -> None:
        sys.exit(cli.main(arguments(*(RECOGNITION if ocr else DIGITAL), threads=threads or default_threads(ocr))))  # type: ignore[no-untyped-call]


def default_threads(ocr: bool) -> int:
    return 1 if ocr else max(2, os.cpu_count() or 2)


def arguments(*queues: str, threads: int) -> Namespace:
    """Dramatiq's own, for the worker of ``queues``. Its logging set-up is skipped: ours is in place."""
    modules = ("django_dramatiq.setup", "extraction.tasks", "--skip-logging")
    sizes = ("--processes", "1", "--threads", str(threads), "--worker-shutdown-timeout", str(SHUTDOWN_SECONDS * 1000))
    parser: ArgumentParser = cli.make_argument_parser()  # type: ignore[no-untyped-call]
    return parser.parse_args([*modules, *sizes, "--queues", *queues])
