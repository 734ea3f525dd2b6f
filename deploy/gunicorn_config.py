"""The web server, in the container and under ``make run`` alike.

A thread is held while its client sends or receives, so a handful of slow uploads must not use
them all: threads are many and cheap, and every one may hold a database connection. In front of
the open internet, put a proxy that buffers uploads.
"""

import os

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
