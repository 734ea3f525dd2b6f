"""How long does the list of documents take when a workspace has very many?

    python -m benchmarks.list_documents [--documents 100000] [--requests 200]

Starts throw-away servers and gunicorn, fills one workspace (and twenty smaller ones beside it), and asks over HTTP, one
request after another on one connection. Prints milliseconds for each kind of request.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tqdm import tqdm

from common.embedded import throw_away

OTHER_WORKSPACES, OTHER_DOCUMENTS, BATCH = 20, 1_000, 5_000
QUERIES = {
    "first page": "",
    "100 on a page": "?limit=100",
    "in the middle": "?offset={middle}",
    "the last page": "?offset={last}",
    "by status": "?status=failed",
    "by kind": "?kind=receipt",
    "by status, none": "?status=processing",
    "since a day": "?created_after=2026-03-01",
    "part of a name": "?filename=4711",
    "by confidence": "?ordering=-confidence_score",
    "by name": "?ordering=original_filename",
}


def fill(documents: int) -> str:
    """A token of somebody who sees one workspace with so many documents."""
    from accounts import actions, tokens
    from accounts.models import User
    from accounts.queries import personal_workspace

    owner = actions.register(email="owner@example.com", password=uuid.uuid4().hex)
    add(owner, personal_workspace(owner), documents)
    for number in range(OTHER_WORKSPACES):
        other: User = actions.register(email=f"other{number}@example.com", password=uuid.uuid4().hex)
        add(other, personal_workspace(other), OTHER_DOCUMENTS)
    spread_over_time()
    return tokens.issue(owner).access


def add(owner: object, workspace: object, count: int) -> None:
    from documents.models import Document
    from documents.states import Status

    chance = random.Random(count)
    for first in tqdm(range(0, count, BATCH), unit_scale=BATCH, unit=" documents", disable=count <= BATCH):
        Document.objects.bulk_create(
            Document(
                workspace=workspace,
                owner=owner,
                original_filename=f"invoice-{number:06d}.pdf",
                content_type="application/pdf",
                file_extension="pdf",
                file_size=chance.randrange(1_000, 9_000_000),
                checksum_sha256=f"{number:064x}",
                file=f"documents/{uuid.uuid4()}",
                status=chance.choices([Status.COMPLETED, Status.FAILED], [98, 2])[0],
                kind=chance.choices(["invoice", "receipt", "contract"], [80, 15, 5])[0],
                confidence_score=chance.random(),
            )
            for number in range(first, min(first + BATCH, count))
        )


def spread_over_time() -> None:
    """As if the documents had come in over 90 days, in no order; the database tidied as its autovacuum does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE documents_document SET created_at = '2026-01-01'::timestamptz + random() * '90 days'::interval"
        )
        cursor.execute("VACUUM ANALYZE documents_document")


@contextmanager
def web_server() -> Iterator[int]:
    """gunicorn as the service runs it; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn_config.py"],
        env=os.environ | {"WEB_BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "1", "LOG_LEVEL": "ERROR"},
        stderr=subprocess.DEVNULL,
    )
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def measure(port: int, token: str, path: str, requests: int) -> list[float]:
    """Milliseconds of each request, after a few that do not count."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    taken = []
    for _ in range(requests + 5):
        started = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        body = response.read()
        taken.append((time.perf_counter() - started) * 1000)
        assert response.status == 200, body
        json.loads(body)
    return taken[5:]


@contextmanager
def empty_service() -> Iterator[None]:
    """Django set up on throw-away servers, with a migrated database that holds nothing."""
    with ExitStack() as stack:
        os.environ |= stack.enter_context(throw_away())
        os.environ["DATA_DIR"] = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["LOG_LEVEL"] = "ERROR"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=200)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        stack.enter_context(empty_service())
        token = fill(arguments.documents)
        port = stack.enter_context(web_server())
        places = {"middle": arguments.documents // 2, "last": max(arguments.documents - 20, 0)}
        print(f"{'GET /api/v1/documents':32}{'p50':>8}{'p95':>8}{'max':>8}  ms, {arguments.documents} documents")
        for name, query in QUERIES.items():
            taken = measure(port, token, "/api/v1/documents" + query.format(**places), arguments.requests)
            p95 = statistics.quantiles(taken, n=20)[-1]
            print(f"{name:32}{statistics.median(taken):8.1f}{p95:8.1f}{max(taken):8.1f}")


if __name__ == "__main__":
    main()
