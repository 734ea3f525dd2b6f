"""What reaches Django through the entry point."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from django.test.utils import override_settings

from accounts import tokens
from config.wsgi import application
from tests.factories import UserFactory
from tests.factories.files import TEXT

MEGABYTE = 1024 * 1024


pytestmark = pytest.mark.usefixtures("kept_connection")


def call(method: str, path: str, body: bytes = b"", **environ: Any) -> tuple[int, dict[str, Any]]:
    """Status and JSON body, as a server would get them."""
    started: list[str] = []
    path, _, query = path.partition("?")
    response = application(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "10.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            **environ,
        },
        lambda status, headers, *rest: started.append(status),
    )
    content = b"".join(response)
    response.close()  # type: ignore[attr-defined]
    return int(started[0][:3]), json.loads(content)


@pytest.fixture
def header(db) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {tokens.issue(UserFactory()).access}"}


@pytest.mark.parametrize("charset", ["hex", "zlib", "utf-16", "nonsense", '"utf-7"', "utf-8"])
def test_a_claimed_charset_spoils_nothing(header, charset):
    claimed = f"application/json;charset={charset}"

    assert call("GET", "/api/v1/documents?filename=%C3%BC", CONTENT_TYPE=claimed, **header)[0] == 200

    body = '{"email": "ü@example.com", "password": ""}'.encode()
    status, answer = call("POST", "/api/v1/auth/login", body, CONTENT_TYPE=claimed, CONTENT_LENGTH=str(len(body)))
    assert (status, list(answer["detail"]["extra"]["fields"])) == (422, ["password"])


def upload(content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


CHUNKED = {"CONTENT_TYPE": MULTIPART_CONTENT, "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def test_an_upload_in_chunks_has_no_length(header):
    status, answer = call("POST", "/api/v1/documents/upload", upload(TEXT), **CHUNKED, **header)

    assert (status, answer["document"]["file_size"]) == (201, len(TEXT))


class Broken(io.BytesIO):
    """What a server's stream does when a chunk is malformed or the client is gone."""

    def read(self, size: int | None = -1) -> bytes:
        raise ValueError("a server's own error")


def test_a_body_that_breaks_off(header):
    broken = {"wsgi.input": Broken()}

    status, answer = call("POST", "/api/v1/documents/upload", **CHUNKED, **header, **broken)

    assert (status, answer["detail"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize(("size", "expected"), [(MEGABYTE, 201), (MEGABYTE + 1, 413), (20 * MEGABYTE, 413)])
def test_the_limit_holds_for_chunks_too(header, size, expected):
    with override_settings(MAX_UPLOAD_SIZE_MB=1):
        status, _ = call("POST", "/api/v1/documents/upload", upload(b"x" * size), **CHUNKED, **header)

    assert status == expected
