"""How many documents a second go through the whole service, from the upload to the completed result?

    python -m benchmarks.stack_throughput [--documents 500] [--clients 4] [--workers N]

Starts the service as ``make run`` does (durable servers, web server, supervised workers) on a temporary folder, uploads
one-page invoices over HTTP on several connections at once, and waits until the API says that all are completed. Prints
documents a second for the uploads alone and from the first upload to the last result, the time a document took from
its upload to its result, and how many invoice numbers came back right.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.drawn import draw_invoices

PAGE = 100
BOUNDARY = uuid.uuid4().hex


class Client:
    """One connection to the API."""

    def __init__(self, address: str, token: str = "") -> None:
        self.connection = http.client.HTTPConnection(address)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method: str, path: str, body: bytes = b"", content_type: str = "application/json") -> Any:
        headers = self.headers | {"Content-Type": content_type}
        self.connection.request(method, f"/api/v1{path}", body, headers)
        response = self.connection.getresponse()
        answer = response.read()
        assert response.status < 300, answer
        return json.loads(answer)

    def register(self) -> str:
        account = {"email": "benchmark@example.com", "password": uuid.uuid4().hex}
        token: str = self.call("POST", "/auth/register", json.dumps(account).encode())["access_token"]
        return token

    def upload(self, path: Path) -> None:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        )
        body = head.encode() + path.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()
        self.call("POST", "/documents/upload", body, f"multipart/form-data; boundary={BOUNDARY}")

    def finished(self) -> int:
        return sum(self.call("GET", f"/documents?limit=1&status={name}")["total"] for name in ("completed", "failed"))

    def documents(self) -> Iterator[dict[str, Any]]:
        total = self.call("GET", "/documents?limit=1")["total"]
        for offset in range(0, total, PAGE):
            yield from self.call("GET", f"/documents?limit={PAGE}&offset={offset}")["items"]


@contextmanager
def service(workers: int) -> Iterator[str]:
    """The address of a service of its own, ready to take uploads."""
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as folder:
        variables = {"DATA_DIR": folder, "PORT": "0", "WORKERS": str(workers), "LOG_LEVEL": "WARNING"}
        limits = {"THROTTLE_UPLOAD": "1000000/min", "THROTTLE_USER": "1000000/min"}
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.run"], env=os.environ | variables | limits, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            ready = next(line for line in process.stdout if line.startswith("Ready: "))
            yield urlsplit(ready.removeprefix("Ready: ").strip()).netloc
        finally:
            process.terminate()
            process.wait()


def measure(address: str, papers: list[Path], clients: int) -> None:
    token = Client(address).register()
    shares = [papers[first::clients] for first in range(clients)]
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(lambda share: upload_all(Client(address, token), share), shares))
    uploaded = time.perf_counter() - started
    client = Client(address, token)
    while client.finished() < len(papers):
        time.sleep(0.1)
    completed = time.perf_counter() - started
    documents = list(client.documents())
    waits = sorted(seconds(document) for document in documents if document["status"] == "completed")
    right = sum(number_is_right(client, document) for document in documents)
    print(f"uploads               {len(papers) / uploaded:8.1f} documents/s")
    print(f"upload to completed   {len(papers) / completed:8.1f} documents/s")
    print(f"one document          {statistics.median(waits):8.2f} s (median), {waits[-1]:.2f} s (longest)")
    print(f"right invoice numbers {right:8} of {len(papers)}")


def upload_all(client: Client, share: list[Path]) -> None:
    for path in share:
        client.upload(path)


def seconds(document: dict[str, Any]) -> float:
    created, processed = (datetime.fromisoformat(document[name]) for name in ("created_at", "processed_at"))
    return (processed - created).total_seconds()


def number_is_right(client: Client, document: dict[str, Any]) -> bool:
    if document["status"] != "completed":
        return False
    data = client.call("GET", f"/documents/{document['id']}/result")["extracted_data"]
    return bool(data["invoice_number"] == Path(document["original_filename"]).stem)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        papers = [Path(folder) / f"HJ-{number:06d}.pdf" for number in range(arguments.documents)]
        for number, path in enumerate(papers):
            draw_invoices(path, [number])
        with service(arguments.workers) as address:
            measure(address, papers, arguments.clients)


if __name__ == "__main__":
    main()
