"""Who trains the ranker looks on while documents are read; otherwise nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_watcher: ContextVar[list[Any] | None] = ContextVar("watcher", default=None)


@contextmanager
def watched() -> Iterator[list[Any]]:
    """What is told meanwhile, in its order: contests of candidates, and signals of fields."""
    told: list[Any] = []
    token = _watcher.set(told)
    try:
        yield told
    finally:
        _watcher.reset(token)


def is_watched() -> bool:
    return _watcher.get() is not None


def tell(item: object) -> None:
    told = _watcher.get()
    if told is not None:
        told.append(item)
