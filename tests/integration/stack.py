"""The service's own processes under its own supervisor, on servers of their own that a test may kill.

Everything happens outside the test's process, so that nothing in it can help: rows come from ``tests.integration.feed``
and are looked at over a plain connection.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import psutil
import psycopg

from common.embedded import Postgres, Valkey, socket_folder
from deploy import services
from deploy.supervisor import Supervisor

STOP_SECONDS = 15


class Stack:
    """PostgreSQL, Valkey, both kinds of workers and the scheduler; a dead one comes back while ``wait_until`` waits."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        (folder / "logs").mkdir()
        self.postgres = Postgres(folder / "postgres", socket_folder(folder))
        self.valkey = Valkey(folder / "valkey", socket_folder(folder))
        self.supervisor = Supervisor(folder / "logs", lambda _: None)
        self.environment = os.environ | {
            "ENVIRONMENT": "test",
            "SECRET_KEY": secrets.token_hex(32),
            "DATA_DIR": str(folder),
            "DATABASE_URL": self.postgres.url(),
            "REDIS_URL": self.valkey.url(),
            **variables,
        }

    def start(self) -> None:
        for server in (self.postgres, self.valkey):
            self.supervisor.start(services.embedded(server, self.environment))
            assert self.supervisor.wait_until(server.ready, 60)
        self.run("manage.py", "migrate", "--no-input", "-v0")

    def start_workers(self) -> None:
        for service in services.application(self.environment, workers=2, listener=0):
            if service.name != "web":
                self.supervisor.start(service)

    def stop(self) -> None:
        names = [child.service.name for child in self.supervisor.children]
        servers = [self.postgres.name, self.valkey.name]
        self.supervisor.stop([name for name in names if name not in servers], STOP_SECONDS)
        self.supervisor.stop(servers, STOP_SECONDS)

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """A command of the service, while the test goes on."""
        with (self.folder / "logs" / "commands.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=services.ROOT,
            )

    def finish(self, command: subprocess.Popen[str], seconds: float = 120) -> str:
        """Wait for its end, while the processes are looked after; what it printed."""
        try:
            assert self.wait_until(lambda: command.poll() is not None, seconds)
        finally:
            command.kill()
        assert command.returncode == 0, f"{command.args} failed, see commands.log in {self.folder}/logs"
        return command.communicate()[0]

    def run(self, *arguments: str) -> str:
        return self.finish(self.begin(*arguments))

    def feed(self, folder: Path) -> list[str]:
        """Take in and submit every file of ``folder``; the ids of the documents."""
        return self.run("-m", "tests.integration.feed", str(folder)).split()

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> bool:
        return self.supervisor.wait_until(condition, seconds)

    # --- Looking -----------------------------------------------------------------------------------------------------
    def rows(self, query: str, *parameters: object) -> list[tuple]:
        with psycopg.connect(self.postgres.url(), connect_timeout=5) as connection:
            return connection.execute(query, parameters).fetchall()

    def value(self, query: str, *parameters: object) -> object:
        return self.rows(query, *parameters)[0][0]

    def completed(self) -> int:
        """How many documents; -1 while the database is down."""
        try:
            return self.value("SELECT count(*) FROM documents_document WHERE status = 'completed'")
        except psycopg.OperationalError:
            return -1

    # --- Breaking ----------------------------------------------------------------------------------------------------
    def master(self, name: str) -> psutil.Process:
        """The process that the supervisor started; while it is down, after it is back."""
        child = next(child for child in self.supervisor.children if child.service.name == name)
        assert self.wait_until(lambda: child.process.poll() is None, 40)
        return psutil.Process(child.process.pid)

    def worker(self, name: str = "worker") -> psutil.Process:
        """Dramatiq's worker process below its master; while both are down, after they are back."""
        found: list[psutil.Process] = []
        assert self.wait_until(lambda: bool(found.extend(living_children(self.master(name))) or found), 40)
        return found[0]

    def kill(self, process: psutil.Process) -> None:
        process.send_signal(signal.SIGKILL)

    def kill_worker(self) -> None:
        self.kill(self.worker())

    def kill_master(self) -> None:
        self.kill(self.master("worker"))

    def kill_broker(self) -> None:
        """With all its data wiped."""
        broker = self.master(self.valkey.name)
        self.kill(broker)
        broker.wait(10)
        rmtree(self.valkey.data)

    def kill_database(self) -> None:
        self.kill(self.master(self.postgres.name))


def living_children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [child for child in process.children() if child.status() != psutil.STATUS_ZOMBIE]
    except psutil.NoSuchProcess:
        return []


@contextmanager
def running(folder: Path, *, workers: bool = True, **variables: str) -> Iterator[Stack]:
    stack = Stack(folder, **variables)
    try:
        stack.start()
        if workers:
            stack.start_workers()
        yield stack
    finally:
        stack.stop()
