"""Is the service alive, and is everything there that it needs?"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial

import psycopg
import redis
import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import heartbeat
from common.errors import Unavailable

TIMEOUT = 2
"""Seconds for all checks together; a part that does not answer in time is down."""

POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="health")
"""Bounded: checks that hang (a dead network share) fill it, and later ones count as down without a thread each."""

log = structlog.get_logger(__name__)


class PublicView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()


class Health(PublicView):
    @extend_schema(
        operation_id="health",
        tags=["service"],
        summary="Is the process alive?",
        responses=inline_serializer(
            "Health", {"status": serializers.CharField(), "environment": serializers.CharField()}
        ),
        examples=[OpenApiExample("Alive", {"status": "ok", "environment": "production"}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        return Response({"status": "ok", "environment": settings.ENVIRONMENT})


class Ready(PublicView):
    @extend_schema(
        operation_id="ready",
        tags=["service"],
        summary="Is everything there that the service needs?",
        description="503 when something is down; `extra.checks` says what.",
        responses=inline_serializer(
            "Ready",
            {"status": serializers.CharField(), "checks": serializers.DictField(child=serializers.CharField())},
        ),
        examples=[
            OpenApiExample("Ready", {"status": "ok", "checks": {"database": "ok", "broker": "ok"}}, response_only=True)
        ],
    )
    def get(self, request: Request) -> Response:
        checks = run(checks_for(settings.PROCESSING_MODE))
        down = [name for name, state in checks.items() if state != "ok"]
        if down:
            raise Unavailable(f"Not ready: {', '.join(down)}.", checks=checks)
        return Response({"status": "ok", "checks": checks})


def checks_for(mode: str) -> dict[str, Callable[[], None]]:
    """What must work, by name. Workers are needed only where they do the work."""
    parts: tuple[heartbeat.Name, ...] = ("worker", "ocr-worker", "scheduler") if mode == "queue" else ()
    return {
        "database": check_database,
        "broker": check_broker,
        "storage": check_storage,
        **{name: partial(check_alive, name) for name in parts},
    }


def run(checks: dict[str, Callable[[], None]]) -> dict[str, str]:
    """``ok`` or ``down`` by name. All at once, so that together they take no longer than the slowest."""
    started = {name: POOL.submit(check) for name, check in checks.items()}
    wait(started.values(), TIMEOUT)
    return {name: _state(name, future) for name, future in started.items()}


def _state(name: str, future: Future[None]) -> str:
    try:
        future.result(timeout=0)
    except Exception as error:
        log.warning("health.down", part=name, error=type(error).__name__)
        return "down"
    return "ok"


def check_database() -> None:
    """Past the pool, which would wait for longer than we may."""
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}
    with psycopg.connect(**known, connect_timeout=TIMEOUT) as direct:
        direct.execute("SELECT 1")


def check_broker() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
        client.ping()


def check_storage() -> None:
    """Write, read, remove."""
    content = uuid.uuid4().hex.encode()
    name = default_storage.save(f"health/{uuid.uuid4()}", ContentFile(content))
    try:
        with default_storage.open(name) as file:
            if file.read() != content:
                raise OSError("The storage gave back something else.")
    finally:
        default_storage.delete(name)


def check_alive(name: heartbeat.Name) -> None:
    if not heartbeat.alive(name):
        raise TimeoutError(f"No sign of life from {name}.")
