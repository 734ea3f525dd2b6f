"""Whoever dies is started again, later each time; whoever is asked to stop stops, with all its children."""

from __future__ import annotations

import os
import signal
import sys
import time

import psutil
import pytest

from deploy import supervisor as module
from deploy.supervisor import Service, Supervisor, rotate

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
PARENT = f"import subprocess; subprocess.run({SLEEPER!r})"


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(tmp_path, said):
    supervisor = Supervisor(tmp_path, said.append)
    yield supervisor
    supervisor.stop([child.service.name for child in supervisor.children], timeout=0)


def service(name, command, **options):
    return Service(name, command, dict(os.environ), **options)


def pid(supervisor, name):
    return next(child.process.pid for child in supervisor.children if child.service.name == name)


def test_a_killed_process_is_started_again_and_the_others_are_left_alone(supervisor, said):
    supervisor.start(service("web", SLEEPER))
    supervisor.start(service("worker", SLEEPER))
    web, worker = pid(supervisor, "web"), pid(supervisor, "worker")
    os.kill(web, signal.SIGKILL)
    assert supervisor.wait_until(lambda: pid(supervisor, "web") != web, timeout=20)
    assert psutil.pid_exists(pid(supervisor, "web"))
    assert pid(supervisor, "worker") == worker
    assert len(said) == 1
    assert said[0].startswith("web stopped (killed by SIGKILL); starting it again in 0.5 s.")


def test_the_delay_doubles_up_to_a_limit(supervisor, said, monkeypatch):
    monkeypatch.setattr(module, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(module, "LONGEST_DELAY", 0.04)
    supervisor.start(service("web", (sys.executable, "-c", "raise SystemExit(3)")))
    assert supervisor.wait_until(lambda: len(said) == 5, timeout=30)
    assert [line.split(" in ")[1].split(" s")[0] for line in said] == ["0.01", "0.02", "0.04", "0.04", "0.04"]
    assert "exit status 3" in said[0]


def test_the_delay_is_short_again_after_a_steady_time(supervisor, said, monkeypatch):
    monkeypatch.setattr(module, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(module, "STEADY_AFTER", 0.0)
    supervisor.start(service("web", (sys.executable, "-c", "")))
    assert supervisor.wait_until(lambda: len(said) == 3, timeout=30)
    assert all("starting it again in 0.01 s" in line for line in said)


def test_a_start_that_fails_is_tried_again(supervisor, said, monkeypatch):
    monkeypatch.setattr(module, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(module, "LONGEST_DELAY", 0.01)
    attempts = []

    def prepare():
        attempts.append(1)
        if len(attempts) == 2:
            raise OSError(28, "No space left on device")

    supervisor.start(service("postgres", (sys.executable, "-c", ""), prepare=prepare))
    assert supervisor.wait_until(lambda: len(attempts) == 3, timeout=20)
    assert any("cannot be started: [Errno 28] No space left" in line for line in said)


def test_what_a_dead_process_had_started_dies_too(supervisor):
    supervisor.start(service("worker", (sys.executable, "-c", PARENT)))
    parent = psutil.Process(pid(supervisor, "worker"))
    assert supervisor.wait_until(lambda: len(parent.children()) == 1, timeout=20)
    child = parent.children()[0]
    parent.kill()
    assert supervisor.wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, timeout=20)


def test_whoever_does_not_stop_in_time_is_ended(supervisor, said):
    supervisor.start(service("worker", (sys.executable, "-c", DEAF)))
    assert supervisor.wait_until(lambda: "deaf" in supervisor.log("worker").read_text(), timeout=20)
    process = psutil.Process(pid(supervisor, "worker"))
    started = time.monotonic()
    supervisor.stop(["worker"], timeout=0.3)
    assert not process.is_running()
    assert time.monotonic() - started >= 0.3
    assert said == ["worker did not stop in time and was ended."]


def test_a_long_log_is_copied_and_emptied_under_its_writer(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOG_BYTES", 10)
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(6):
            writer.write(b"line %d, long enough\n" % number)
            rotate(log)
        writer.write(b"short\n")
        rotate(log)
    assert log.read_text() == "short\n"
    kept = {path.name: path.read_text() for path in tmp_path.iterdir() if path != log}
    assert kept == {f"web.log.{n}": f"line {6 - n}, long enough\n" for n in (1, 2, 3)}
