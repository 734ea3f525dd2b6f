"""``python -m tests.integration.feed FOLDER [PAUSE]``: takes in and submits every file; prints the documents' ids.

Through the same actions as an upload, without the web server. Like a patient client, it tries again while the database
is down; ``PAUSE`` is the time between two files in seconds.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import close_old_connections, transaction  # noqa: E402
from django.db.utils import InterfaceError, OperationalError  # noqa: E402

from accounts.actions import register  # noqa: E402
from accounts.models import User  # noqa: E402
from accounts.queries import personal_workspace  # noqa: E402
from documents import intake  # noqa: E402
from documents.actions import create  # noqa: E402
from documents.models import Document  # noqa: E402
from extraction.actions import submit  # noqa: E402

EMAIL = "feeder@example.test"


def feed(path: Path) -> Document:
    user = User.objects.filter(email=EMAIL).first() or register(email=EMAIL, password="not used by anybody")
    with transaction.atomic():
        document = create(arrival=intake.receive_path(path), workspace=personal_workspace(user), by=user)
        submit(document=document, by=user)
    return document


def feed_patiently(path: Path) -> Document:
    while True:
        try:
            return feed(path)
        except (OperationalError, InterfaceError):
            time.sleep(0.5)
        finally:
            close_old_connections()


if __name__ == "__main__":
    folder, pause = Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0
    for path in sorted(folder.iterdir()):
        print(feed_patiently(path).id, flush=True)
        time.sleep(pause)
