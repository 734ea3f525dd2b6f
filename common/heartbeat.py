"""Which long-running parts are alive? Each says so every few seconds, under a key in Redis that expires by itself."""

from __future__ import annotations

from typing import Literal

from django.core.cache import cache

Name = Literal["worker", "ocr-worker", "scheduler"]

INTERVAL_SECONDS = 5
EXPIRES_SECONDS = 3 * INTERVAL_SECONDS


def beat(name: Name) -> None:
    """To be called every ``INTERVAL_SECONDS``. Raises ``RedisError`` when Redis is down."""
    cache.set(_key(name), True, timeout=EXPIRES_SECONDS)


def alive(name: Name) -> bool:
    """Whether at least one process of this name has beaten lately. Raises ``RedisError`` when Redis is down."""
    return bool(cache.get(_key(name)))


def _key(name: Name) -> str:
    return f"alive:{name}"
