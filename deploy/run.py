"""``make run``: everything the service needs, on this machine, until Ctrl-C.

Starts PostgreSQL and Valkey (unless ``DATABASE_URL`` and ``REDIS_URL`` name others), brings the
database up to date, starts the web server, the workers and the scheduler, and keeps all of them alive.
When requests are answered, the line ``Ready: URL`` appears on standard output.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from types import FrameType

import psycopg
import redis

from common.embedded import EmbeddedError, Postgres, Server, Valkey, end_with_parent, follow_parent, socket_folder
from deploy import services
from deploy.place import Place, PlaceError, as_lines, claim, listen, write_private
from deploy.services import DJANGO, ROOT
from deploy.supervisor import Supervisor

OPERATOR = "operator@localhost"
ACCOUNT_EXISTS = 3
"""Exit status of ``manage.py create_operator`` when it changed nothing."""
START_SECONDS = 90.0


class StartError(Exception):
    """The service cannot start. The message is for a person."""


class StopRequested(Exception):
    """Ctrl-C, or the signal with which a service manager ends a program."""


@dataclass
class Launcher:
    place: Place
    listener: socket.socket
    workers: int
    environment: dict[str, str]
    supervisor: Supervisor = field(init=False)
    leftovers: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self.place.logs, say)
        self.port = self.listener.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        say(f"Starting; everything is kept in {shown(self.place.data)} ...")
        self.start_servers()
        write_private(self.place.environment, as_lines(self.own_variables()))
        self.command("migrate", *DJANGO, "migrate", "--no-input")
        self.make_operator()
        for service in services.application(self.environment, workers=self.workers, listener=self.listener.fileno()):
            self.supervisor.start(service)
        self.wait_for_answer()

    def start_servers(self) -> None:
        data, environment = self.place.data, self.environment
        if "DATABASE_URL" in environment:
            check_database(environment["DATABASE_URL"])
        else:
            postgres = Postgres(data / "postgres", self.sockets())
            environment["DATABASE_URL"] = postgres.url()
            self.start_server(postgres)
        if "REDIS_URL" in environment:
            check_redis(environment["REDIS_URL"])
        else:
            valkey = Valkey(data / "valkey", self.sockets())
            environment["REDIS_URL"] = valkey.url()
            self.start_server(valkey)

    def start_server(self, server: Server) -> None:
        self.supervisor.start(services.embedded(server, self.environment))
        if not self.supervisor.wait_until(server.ready, START_SECONDS):
            raise StartError(f"{server.name} does not answer; its log: {self.supervisor.log(server.name)}")

    def sockets(self) -> Path:
        """Made for this run; it may lie outside the data folder, so it goes when everything has stopped."""
        folder = socket_folder(self.place.data)
        self.leftovers.add(folder)
        return folder

    def own_variables(self) -> dict[str, str]:
        names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA_DIR")
        return {name: self.environment[name] for name in names}

    def make_operator(self) -> None:
        """On the first start: an account for the admin, its password shown once and kept in a private file."""
        if self.place.credentials.exists():
            return
        draft = self.place.credentials.with_suffix(".draft")  # outlives an interrupted start
        if not draft.exists():
            write_private(draft, as_lines({"EMAIL": OPERATOR, "PASSWORD": secrets.token_urlsafe(15)}))
        account = dict(line.split("=", 1) for line in draft.read_text().splitlines())
        self.environment["OPERATOR_PASSWORD"] = account["PASSWORD"]
        created = self.command("operator", *DJANGO, "create_operator", account["EMAIL"], accept=ACCOUNT_EXISTS)
        del self.environment["OPERATOR_PASSWORD"]
        if not created:  # a database that was set up from another folder
            draft.unlink()
            say(f"The database has an account {OPERATOR} already; its password stays.")
            return
        draft.rename(self.place.credentials)
        say(f"Operator account, shown this once and kept in {shown(self.place.credentials)}:")
        say(f"  e-mail    {account['EMAIL']}")
        say(f"  password  {account['PASSWORD']}")

    def wait_for_answer(self) -> None:
        if not self.supervisor.wait_until(self.answers, START_SECONDS):
            raise StartError(f"The service does not get ready: {self.readiness()[1]}; logs: {shown(self.place.logs)}")

    def answers(self) -> bool:
        return self.readiness()[0]

    def readiness(self) -> tuple[bool, str]:
        """Whether ``/health/ready`` says so, and its words."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/health/ready")
            response = connection.getresponse()
            return response.status == 200, json.dumps(json.loads(response.read()))
        except (OSError, ValueError) as error:
            return False, f"no answer ({type(error).__name__})"
        finally:
            connection.close()

    def show_samples(self) -> None:
        """On the first start: a look at what the service does, through the same API that clients use."""
        if self.place.samples_done.exists() or not self.place.credentials.exists():
            return
        say("What it reads: the files of samples/, sent through the API ...")
        arguments = (self.base, str(self.place.credentials))
        reader = subprocess.Popen(
            [sys.executable, "-m", "deploy.samples", *arguments], preexec_fn=end_with_parent(signal.SIGKILL)
        )
        try:
            self.supervisor.wait_until(lambda: reader.poll() is not None, 600)
        finally:
            reader.kill()
        if reader.wait() == 0:
            self.place.samples_done.touch()

    def command(self, name: str, *command: str, accept: int = 0) -> bool:
        """Run to its end, while the servers are looked after; false when it ended with the status ``accept``.

        Any other status is a ``StartError`` with the last line of what the command said.
        """
        log = self.supervisor.log(name)
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=end_with_parent(signal.SIGKILL),
            )
        try:
            self.supervisor.wait_until(lambda: process.poll() is not None, 3600)
        finally:
            process.kill()
        status = process.wait()
        if status not in (0, accept):
            last = (log.read_text(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
            raise StartError(f"{name} failed: {last} (all of it: {shown(log)})")
        return status == 0

    def serve(self) -> None:
        say(f"  API     {self.base}/api/v1")
        say(f"  Docs    {self.base}/docs  and  {self.base}/redoc")
        say(f"  Admin   {self.base}/admin/  (account: {shown(self.place.credentials)})")
        say(f"  Logs    {shown(self.place.logs)}")
        say("Ctrl-C stops everything; the data stays.")
        say(f"Ready: {self.base}")
        while True:
            self.supervisor.poll()
            time.sleep(0.2)

    def stop(self) -> None:
        """First what uses the servers, then the servers; both within a bound."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.listener.close()
        self.place.environment.unlink(missing_ok=True)
        everything = [child.service.name for child in self.supervisor.children]
        servers = [name for name in everything if name in (Postgres.name, Valkey.name)]
        self.supervisor.stop([name for name in everything if name not in servers], services.STOP_SECONDS)
        self.supervisor.stop(servers, 30)
        for folder in self.leftovers:
            shutil.rmtree(folder, ignore_errors=True)


def check_database(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.ProgrammingError as error:
        raise StartError("DATABASE_URL is not a postgresql:// URL.") from error
    except psycopg.OperationalError as error:
        raise StartError(f"The database that DATABASE_URL names cannot be used: {first_line(error)}") from error


def check_redis(url: str) -> None:
    try:
        with closing(redis.Redis.from_url(url, socket_connect_timeout=5)) as client:
            client.ping()
    except ValueError as error:
        raise StartError("REDIS_URL is not a redis:// or unix:// URL.") from error
    except redis.RedisError as error:
        raise StartError(f"The Redis that REDIS_URL names cannot be used: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def shown(path: Path) -> str:
    """As a person in the project's folder would write it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def say(line: str) -> None:
    with suppress(BrokenPipeError):  # whoever read along has gone; the service goes on
        print(line, flush=True)


def number(name: str, default: int, least: int, most: int) -> int:
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise StartError(f"{name} must be a whole number from {least} to {most}, not {text!r}.")
    return int(text)


def run() -> None:
    port, workers = number("PORT", 8000, 0, 65535), number("WORKERS", services.default_workers(), 1, 64)
    with claim(Path(os.environ.get("DATA_DIR") or ROOT / "var")) as place:
        os.chdir(ROOT)
        given = {
            name: value for name, value in os.environ.items() if value or name not in ("DATABASE_URL", "REDIS_URL")
        }
        defaults = {"SECRET_KEY": place.secret_key(), "ALLOWED_HOSTS": "127.0.0.1,localhost", "PYTHONUNBUFFERED": "1"}
        with closing(listen(port, wait=place.abandoned)) as listener:
            launcher = Launcher(place, listener, workers, defaults | given | {"DATA_DIR": str(place.data)})
            try:
                launcher.start()
                launcher.show_samples()
                launcher.serve()
            finally:
                launcher.stop()


def request_stop(signal_number: int, frame: FrameType | None) -> None:
    raise StopRequested


def main() -> int:
    if "MAKELEVEL" in os.environ:
        follow_parent(signal.SIGTERM)  # `make` killed with -9 takes the service along
    for stop_signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(stop_signal) != signal.SIG_IGN:  # nohup
            signal.signal(stop_signal, request_stop)
    try:
        run()
    except StopRequested:
        say("Stopped.")
    except (StartError, PlaceError, EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
