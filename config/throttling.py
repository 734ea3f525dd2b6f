"""How often may somebody call? Counters in Redis, one for each key and window; all processes share them.

A window begins with the first call and lasts as long as the rate says (``30/min``). Rates are read at each request.
Without Redis everybody may pass: a lost counter must not take the API down.
"""

from __future__ import annotations

import hashlib
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import redis
import structlog
from django.conf import settings
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:  # the views themselves import this module, through the settings
    from rest_framework.views import APIView

log = structlog.get_logger(__name__)

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
PAUSE = 5.0
"""Seconds for which Redis is left alone after a failure, so that not every request waits for its time-out."""


class Throttle(BaseThrottle):
    """Counts a request under each of its keys; the fullest one decides."""

    retry_after: float | None = None
    paused_until = 0.0  # of the process

    def keys(self, request: Request, view: Any) -> list[tuple[str, str]]:
        """Pairs of scope (whose rate applies) and subject (who is counted)."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: APIView) -> bool:
        waits = [self.count(scope, subject) for scope, subject in self.keys(request, view)]
        self.retry_after = max(waits, default=0)
        return not self.retry_after

    def address(self, request: Request) -> str:
        """The caller's; behind a unix socket there is none, and all share one counter."""
        return self.get_ident(request) or ""

    def wait(self) -> float | None:
        return self.retry_after

    def count(self, scope: str, subject: str) -> float:
        """Count one call; 0 when it is within the rate, else the seconds until the window ends."""
        rate = parse_rate(api_settings.DEFAULT_THROTTLE_RATES.get(scope))
        if rate is None or time.monotonic() < Throttle.paused_until:
            return 0
        most, seconds = rate
        name = hashlib.sha256(subject.encode()).hexdigest()
        key = f"{settings.REDIS_NAMESPACE}:throttle:{scope}:{name}"
        try:
            with connection(settings.REDIS_URL).pipeline(transaction=True) as pipeline:
                pipeline.incr(key)
                pipeline.expire(key, seconds, nx=True)
                pipeline.pttl(key)
                calls, _, left = pipeline.execute()
        except redis.RedisError as error:
            Throttle.paused_until = time.monotonic() + PAUSE
            log.warning("throttle.redis_unreachable", error=type(error).__name__)
            return 0
        return 0 if calls <= most else max(float(left) / 1000, 1.0)


class AnonymousThrottle(Throttle):
    """Callers without a token, by address."""

    def keys(self, request: Request, view: Any) -> list[tuple[str, str]]:
        return [] if request.user.is_authenticated else [("anon", self.address(request))]


class UserThrottle(Throttle):
    def keys(self, request: Request, view: Any) -> list[tuple[str, str]]:
        return [("user", str(request.user.pk))] if request.user.is_authenticated else []


class ScopeThrottle(Throttle):
    """Views that name a ``throttle_scope``; besides the caller, one may have a ``throttle_subject`` counted."""

    def keys(self, request: Request, view: Any) -> list[tuple[str, str]]:
        scope = getattr(view, "throttle_scope", None)
        if scope is None:
            return []
        caller = str(request.user.pk) if request.user.is_authenticated else self.address(request)
        subject = view.throttle_subject(request) if hasattr(view, "throttle_subject") else ""
        return [(scope, f"caller {caller}"), *([(scope, f"subject {subject}")] if subject else [])]


class SignedIn(IsAuthenticated):
    """REST framework counts only who may pass; here who is refused for want of a token counts as well."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if super().has_permission(request, view):
            return True
        view.check_throttles(request)
        return False


def parse_rate(rate: object) -> tuple[int, int] | None:
    """Calls and seconds of ``"30/min"``; ``None`` (no limit) when there is none."""
    if not rate:
        return None
    calls, _, period = str(rate).partition("/")
    return int(calls), SECONDS[period[0]]


@cache
def connection(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
