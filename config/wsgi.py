"""The entry point for gunicorn."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django reads as many bytes as ``Content-Length`` says, and none without it. A body sent in chunks ends by
    itself, so it is given the largest length that is accepted anywhere: more is never read."""
    if environ.get("wsgi.input_terminated") and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        environ["CONTENT_LENGTH"] = str(longest_body())
    return django_application(environ, start_response)


def longest_body() -> int:
    from documents.api.uploads import SLACK
    from documents.intake import max_bytes

    return max_bytes() + SLACK
