"""Send the files of ``samples/`` through the running service as any client would, and print what was read.

``python -m deploy.samples URL CREDENTIALS_FILE``; the file is the one ``make run`` keeps (``KEY=VALUE`` lines).
"""

from __future__ import annotations

import json
import mimetypes
import sys
import time
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FOLDER = Path(__file__).resolve().parent.parent / "samples"
SUFFIXES = {".pdf", ".png", ".jpg", ".jpeg", ".csv", ".txt", ".xml"}
PATIENCE = 180.0
"""Seconds for all samples together; recognising pictures of text is slow on the first run."""
HEADINGS = ("file", "kind", "vendor", "number", "total", "confidence", "warnings")


class SampleError(Exception):
    """The service did not take or finish a sample. The message is for a person."""


@dataclass
class Client:
    base: str
    token: str = ""
    _host: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self._host = urlsplit(self.base).netloc

    def call(self, method: str, path: str, body: bytes | None = None, content_type: str = "application/json") -> Any:
        """The JSON answer; ``None`` for 404, which means "not yet" here."""
        headers = {"Content-Type": content_type} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection = HTTPConnection(self._host, timeout=60)
        try:
            connection.request(method, f"/api/v1{path}", body, headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status == 404:
            return None
        if response.status >= 400:
            raise SampleError(f"{method} {path} was answered with {response.status}: {answer['detail']['message']}")
        return answer

    def log_in(self, email: str, password: str) -> None:
        body = json.dumps({"email": email, "password": password}).encode()
        self.token = self.call("POST", "/auth/login", body)["access_token"]

    def upload(self, path: Path) -> str:
        """The new document's id."""
        boundary = uuid.uuid4().hex
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
            f"Content-Type: {media_type}\r\n\r\n"
        )
        body = head.encode() + path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        answer = self.call("POST", "/documents/upload", body, f"multipart/form-data; boundary={boundary}")
        return str(answer["document"]["id"])

    def outcome(self, document: str) -> Outcome | None:
        """``None`` while the document is still being processed."""
        state = self.call("GET", f"/documents/{document}")
        if state["status"] == "failed":
            return Outcome({"document_type": "failed"}, [state["failure_reason"] or "It could not be read."])
        if state["status"] != "completed":
            return None
        result = self.call("GET", f"/documents/{document}/result")
        validation = self.call("GET", f"/documents/{document}/validation")
        missing = [f"missing: {name}" for name in validation["missing_fields"]]
        return Outcome(result["extracted_data"], missing + validation["warnings"])


@dataclass(frozen=True)
class Outcome:
    data: dict[str, Any]
    warnings: list[str]

    def row(self, name: str) -> tuple[str, ...]:
        data = self.data
        total = "" if data.get("total_amount") is None else f"{data['total_amount']:.2f} {data.get('currency') or ''}"
        confidence = "" if data.get("confidence_score") is None else f"{data['confidence_score']:.2f}"
        texts = (data.get("document_type"), data.get("vendor_name"), data.get("invoice_number"))
        return tuple(cell or "–" for cell in (name, *texts, total.strip(), confidence, str(len(self.warnings))))


def read_all(client: Client, paths: list[Path]) -> dict[Path, Outcome]:
    """Upload all, then wait for all."""
    waiting = {client.upload(path): path for path in paths}
    outcomes: dict[Path, Outcome] = {}
    deadline = time.monotonic() + PATIENCE
    while waiting:
        if time.monotonic() > deadline:
            names = ", ".join(path.name for path in waiting.values())
            raise SampleError(f"These samples are still being processed after {PATIENCE:.0f} s: {names}.")
        time.sleep(0.2)
        for document in list(waiting):
            if outcome := client.outcome(document):
                outcomes[waiting.pop(document)] = outcome
    return outcomes


def table(rows: list[tuple[str, ...]]) -> str:
    """Columns as wide as their longest value, at most 34 characters; totals and numbers stand at the right."""
    cut = [tuple(cell if len(cell) <= 34 else f"{cell[:33]}…" for cell in row) for row in (HEADINGS, *rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*cut, strict=True)]
    lines = []
    for row in cut:
        cells = [
            cell.rjust(width) if i >= 4 else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)


def main(base: str, credentials: Path) -> None:
    account = dict(line.split("=", 1) for line in credentials.read_text().splitlines())
    paths = sorted(path for path in FOLDER.iterdir() if path.suffix in SUFFIXES)
    client = Client(base)
    client.log_in(account["EMAIL"], account["PASSWORD"])
    outcomes = read_all(client, paths)
    print(table([outcomes[path].row(path.name) for path in paths]))
    for path in paths:
        for warning in outcomes[path].warnings:
            print(f"  {path.name}: {warning}")


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal may not know every letter
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except (SampleError, OSError) as error:
        sys.exit(f"The samples were not all read: {error}")
