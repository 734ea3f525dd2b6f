"""A server on loopback that speaks the APIs of both providers, and says what a test has it say.

The adapters call it through the providers' own client libraries, which check every answer's form.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE = 65_536  # bytes that are sent at once


@dataclass
class Model:
    """``answer`` is what it writes; a callable gets the document it was shown. ``failures`` are sent first.

    ``body`` is sent instead of an answer, as it is, ``drip`` seconds apart; ``headers`` go with every answer.
    """

    url: str = ""
    answer: object = field(default_factory=dict)
    failures: list[int] = field(default_factory=list)
    said: dict = field(default_factory=lambda: {"error": {"type": "overloaded", "message": "busy"}})
    delay: float = 0.0
    body: bytes | None = None
    media_type: str = "application/json"
    drip: float = 0.0
    headers: dict[str, str] = field(default_factory=lambda: {"retry-after-ms": "10"})
    requests: list[dict] = field(default_factory=list)

    @property
    def base_url(self) -> dict[str, str]:
        return {"openai": f"{self.url}/v1", "anthropic": self.url}

    def text(self, shown: str) -> str:
        said = self.answer(shown) if callable(self.answer) else self.answer
        return said if isinstance(said, str) else json.dumps(said)


@contextmanager
def serving() -> Iterator[Model]:
    model = Model()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.requests.append({"path": self.path, "headers": dict(self.headers), "body": body})
            time.sleep(model.delay)
            if model.failures:
                return self._send(model.failures.pop(0), model.said)
            if model.body is not None:
                return self._write(200, model.body)
            kinds = {"/v1/chat/completions": completion, "/v1/messages": message}
            if self.path not in kinds:
                return self._send(404, {"error": {"message": "no such path"}})
            return self._send(200, kinds[self.path](model, body))

        def _send(self, status: int, body: dict) -> None:
            self._write(status, json.dumps(body).encode())

        def _write(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", model.media_type)
            self.send_header("Content-Length", str(len(data)))
            for name, value in model.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # the other side has had enough
                for start in range(0, len(data), PIECE):
                    self.wfile.write(data[start : start + PIECE])
                    time.sleep(model.drip)

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    model.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()


def completion(model: Model, body: dict) -> dict:
    """https://platform.openai.com/docs/api-reference/chat/object"""
    said = {"role": "assistant", "content": model.text(body["messages"][-1]["content"]), "refusal": None}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": body["model"],
        "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None, "message": said}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 960},
    }


def message(model: Model, body: dict) -> dict:
    """https://platform.claude.com/docs/en/api/messages"""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [{"type": "text", "text": model.text(body["messages"][-1]["content"])}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 900, "output_tokens": 60},
    }
