"""The process in which documents are opened. Started by :mod:`extraction.engine.sandbox`, never by hand.

It bounds itself before it opens anything, reads requests from its standard input, answers on its
standard output, and ends with its parent.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable

import msgspec

from extraction.engine import errors, frames, memory, pipeline
from extraction.engine.frames import Channel
from extraction.engine.reading import Reading
from extraction.engine.values import Extraction, Options, ParsedDocument, decode, encode

PR_SET_PDEATHSIG = 1
OPEN_FILES = 256
NEARLY_FULL = 0.9  # of the memory limit: what fails then fails for want of memory

# Documents are data: nothing in them is a reason to call out or to start a program. The one exception is the OCR
# program, while it is asked for: it inherits our limits and gets the picture through a pipe.
_PROGRAM_STARTS = "subprocess.Popen"
_allowed_program: str | None = None
_FORBIDDEN = frozenset({
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
    _PROGRAM_STARTS, "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty",
})  # fmt: skip


def main() -> None:
    channel = _quiet_channel()
    start = channel.receive(frames.Start)
    _die_with(start.parent)
    _bound(start.memory_bytes)
    channel.send(frames.Ready())
    while True:
        work = channel.receive(frames.Work)
        body = channel.receive_body()

        def progress(done: int, total: int, seconds: float = work.cpu_seconds) -> None:
            _allow_cpu(seconds)
            channel.send(frames.Progress(done, total))

        _allow_cpu(work.cpu_seconds)
        try:
            result = _run(work.request, body, progress)
        except errors.EngineError as error:
            channel.send(frames.Failure(error.code, error.message))
        except Exception as error:
            channel.send(_failure(error, start.memory_bytes))
            return  # in an unknown state: the next document gets a fresh process
        else:
            channel.send(frames.Done(), result)


def _run(request: object, body: bytes, progress: Callable[[int, int], None]) -> bytes:
    match request:
        case frames.Parse(source, options):
            return encode(pipeline.parse(source, options))
        case frames.Recognise(source, options):
            _allow_program(options)
            return encode(pipeline.recognise(source, decode(body, ParsedDocument), options, progress))
        case frames.Extract(options):
            return encode(pipeline.extract(decode(body, ParsedDocument), options))
        case frames.Observe(options, confirmed):
            reading = Reading(decode(body, ParsedDocument), today=options.today)
            return msgspec.json.encode(memory.observe(reading, confirmed))
        case frames.Validate(options):
            return encode(pipeline.validate(decode(body, Extraction), options))
        case frames.Render():
            return _preview(request)
        case _:
            raise TypeError(type(request).__name__)


def _preview(request: frames.Render) -> bytes:
    from extraction.engine.parsers import raster

    picture = raster.preview(request.source, request.page, request.limits, width_px=request.width_px, view=request.view)
    return raster.encoded(picture)


def _failure(error: Exception, memory_bytes: int) -> frames.Failure:
    """An error that no stage foresaw. Its own words may quote the document, so only its place is told."""
    short_of_memory = isinstance(error, MemoryError) or _peak_memory() > NEARLY_FULL * memory_bytes
    kind = errors.MemoryLimitExceeded if short_of_memory else errors.EngineError
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {os.path.basename(last.filename)}:{last.lineno} ({last.name})"
    return frames.Failure(kind.code, kind.message, where)


def _peak_memory() -> int:
    """Bytes of address space this process ever had at once; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/status", encoding="ascii") as status:
        peak = next(line for line in status if line.startswith("VmPeak:"))
    return int(peak.split()[1]) * 1024


def _quiet_channel() -> Channel:
    """Frames on what were standard input and output, which then lead nowhere: libraries may print what they like."""
    channel = Channel(os.dup(0), os.dup(1))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return channel


def _die_with(parent: int) -> None:
    """Be killed when the thread that started this process ends. Linux only; elsewhere the closed pipe ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before we asked
        sys.exit()


def _bound(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    sys.addaudithook(_refuse)


def _allow_program(options: Options) -> None:
    global _allowed_program
    _allowed_program = None
    if options.ocr_engine == "tesseract":
        from extraction.engine.parsers import ocr_tesseract  # with numpy, which takes a while

        _allowed_program = ocr_tesseract.program()


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN and not (event == _PROGRAM_STARTS and arguments[0] == _allowed_program):
        raise PermissionError(event)


def _allow_cpu(seconds: float) -> None:
    """Moves the soft limit ahead: processor time spent on documents before does not count."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(spent.ru_utime + spent.ru_stime + seconds) + 1, hard))


if __name__ == "__main__":
    with contextlib.suppress(frames.Closed):  # the parent is done with us
        main()
