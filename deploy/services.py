"""Which processes make up the service, and with which environment. ``docker-compose.yml`` runs the same ones."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from common.embedded import Server
from deploy.supervisor import Service

ROOT = Path(__file__).resolve().parent.parent
DJANGO = (sys.executable, "manage.py")
SHUTDOWN_SECONDS = 10
"""What a worker gets to finish. A job that takes longer is not lost: its lease runs out and it is started again."""


def embedded(server: Server, environment: Mapping[str, str]) -> Service:
    return Service(server.name, server.command(), environment, server.stop_signal, server.prepare)


def application(environment: Mapping[str, str], *, workers: int, listener: int) -> list[Service]:
    """The web server on the open socket ``listener``, the workers of both kinds, the scheduler."""
    service = partial(Service, environment=environment)
    return [
        Service(
            "web",
            (sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn_config.py"),
            {**environment, "WEB_BIND": f"fd://{listener}"},
            files=(listener,),
        ),
        service("worker", worker("default", "low", processes=workers)),
        # Recognising text takes a hundred times as long as reading it: it must not hold up the others.
        service("worker-ocr", worker("ocr", "ocr-low", processes=1)),
        service("scheduler", (*DJANGO, "scheduler")),
    ]


def worker(*queues: str, processes: int) -> tuple[str, ...]:
    counts = ("--processes", str(processes), "--threads", "1")
    patience = ("--worker-shutdown-timeout", str(SHUTDOWN_SECONDS * 1000))
    modules = ("django_dramatiq.setup", "extraction.tasks")
    return (sys.executable, "-m", "dramatiq", "--skip-logging", *modules, *counts, *patience, "--queues", *queues)


def default_workers() -> int:
    return max(1, min(4, (os.cpu_count() or 2) - 1))
