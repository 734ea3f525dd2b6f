"""``python -m deploy.healthcheck NAME``: exit status 0 when that part of the service is alive. For containers.

``web`` answers a request; the others say in Redis every few seconds that they are alive.
"""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException
from typing import get_args


def web_answers() -> bool:
    port = int(os.environ.get("WEB_BIND", "127.0.0.1:8000").rpartition(":")[2])
    allowed = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/health", headers={"Host": "localhost" if allowed == "*" else allowed})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def part_beats(name: str) -> bool:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from redis.exceptions import RedisError

    from common import heartbeat

    if name not in get_args(heartbeat.Name):
        sys.exit(f"{name} is not a part of the service.")
    try:
        return heartbeat.alive(name)  # type: ignore[arg-type]
    except RedisError:
        return False


if __name__ == "__main__":
    alive = web_answers() if sys.argv[1] == "web" else part_beats(sys.argv[1])
    sys.exit(0 if alive else f"{sys.argv[1]} does not answer.")
