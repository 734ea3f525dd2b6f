"""A server on loopback that speaks the APIs of both providers, and says what a test has it say.

The adapters call it through the providers' own client libraries, which check every answer's form.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Model:
    """``answer`` is what it writes; a callable gets the document it was shown. ``failures`` are sent first."""

    url: str = ""
    answer: object = field(default_factory=dict)
    failures: list[int] = field(default_factory=list)
    delay: float = 0.0
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
                return self._send(model.failures.pop(0), {"error": {"type": "overloaded", "message": "busy"}})
            kinds = {"/v1/chat/completions": completion, "/v1/messages": message}
            if self.path not in kinds:
                return self._send(404, {"error": {"message": "no such path"}})
            return self._send(200, kinds[self.path](model, body))

        def _send(self, status: int, body: dict) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("retry-after-ms", "10")
            self.end_headers()
            self.wfile.write(data)

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
