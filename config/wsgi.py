"""The entry point for gunicorn."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

from documents.api.uploads import longest_body  # noqa: E402  needs the settings

CHARSET = re.compile(r';\s*charset\s*=\s*("[^"]*"|[^;]*)', re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, after smoothing two things it stumbles over.

    It reads as many bytes as ``Content-Length`` says, and none without it. A body sent in chunks ends by itself, so it
    is given the largest length that is accepted anywhere: more is never read. And some claimed character sets make it
    fail before it can answer; bodies and query strings are UTF-8 here, whatever is claimed.
    """
    if environ.get("wsgi.input_terminated") and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        environ["CONTENT_LENGTH"] = str(longest_body())
    environ["CONTENT_TYPE"] = CHARSET.sub("", environ.get("CONTENT_TYPE") or "")
    return django_application(environ, start_response)
