"""What the web server answers by itself."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest

from deploy.services import ROOT

COMMAND = (sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn_config.py")
DEMO = "wsgiref.simple_server:demo_app"
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def server():
    """Gunicorn with the service's settings and somebody else's application; the address it listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        process = subprocess.Popen(
            [*COMMAND, DEMO],
            cwd=ROOT,
            env=os.environ | {"WEB_BIND": f"fd://{listener.fileno()}", "WEB_WORKERS": "1"},
            pass_fds=[listener.fileno()],
        )
        yield listener.getsockname()
        process.terminate()
        process.wait(30)


def test_its_own_lines_are_structured_too():
    environment = os.environ | {"WEB_BIND": "127.0.0.1:0", "WEB_WORKERS": "1", "LOG_JSON": "true"}
    process = subprocess.Popen([*COMMAND, DEMO], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    first = process.stderr.readline()
    process.terminate()
    rest = process.communicate(timeout=30)[1]

    lines = [json.loads(line) for line in [first, *rest.splitlines()]]
    assert {line["logger"] for line in lines} == {"gunicorn.error"}
    assert lines[0]["event"].startswith("Starting gunicorn")


def test_a_wrong_setting_ends_it_with_a_sentence():
    environment = os.environ | {"WEB_BIND": "127.0.0.1:0", "ENVIRONMENT": "production", "SECRET_KEY": ""}
    ended = subprocess.run(
        COMMAND, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("django.core.exceptions.ImproperlyConfigured: SECRET_KEY")


def exchange(address, request: bytes) -> tuple[int, dict[str, str], bytes]:
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer or b"Connection: close" in answer:
            received = client.recv(65536)
            if not received:
                break
            answer += received
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    return int(status.split()[1]), dict(header.split(": ", 1) for header in headers), body


def test_requests_reach_the_application(server):
    deadline = time.monotonic() + 30
    while exchange(server, GET + b"Connection: close\r\n\r\n")[0] != 200:
        assert time.monotonic() < deadline


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (b"GET /?" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n", 414, "uri_too_long"),
        (GET + b"Authorization: Bearer " + b"a" * 9000 + b"\r\n\r\n", 431, "headers_too_large"),
        (GET + b"Content-Length: <b>\r\n\r\n", 400, "bad_request"),
        (b"<script>\r\n\r\n", 400, "bad_request"),
    ],
)
def test_what_is_not_http_is_answered_in_the_one_shape(server, request_, status, code):
    answered, headers, body = exchange(server, request_)
    detail = json.loads(body)["detail"]

    assert (answered, detail["code"]) == (status, code)
    assert detail["extra"] == {"request_id": headers["X-Request-ID"]}
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == str(len(body))
