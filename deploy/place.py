"""Where one service lives: its data folder, claimed by one launcher at a time, and its port."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shlex
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

AFTERMATH_SECONDS = 15.0
"""How long processes of a killed launcher may need to end and free the port."""


class PlaceError(Exception):
    """The folder or the port cannot be used. The message is for a person."""


@dataclass(frozen=True)
class Place:
    """``data`` is absolute and ours alone. ``abandoned``: the launcher before did not stop cleanly."""

    data: Path
    abandoned: bool

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def credentials(self) -> Path:
        """The operator's account, as ``KEY=VALUE`` lines."""
        return self.data / "operator.txt"

    @property
    def environment(self) -> Path:
        """While the service runs: the variables with which ``manage.py`` joins it."""
        return self.data / "service.env"

    @property
    def samples_done(self) -> Path:
        return self.data / "samples.done"

    def secret_key(self) -> str:
        """Made once; without it every token and session would end with the process."""
        path = self.data / "secret_key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(64))
        return path.read_text()


@contextmanager
def claim(data: Path) -> Iterator[Place]:
    """Make the folder if need be and hold its lock, which ends with this process however that ends."""
    data = data.absolute()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "logs").mkdir(exist_ok=True)
        lock = os.open(data / "service.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise PlaceError(
            f"The data folder {data} cannot be written ({error.strerror}); name another with DATA_DIR=."
        ) from error
    try:
        left = os.pread(lock, 32, 0).decode()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PlaceError(
                f"The service already runs on {data} (process {left}); stop that one, or name another DATA_DIR=."
            ) from error
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        try:
            yield Place(data, abandoned=bool(left))
        finally:
            os.ftruncate(lock, 0)
    finally:
        os.close(lock)


def listen(port: int, *, wait: bool) -> socket.socket:
    """An open socket for the web server, on loopback; port 0 is any free one.

    The launcher holds it, so connections queue while the web server is started again. With
    ``wait``, an occupied port gets the time that the processes of a killed launcher need to end.
    """
    deadline = time.monotonic() + (AFTERMATH_SECONDS if wait else 0)
    while True:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            reason = "is in use by another program" if error.errno == errno.EADDRINUSE else str(error.strerror)
            raise PlaceError(
                f"Port {port} {reason}; choose another one, for example: make run PORT={port + 1}"
            ) from error
        listener.listen(2048)
        return listener


def write_private(path: Path, text: str) -> None:
    """Complete or not at all, and only its owner can read it."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def join_service(data: Path) -> dict[str, str]:
    """The variables of the service that ``make run`` keeps on ``data`` at this moment; none when it does not run."""
    try:
        lines = shlex.split((data / "service.env").read_text())
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines)


def as_lines(variables: Mapping[str, str]) -> str:
    """``KEY=VALUE`` lines that a shell can read."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())
