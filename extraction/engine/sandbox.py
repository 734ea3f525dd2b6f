"""Documents that somebody else made are opened only in a child process with limits, which this module keeps.

A crash, a hang or a decompression bomb then costs that one document: the call raises an EngineError,
and the next one gets a fresh child. The child lives on between documents, since starting it takes
longer than reading most of them.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import msgspec

from extraction.engine import errors, frames
from extraction.engine.frames import Channel
from extraction.engine.values import AS_DISPLAYED, Confirmed, Limits, Options, Source, View

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0  # until a new child is ready; a second, but machines can be busy
OCR_START_SECONDS = 30.0  # extra for the first page, while the models are loaded
FULL = 0.6  # of the memory limit: a child that has grown so large is replaced before the next document
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "PATH": os.defpath,
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",  # nothing here multiplies matrices, and each thread takes address space of the limit
}
CRASH_MEMORY = 0.5  # of the memory limit in use when a child crashes: it crashed for want of memory

Progress = Callable[[int, int], None]

_ERRORS: dict[str, type[errors.EngineError]] = {kind.code: kind for kind in errors.EngineError.__subclasses__()}


class Sandbox:
    """One child process and the calls that run in it, one at a time. Safe to share between threads.

    ``ocr`` gives the child the memory that recognition needs. All calls raise EngineError:
    TimeLimitExceeded, MemoryLimitExceeded and ReaderCrashed for what happened to the child, and
    whatever the stage itself raised.
    """

    def __init__(self, limits: Limits, *, ocr: bool = False) -> None:
        self._limits = limits
        self._memory = limits.ocr_memory_bytes if ocr else limits.memory_bytes
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parse(self, source: Source, options: Options) -> bytes:
        """An encoded ``ParsedDocument``."""
        return self._call(frames.Parse(_absolute(source), options))

    def recognise(self, source: Source, parsed: bytes, options: Options, progress: Progress | None = None) -> bytes:
        """An encoded ``ParsedDocument`` whose pages are all recognised. Time is limited for each page."""
        request = frames.Recognise(_absolute(source), options)
        seconds = self._limits.ocr_seconds_per_page
        return self._call(request, parsed, seconds=seconds, threads=options.ocr_threads, progress=progress)

    def extract(self, parsed: bytes, options: Options) -> bytes:
        """An encoded ``Extraction``."""
        return self._call(frames.Extract(options), parsed)

    def observe(self, parsed: bytes, confirmed: tuple[Confirmed, ...], options: Options) -> bytes:
        """An encoded list of ``Remembered``: what can be learned from a document that a reviewer confirmed."""
        return self._call(frames.Observe(options, confirmed), parsed)

    def validate(self, extraction: bytes, options: Options) -> bytes:
        """An encoded ``Extraction``."""
        return self._call(frames.Validate(options), extraction)

    def render_page(self, source: Source, page: int, width_px: int, view: View = AS_DISPLAYED) -> bytes:
        """PNG or JPEG of a page (from 1) as it is displayed; with ``Page.view``, boxes fit it."""
        return self._call(frames.Render(_absolute(source), self._limits, page, width_px, view))

    def warm(self) -> None:
        """Start the child now, so that the first call need not wait for it."""
        with self._lock:
            self._ready_child()

    def close(self) -> None:
        """End the child. A call that another thread is in the middle of then fails with an error worth a retry.

        The next call starts a new child.
        """
        child = self._child
        if child:
            child.kill()
        with self._lock:
            self._dispose()

    def _dispose(self) -> None:
        """The lock is held: nobody else reads from the pipes that are closed here."""
        child, self._child = self._child, None
        if child:
            child.kill()
            child.release()

    def _call(
        self,
        request: frames.Request,
        body: bytes = b"",
        *,
        seconds: float | None = None,
        threads: int = 1,
        progress: Progress | None = None,
    ) -> bytes:
        patience = self._limits.seconds if seconds is None else seconds
        with self._lock:
            child = self._ready_child()
            try:
                return child.work(request, body, patience=patience, threads=threads, progress=progress)
            finally:
                if not child.is_ready():
                    self._dispose()

    def _ready_child(self) -> _Child:
        if self._child is None or not self._child.is_ready():
            self._dispose()
            self._child = _Child(self._memory)
            self._child.start()
        return self._child


class _Child:
    """A child process, and what is said to it."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory = memory_bytes
        self._process = _spawner().submit(_spawn).result()
        if self._process.stdin is None or self._process.stdout is None:
            raise errors.ReaderUnavailable
        self._channel = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())
        self._in_step = False  # both sides agree that it is our turn to speak

    def start(self) -> None:
        """Raises ReaderUnavailable when it does not become ready."""
        deadline = time.monotonic() + START_SECONDS
        try:
            self._channel.send(frames.Start(os.getpid(), self._memory), deadline=deadline)
            self._channel.receive(frames.Ready, deadline=deadline)
        except (frames.Closed, frames.TimeUp):
            raise errors.ReaderUnavailable from None
        self._in_step = True

    def work(
        self, request: frames.Request, body: bytes, *, patience: float, threads: int, progress: Progress | None
    ) -> bytes:
        self._in_step = False
        try:
            return self._ask(request, body, patience, threads, progress)
        except frames.TimeUp:
            raise errors.TimeLimitExceeded from None
        except frames.Closed:
            raise self._cause_of_death() from None

    def _ask(
        self, request: frames.Request, body: bytes, patience: float, threads: int, progress: Progress | None
    ) -> bytes:
        first = patience + (OCR_START_SECONDS if isinstance(request, frames.Recognise) else 0)
        deadline = time.monotonic() + first
        self._channel.send(frames.Work(request, first * threads), body, deadline=deadline)
        while True:
            match self._channel.receive(frames.Reply, deadline=deadline):
                case frames.Progress(done, total):
                    if progress:
                        progress(done, total)
                    deadline = time.monotonic() + patience
                case frames.Failure() as failure:
                    self._in_step = not failure.where
                    raise _error(failure)
                case frames.Done():
                    result = self._channel.receive_body(deadline=deadline)
                    self._in_step = True
                    return result

    def is_ready(self) -> bool:
        """Whether the next document may be given to this child."""
        return self._in_step and self._process.poll() is None and self._size() < FULL * self._memory

    def kill(self) -> None:
        """Together with an OCR program that it may have started: they are one group of processes."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def release(self) -> None:
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _size(self) -> int:
        """Bytes of address space, which never shrinks much; 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[0]
        except OSError:
            return 0
        return int(pages) * resource.getpagesize()

    def _cause_of_death(self) -> errors.EngineError:
        try:
            os.kill(self._process.pid, signal.SIGKILL)  # changes nothing for one that is dead already
            _, status, usage = os.wait4(self._process.pid, 0)
        except (ProcessLookupError, ChildProcessError):  # closed by another thread
            return errors.ReaderCrashed()
        self._process.returncode = os.waitstatus_to_exitcode(status)
        if self._process.returncode == -signal.SIGXCPU:
            return errors.TimeLimitExceeded()
        if self._process.returncode != -signal.SIGKILL and usage.ru_maxrss * 1024 > CRASH_MEMORY * self._memory:
            return errors.MemoryLimitExceeded()
        return errors.ReaderCrashed()


def _error(failure: frames.Failure) -> errors.EngineError:
    if failure.where:
        log.error("A stage of the engine failed: %s", failure.where)
    return _ERRORS.get(failure.code, errors.EngineError)(failure.message)


def _absolute(source: Source) -> Source:
    return msgspec.structs.replace(source, path=os.path.abspath(source.path))


def _spawn() -> subprocess.Popen[bytes]:
    """The child sees none of our environment: it may hold secrets."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "extraction.engine.sandbox_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env=ENVIRONMENT,
        start_new_session=True,
    )


_spawners: dict[int, ThreadPoolExecutor] = {}


def _spawner() -> ThreadPoolExecutor:
    """A thread that lives as long as this process and starts all children.

    The kernel ends a child together with the *thread* that started it, and threads of a server come and go.
    By process id, because threads do not survive a fork.
    """
    return _spawners.setdefault(os.getpid(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox"))
