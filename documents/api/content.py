"""Sends a stored file: as an attachment, streamed, whole or one part of it (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags
from rest_framework import status
from rest_framework.exceptions import APIException

from common.errors import NotFound
from documents.models import Document

CHUNK = 64 * 1024
ONE_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})", re.ASCII)


class Part(NamedTuple):
    """Bytes ``first`` to ``last``, both included."""

    first: int
    last: int


class UnsatisfiableRange(APIException):
    status_code = status.HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE
    default_code = "range_not_satisfiable"
    default_detail = "The file has no such part."

    def __init__(self, size: int) -> None:
        super().__init__()
        self.headers = {"Content-Range": f"bytes */{size}"}


def requested_part(header: str, size: int) -> Part | None:
    """The part a ``Range`` header asks for; ``None`` for the whole file, which is also the answer to several ranges
    and to nonsense. Raises ``UnsatisfiableRange`` for a part outside of the file."""
    found = ONE_RANGE.fullmatch(header.strip().lower().replace(" ", ""))
    if found is None or not (found["first"] or found["last"]):
        return None
    if not found["first"]:  # the last n bytes
        part = Part(max(size - int(found["last"]), 0), size - 1)
    else:
        part = Part(int(found["first"]), min(int(found["last"] or size - 1), size - 1))
        if found["last"] and int(found["last"]) < part.first:
            return None
    if part.first > part.last:
        raise UnsatisfiableRange(size)
    return part


def answer(request: HttpRequest, document: Document) -> HttpResponseBase:
    """Raises ``NotFound`` when the storage has lost the file, ``UnsatisfiableRange`` for a part it does not have."""
    etag = f'"{document.checksum_sha256}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition_header(True, document.original_filename) or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",  # should a browser show it after all
        "X-Content-Type-Options": "nosniff",
    }
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in known or "*" in known:
        return HttpResponseNotModified(headers=headers)
    unchanged = request.headers.get("If-Range", etag) == etag
    part = requested_part(request.headers.get("Range", ""), document.file_size) if unchanged else None
    first, last = part or Part(0, document.file_size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{document.file_size}"
    body: HttpResponse | StreamingHttpResponse
    if request.method == "HEAD":
        body = HttpResponse(headers=headers)
    else:
        body = StreamingHttpResponse(_read(_open(document), first, last - first + 1), headers=headers)
    body.status_code = 206 if part else 200
    body.headers["Content-Type"] = document.content_type
    return body


def _open(document: Document) -> IO[bytes]:
    try:
        return default_storage.open(document.file)
    except FileNotFoundError as error:
        raise NotFound("The file of this document is missing.") from error


def _read(file: IO[bytes], start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
