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
STOP_SECONDS = 15
"""What web server, workers and scheduler get to finish; a little more than they give themselves."""


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
        service("worker", (*DJANGO, "worker", "--threads", str(workers))),
        service("worker-ocr", (*DJANGO, "worker", "--ocr")),
        service("scheduler", (*DJANGO, "scheduler")),
    ]


def default_workers() -> int:
    """Documents read at the same time: one that takes long must not hold up all others."""
    return max(2, os.cpu_count() or 2)
