"""How far a server is trusted: nothing that it sends, or fails to send, costs more than one answer.

The client libraries bound the wait for each piece of an answer, not the whole, follow redirects to anywhere with the
document in hand, and give out whatever JSON a server makes up.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from typing import Any

from httpx2 import Response, SyncByteStream

from extraction.engine.extractors.llm.model import ModelFailed

LONGEST_ANSWER = 1_000_000
"""Bytes; a hundred times the longest honest answer."""

LONGEST_WAIT = 30.0
"""Seconds between two attempts: one of the libraries would wait a day if the server asked for it."""

NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")

REASONS = {
    401: "second_reader_denied",
    403: "second_reader_denied",
    404: "second_reader_not_there",
    408: "second_reader_timeout",
    429: "second_reader_busy",
    529: "second_reader_busy",
}
"""Why a server refuses: a wrong key, a model or address that does not exist, too many questions."""


class _Bounded(SyncByteStream):
    """The body of an answer, until it is too long or takes too long."""

    def __init__(self, body: Any, seconds: float) -> None:
        self._body = body
        self._deadline = time.monotonic() + seconds

    def __iter__(self) -> Iterator[bytes]:
        room = LONGEST_ANSWER
        for piece in self._body:
            room -= len(piece)
            if room < 0:
                raise ModelFailed("second_reader_unusable")
            if time.monotonic() > self._deadline:
                raise ModelFailed("second_reader_timeout")
            yield piece

    def close(self) -> None:
        self._body.close()


def bounded(seconds: float) -> dict[str, Any]:
    """Arguments for a provider's HTTP client; ``seconds`` is for one attempt."""

    def limit(response: Response) -> None:
        if _wait(response) > LONGEST_WAIT:
            response.headers["x-should-retry"] = "false"  # which both libraries obey
        response.stream = _Bounded(response.stream, seconds)

    return {"follow_redirects": False, "event_hooks": {"response": [limit]}, "timeout": seconds}


def _wait(response: Response) -> float:
    """Seconds until the server wants to be asked again; a date, which some send, counts as far away."""
    milliseconds = response.headers.get("retry-after-ms")
    asked = response.headers.get("retry-after", "0") if milliseconds is None else milliseconds
    wait = float(asked) if NUMBER.fullmatch(asked) else math.inf
    return wait if milliseconds is None else wait / 1000


@contextmanager
def failures() -> Iterator[None]:
    """Whatever goes wrong between a client library and a server leaves as ModelFailed."""
    try:
        yield
    except ModelFailed:
        raise
    except Exception as error:  # of two libraries and any server, also for addresses and keys that are none
        raise ModelFailed(_reason(error)) from error


def _reason(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return REASONS.get(status, ModelFailed.code)
    if isinstance(error.__cause__, ModelFailed):  # one library takes it for a lost connection
        return error.__cause__.code
    if isinstance(error, AttributeError | TypeError | IndexError | JSONDecodeError):
        return "second_reader_unusable"
    return "second_reader_timeout" if "Timeout" in type(error).__name__ else ModelFailed.code
