"""Keeps processes alive: what dies is started again with back-off, and all are stopped in order at the end.

Single-threaded: :meth:`Supervisor.poll` looks after everything once and returns; the caller loops.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from common.embedded import EmbeddedError, end_with_parent

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
"""Seconds before a dead process is started again: doubled with each death in a row."""
STEADY_AFTER = 30.0
"""Seconds after which a process counts as healthy, so that its next death is the first in a row."""
LOG_BYTES, LOG_COPIES = 10 * 1024 * 1024, 3


@dataclass(frozen=True)
class Service:
    """A process to keep alive. ``prepare`` runs before each start; ``files`` are open in the child as well."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    prepare: Callable[[], None] = lambda: None
    files: Sequence[int] = ()


@dataclass
class Child:
    """A service's process, or its last one while it waits for ``restart_at`` (monotonic seconds)."""

    service: Service
    process: subprocess.Popen[bytes]
    started_at: float
    deaths: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    """``say`` tells the person at the terminal; everything the processes print goes to ``logs/NAME.log``."""

    logs: Path
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)

    def start(self, service: Service) -> None:
        self.children.append(Child(service, self._spawn(service), time.monotonic()))

    def poll(self) -> None:
        """Notice the dead, start again those whose delay is over, keep the logs short."""
        now = time.monotonic()
        for child in self.children:
            if child.restart_at is None and child.process.poll() is not None:
                self._note_death(child, now)
            elif child.restart_at is not None and now >= child.restart_at:
                self._start_again(child, now)
            rotate(self.log(child.service.name))

    def wait_until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Look after the processes until ``condition`` holds; false when it did not within ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.poll()
            time.sleep(0.05)
        return True

    def stop(self, names: Sequence[str], timeout: float) -> None:
        """Stop these together: ask each, wait ``timeout`` seconds for all, then end what is left with its children."""
        leaving = [child for child in self.children if child.service.name in names]
        self.children = [child for child in self.children if child not in leaving]
        for child in leaving:
            if child.process.poll() is None:
                child.process.send_signal(child.service.stop_signal)
        deadline = time.monotonic() + timeout
        for child in leaving:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{child.service.name} did not stop in time and was ended.")
            end_group(child.process)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _start_again(self, child: Child, now: float) -> None:
        try:
            child.process, child.started_at, child.restart_at = self._spawn(child.service), now, None
        except (OSError, EmbeddedError) as error:  # for example a full disk, which may heal
            child.restart_at = now + LONGEST_DELAY
            self.say(f"{child.service.name} cannot be started: {error}; trying again in {LONGEST_DELAY:g} s.")

    def _note_death(self, child: Child, now: float) -> None:
        end_group(child.process)
        child.deaths = 1 if now - child.started_at >= STEADY_AFTER else child.deaths + 1
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (child.deaths - 1))
        child.restart_at = now + delay
        self.say(
            f"{child.service.name} stopped ({describe(child.process.returncode)}); starting it again in {delay:g} s. "
            f"Its log: {self.log(child.service.name)}"
        )

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        service.prepare()
        with self.log(service.name).open("ab") as output:
            return subprocess.Popen(
                service.command,
                env=dict(service.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=service.files,
                # In a session of its own: Ctrl-C reaches this process alone, which then stops all in order.
                start_new_session=True,
                preexec_fn=end_with_parent(service.stop_signal),
            )


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the process and of the children it started; reap it."""
    with suppress(ProcessLookupError, PermissionError):  # nobody left (macOS answers with the second)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def describe(status: int) -> str:
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"


def rotate(log: Path) -> None:
    """Copy and empty a log that has grown too long. The writer appends, so it goes on at the new end."""
    try:
        if log.stat().st_size <= LOG_BYTES:
            return
    except FileNotFoundError:
        return
    copies = [log.with_name(f"{log.name}.{number}") for number in range(1, LOG_COPIES + 1)]
    for older, newer in zip(reversed(copies), reversed(copies[:-1]), strict=False):
        if newer.exists():
            newer.replace(older)
    shutil.copyfile(log, copies[0])
    os.truncate(log, 0)
