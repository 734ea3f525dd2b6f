"""The web server, in the container and under ``make run`` alike.

A thread is held while its client sends or receives, so a handful of slow uploads must not use
them all: threads are many and cheap, and every one may hold a database connection. In front of
the open internet, put a proxy that buffers uploads.
"""

import json
import logging
import os
import socket
import threading
import uuid

from django.apps import apps
from gunicorn import util
from gunicorn.workers.base import Worker

wsgi_app = "config.wsgi:application"
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "24"))
timeout = 60
graceful_timeout = 10
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  the heartbeat must not wait for a disk
control_socket_disable = True

# As settings read the environment once, this reaches them before they are loaded.
os.environ.setdefault("DATABASE_POOL_SIZE", str(threads + 2))

from config import settings  # noqa: E402, F401  a wrong one ends the server here, with its sentence; sets up logging

# The server's own lines go the way of all others, instead of a second form beside them.
errorlog = None
logconfig_dict = {
    "incremental": True,
    "root": {},
    "handlers": {},
    "loggers": {"gunicorn.error": {"level": "INFO", "propagate": True}},
}

PROBLEMS = {
    414: ("uri_too_long", "The address is too long."),
    431: ("headers_too_large", "The headers of the request are too large."),
    500: ("internal_error", "Something went wrong on our side."),
}


def write_error(client: socket.socket, status: int, reason: str, message: str) -> None:
    """What is not HTTP never reaches Django, and the server would answer it with HTML; this is the API's one shape."""
    code, sentence = PROBLEMS.get(status, ("bad_request", "The request could not be understood."))
    request_id = uuid.uuid4().hex
    logging.getLogger("gunicorn.error").warning("Answered with %s: %s (request_id=%s)", status, reason, request_id)
    body = json.dumps({"detail": {"code": code, "message": sentence, "extra": {"request_id": request_id}}})
    head = (
        f"HTTP/1.1 {status} {reason}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Request-ID: {request_id}",
    )
    util.write_nonblock(client, "\r\n".join((*head, "", body)).encode())


util.write_error = write_error


def post_worker_init(worker: Worker) -> None:
    """The process that draws pages starts beside the first requests, and nobody waits for it."""
    if not apps.ready:  # another application than ours
        return
    from extraction import bridge  # needs Django, which is there by now

    threading.Thread(target=bridge.warm, daemon=True).start()
