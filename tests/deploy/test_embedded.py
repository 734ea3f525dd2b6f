"""The embedded servers: durable, alone on their data, reachable from nobody else, gone with their parent."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

import psutil
import psycopg
import pytest
import redis

from common import embedded
from common.embedded import EmbeddedError, Postgres, Valkey, socket_folder, start, stop
from deploy.services import ROOT

pytestmark = pytest.mark.integration
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, which can become another user")


@contextmanager
def running(server, log):
    process = start(server, log)
    try:
        yield process
    finally:
        stop(process, server.stop_signal)


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "with a space, and a comma"
    folder.mkdir()
    yield folder
    shutil.rmtree(socket_folder(folder))  # outside of it when pytest's path is long


def wait_for(condition, timeout=20.0):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def execute(postgres, statement):
    with psycopg.connect(postgres.url()) as connection:
        return connection.execute(statement)


def fetch(postgres, statement):
    with psycopg.connect(postgres.url()) as connection:
        return connection.execute(statement).fetchone()[0]


def test_postgres_is_durable_and_keeps_its_rows_over_a_kill(place):
    postgres = Postgres(place / "postgres", socket_folder(place))
    with running(postgres, place / "log") as process:
        assert [fetch(postgres, f"show {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")] == [
            "on"
        ] * 3
        assert fetch(postgres, "show listen_addresses") == ""
        execute(postgres, "create table kept (number int); insert into kept values (7)")
        process.kill()
    with running(postgres, place / "log"):
        assert fetch(postgres, "select number from kept") == 7


def test_postgres_starts_although_its_old_number_belongs_to_another_program(place):
    postgres = Postgres(place / "postgres", socket_folder(place))
    with running(postgres, place / "log") as process:
        process.kill()
        process.wait()
    pid_file = place / "postgres" / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(process.pid), str(os.getpid()), 1))
    with running(postgres, place / "log"):
        assert fetch(postgres, "select 1") == 1


def test_an_interrupted_creation_is_begun_again(place):
    draft = place / "postgres.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("half")
    postgres = Postgres(place / "postgres", socket_folder(place), durable=False)
    with running(postgres, place / "log"):
        assert fetch(postgres, "select 1") == 1
    assert not draft.exists()


def test_valkey_keeps_what_it_has_written_over_a_kill(place):
    valkey = Valkey(place / "valkey", socket_folder(place))
    with running(valkey, place / "log") as process, redis.Redis.from_url(valkey.url()) as client:
        settings = client.config_get("append*") | client.config_get("maxmemory-policy")
        assert settings["appendonly"] == "yes"
        assert settings["appendfsync"] == "everysec"
        assert settings["maxmemory-policy"] == "noeviction"
        client.set("kept", 7)
        process.kill()
    with running(valkey, place / "log"), redis.Redis.from_url(valkey.url()) as client:
        assert client.get("kept") == b"7"


def test_a_long_path_gets_a_short_folder_for_sockets(tmp_path):
    deep = tmp_path / ("long " * 20) / ("longer " * 15)
    deep.mkdir(parents=True)
    sockets = socket_folder(deep)
    try:
        assert not sockets.is_relative_to(tmp_path)
        assert sockets == socket_folder(deep)  # the same one on the next start
        assert sockets.stat().st_mode & 0o777 == 0o700
        postgres, valkey = Postgres(deep / "postgres", sockets, durable=False), Valkey(deep / "valkey", sockets)
        with running(postgres, deep / "log"), running(valkey, deep / "log"):
            assert fetch(postgres, "select 1") == 1
            assert valkey.ready()
    finally:
        shutil.rmtree(sockets)


def test_a_folder_for_sockets_that_others_can_enter_is_refused(tmp_path):
    (tmp_path / "run").mkdir(mode=0o755)
    with pytest.raises(EmbeddedError, match="mode 700"):
        socket_folder(tmp_path)


def test_a_server_that_cannot_start_says_why(place):
    postgres = Postgres(place / "postgres", socket_folder(place), durable=False)
    with running(postgres, place / "log"):
        pass
    (place / "postgres" / "postgresql.conf").write_text("nonsense = here\n")
    with pytest.raises(EmbeddedError, match=r'postgres did not start.*"nonsense"'):
        start(postgres, place / "log")


def start_throw_away(**options):
    """``python -m common.embedded`` as a person starts it, and its two servers."""
    launcher = subprocess.Popen(
        [sys.executable, "-m", "common.embedded"], cwd=ROOT, stdout=subprocess.PIPE, text=True, **options
    )
    lines = [launcher.stdout.readline(), launcher.stdout.readline()]
    assert [line.partition("=")[0] for line in lines] == ["export DATABASE_URL", "export REDIS_URL"]
    return launcher, psutil.Process(launcher.pid).children(recursive=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_throw_away_servers_end_with_the_command_and_leave_nothing(tmp_path, number):
    launcher, servers = start_throw_away(env=os.environ | {"TMPDIR": str(tmp_path)})
    launcher.send_signal(number)
    launcher.wait(30)
    assert not any(server.is_running() for server in servers)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_servers_end_when_their_launcher_is_killed():
    with tempfile.TemporaryDirectory(prefix="killed-") as folder:  # short, so that the sockets lie in it as well
        launcher, servers = start_throw_away(env=os.environ | {"TMPDIR": folder})
        assert len(servers) > 2  # PostgreSQL has processes of its own
        launcher.kill()
        launcher.wait()
        wait_for(lambda: not any(server.is_running() for server in servers))


@as_root
def test_an_ordinary_user_can_start_them():
    """The folders above this checkout may be closed to others, so the wheels' folder is what counts."""
    nobody = pwd.getpwnam("nobody")
    probe = subprocess.run(["test", "-r", sys.executable], user=nobody.pw_uid, check=False)
    if probe.returncode != 0:
        pytest.skip(f"{sys.executable} cannot be read by an ordinary user")
    launcher, servers = start_throw_away(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
    try:
        assert {server.uids().real for server in servers} == {nobody.pw_uid}
    finally:
        launcher.terminate()
        launcher.wait(30)


@as_root
@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv")
def test_where_user_namespaces_are_forbidden_root_becomes_nobody(place, monkeypatch):
    """The same data then serves in a namespace again: ownership follows the way it is started."""
    which = shutil.which
    nobody = pwd.getpwnam("nobody").pw_uid
    postgres = Postgres(place / "postgres", socket_folder(place), durable=False)
    place.chmod(0o700)  # as in /root: only root may pass
    with monkeypatch.context() as patch:
        patch.setattr(embedded.shutil, "which", lambda name: None if name == "unshare" else which(name))
        embedded._unprivileged.cache_clear()
        with running(postgres, place / "log") as process:
            assert psutil.Process(process.pid).uids().real == nobody
            execute(postgres, "create table kept (number int); insert into kept values (7)")
    embedded._unprivileged.cache_clear()
    with running(postgres, place / "log"):
        assert fetch(postgres, "select number from kept") == 7


@as_root
def test_root_without_any_way_out_is_told_what_to_do(place, monkeypatch):
    monkeypatch.setattr(embedded.shutil, "which", lambda name: None)
    embedded._unprivileged.cache_clear()
    with pytest.raises(EmbeddedError, match="start as an ordinary user, or set DATABASE_URL"):
        Postgres(place / "postgres", socket_folder(place)).prepare()
    embedded._unprivileged.cache_clear()
