"""Reads an upload (``multipart/form-data``) so that a file goes to disk as it comes in and nothing grows in memory.

The whole body may be as large as the largest file and ``SLACK`` more; it is refused by its ``Content-Length`` before
anything is read, and by what really comes as soon as the file passes its limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles
from rest_framework.request import Request

from common.errors import Invalid
from documents.intake import Arrival, Receiver, clean_filename, max_bytes, refused, too_large

PART = "file"
SLACK = 1024 * 1024
"""Bytes for the other parts and the lines between them."""


def longest_body() -> int:
    """Bytes of the longest request that is read."""
    return max_bytes() + SLACK


class UploadParser(BaseParser):
    """``request.FILES`` holds an :class:`Arrival`; Django discards it at the end of the request."""

    media_type = "multipart/form-data"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles[Any, Any]:
        """Raises ``TooLarge``, ``Invalid`` or ``ParseError``."""
        assert parser_context is not None
        meta = parser_context["request"].META | {"CONTENT_TYPE": media_type}
        if int(meta.get("CONTENT_LENGTH") or 0) > longest_body():
            raise too_large()
        handler, body = IntakeHandler(), Tail(stream)
        try:
            parser = FormParser(meta, body, [handler], "utf-8")  # type: ignore[arg-type]  # only read() is used
            data, files = parser.parse()
            body.must_end_with(b"--" + parser._boundary + b"--")
        except BaseException as error:
            handler.discard()
            if isinstance(error, MultiPartParserError):
                raise ParseError from error
            raise
        return DataAndFiles(data, files)


class FormParser(MultiPartParser):
    """Keeps all of a file name that may be shown; Django would drop joiners and read HTML entities."""

    _boundary: bytes  # not in the stubs

    def sanitize_file_name(self, file_name: str) -> str | None:
        return clean_filename(file_name) or None


class Tail:
    """Passes a stream on and remembers its last bytes: a body that was cut short lacks its closing line."""

    LENGTH = 1024

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.tail = b""

    def read(self, size: int | None = None, /) -> bytes:
        try:
            data = self.stream.read(-1 if size is None else size)
        except Exception as error:  # each web server has errors of its own for a body that breaks off
            raise UnreadablePostError from error
        self.tail = (self.tail + data[-self.LENGTH :])[-self.LENGTH :]
        return data

    def must_end_with(self, line: bytes) -> None:
        if line not in self.tail:
            raise Invalid("The upload ended early.")


class IntakeHandler(FileUploadHandler):
    """Hands the part ``file`` to a :class:`Receiver`; other files are read past and forgotten."""

    receiver: Receiver | None = None

    def new_file(self, field_name: str, file_name: str, content_type: str, *args: Any, **kwargs: Any) -> None:
        if field_name != PART:
            raise SkipFile
        if self.receiver is not None:
            raise refused("Only one file can be uploaded at a time.")
        self.receiver = Receiver(file_name, content_type)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.receiver is not None
        self.receiver.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        assert self.receiver is not None
        return self.receiver.finish()

    def discard(self) -> None:
        if self.receiver is not None:
            self.receiver.discard()


def uploaded_file(request: Request) -> Arrival:
    """The one file of the request. Raises ``Invalid`` when there is none."""
    found = request.FILES.get(PART)
    if not isinstance(found, Arrival):
        raise refused("The part `file` is missing or has no file name.")
    return found
