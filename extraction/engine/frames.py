"""What the sandbox and its child say to each other, and how it is framed on a pipe.

A message is one frame of JSON, a body one frame of raw bytes; a frame is its length (4 bytes, big
endian) and that many bytes.
"""

from __future__ import annotations

import os
import select
import struct
import time
from typing import Any

import msgspec

from extraction.engine.values import Confirmed, Limits, Options, Source, View

MAX_FRAME = 512 * 1024 * 1024
_HEADER = struct.Struct(">I")
_CHUNK = 1 << 20


class Message(msgspec.Struct, frozen=True, tag=True):
    """Base of all messages; the tag says which one it is."""


class Start(Message, frozen=True):
    """First word to a new child: the bounds it has to put on itself."""

    parent: int  # process id
    memory_bytes: int


class Ready(Message, frozen=True):
    """The child's answer to it."""


class Parse(Message, frozen=True):
    source: Source
    options: Options


class Recognise(Message, frozen=True):
    """The body is an encoded ``ParsedDocument``."""

    source: Source
    options: Options


class Extract(Message, frozen=True):
    """The body is an encoded ``ParsedDocument``."""

    options: Options


class Observe(Message, frozen=True):
    """The body is an encoded ``ParsedDocument``."""

    options: Options
    confirmed: tuple[Confirmed, ...]


class Validate(Message, frozen=True):
    """The body is an encoded ``Extraction``."""

    options: Options


class Render(Message, frozen=True):
    source: Source
    limits: Limits
    page: int
    width_px: int
    view: View


Request = Parse | Recognise | Extract | Observe | Validate | Render


class Work(Message, frozen=True):
    """A request, and the processor seconds that may pass between two answers to it. A body frame follows."""

    request: Request
    cpu_seconds: float


class Done(Message, frozen=True):
    """A body frame follows."""


class Progress(Message, frozen=True):
    done: int
    total: int


class Failure(Message, frozen=True):
    """An EngineError by its code. ``where``: for the log, what was raised in which line; never text of the document."""

    code: str
    message: str
    where: str = ""


Reply = Done | Progress | Failure


class Closed(Exception):
    """The other side is gone."""


class TimeUp(Exception):
    """The other side did not answer in time."""


class Channel:
    """Frames over a pair of file descriptors. Raises Closed; with a ``deadline`` (``time.monotonic``) also TimeUp."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        os.set_blocking(incoming, False)
        os.set_blocking(outgoing, False)

    def send(self, message: Message, *bodies: bytes, deadline: float | None = None) -> None:
        for payload in (msgspec.json.encode(message), *bodies):
            self._write(_HEADER.pack(len(payload)), deadline)
            self._write(payload, deadline)

    def receive(self, kind: Any, *, deadline: float | None = None) -> Any:
        """The next message. Raises Closed also for one that is not of this kind: who breaks the rules is gone."""
        try:
            return msgspec.json.decode(self.receive_body(deadline=deadline), type=kind)
        except msgspec.MsgspecError:
            raise Closed from None

    def receive_body(self, *, deadline: float | None = None) -> bytes:
        (length,) = _HEADER.unpack(self._read(_HEADER.size, deadline))
        if length > MAX_FRAME:
            raise Closed
        return self._read(length, deadline)

    def _write(self, data: bytes, deadline: float | None) -> None:
        view = memoryview(data)
        while view:
            _wait(self._outgoing, select.POLLOUT, deadline)
            try:
                view = view[os.write(self._outgoing, view[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Closed from None

    def _read(self, length: int, deadline: float | None) -> bytes:
        data = bytearray()
        while len(data) < length:
            _wait(self._incoming, select.POLLIN, deadline)
            try:
                chunk = os.read(self._incoming, min(_CHUNK, length - len(data)))
            except BlockingIOError:
                continue
            except OSError:
                raise Closed from None
            if not chunk:
                raise Closed
            data += chunk
        return bytes(data)


def _wait(descriptor: int, event: int, deadline: float | None) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    patience = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
    if not poll.poll(patience):
        raise TimeUp
