"""``make run`` as real processes: it gets ready, survives its parts, refuses what it must, stops, and starts again."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import psutil
import pytest

from common.embedded import throw_away
from deploy.place import join_service
from deploy.services import ROOT

pytestmark = pytest.mark.integration

OWN_VARIABLES = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "ENVIRONMENT", "DJANGO_SETTINGS_MODULE", "MAKELEVEL")
PARTS = {"web", "worker", "worker-ocr", "scheduler", "postgres", "valkey"}


def environment(data, **variables):
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    return inherited | {"DATA_DIR": str(data), "PORT": "0", **variables}


class Service:
    """A running ``python -m deploy.run``; ``lines`` is what it has printed so far."""

    def __init__(self, data, **variables):
        self.data, self.lines = data, []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.run"],
            cwd=ROOT,
            env=environment(data, **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True).start()

    def wait_until_ready(self, timeout=150):
        wait_for(lambda: self.url or self.process.poll() is not None, timeout, self)
        assert self.url, self.text
        return self

    @property
    def text(self):
        return "".join(self.lines)

    @property
    def url(self):
        found = re.search(r"^Ready: (http://127\.0\.0\.1:\d+)$", self.text, re.MULTILINE)
        return found and found[1]

    def children(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def part(self, name):
        """The process that the launcher started for ``name``."""
        marks = {
            "web": "gunicorn_config.py",
            "worker": "manage.py worker --threads",
            "worker-ocr": "manage.py worker --ocr",
            "scheduler": "manage.py scheduler",
            "postgres": "bin/postgres",
            "valkey": "valkey-server",
        }
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it may be dying at this moment
                if marks[name] in " ".join(child.cmdline()):
                    return child
        return None

    def call(self, path, body=None, token=""):
        request = Request(self.url + path, json.dumps(body).encode() if body else None)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urlopen(request, timeout=30) as response:
                return response.status, json.load(response)
        except HTTPError as error:
            return error.code, json.load(error)

    def is_ready(self):
        try:
            return self.call("/health/ready")[0] == 200
        except OSError:
            return False

    def log_in(self, email, password):
        return self.call("/api/v1/auth/login", {"email": email, "password": password})[0]

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(60)


def wait_for(condition, timeout, service):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, service.text
        time.sleep(0.1)


@contextmanager
def running(data, **variables):
    service = Service(data, **variables)
    try:
        yield service.wait_until_ready()
    finally:
        if service.process.poll() is None:
            service.stop()


def refused(data, **variables):
    """The sentence with which a start is refused; it comes soon and the exit status says so."""
    result = subprocess.run(
        [sys.executable, "-m", "deploy.run"],
        cwd=ROOT,
        env=environment(data, **variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1, result.stdout
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


@pytest.fixture
def data(tmp_path):
    """A folder in which the samples were shown already: reading them is another test's matter."""
    folder = tmp_path / "data with a space"
    folder.mkdir()
    (folder / "samples.done").touch()
    return folder


def test_the_life_of_a_service(data):
    with running(data, WORKERS="1") as service:
        assert service.part("worker").cmdline()[-2:] == ["--threads", "1"]
        account = dict(line.split("=", 1) for line in (data / "operator.txt").read_text().splitlines())
        assert stat.S_IMODE((data / "operator.txt").stat().st_mode) == 0o600
        assert service.text.count(account["PASSWORD"]) == 1
        assert service.log_in(account["EMAIL"], account["PASSWORD"]) == 200

        assert re.search(rf"already runs on .*\(process {service.process.pid}\)", refused(data))
        assert service.is_ready()
        sockets = Path(parse_qs(urlsplit(join_service(data)["DATABASE_URL"]).query)["host"][0])

        command = [sys.executable, "manage.py", "sweep"]  # joins the service by the data folder alone
        subprocess.run(command, cwd=ROOT, env=environment(data), check=True, capture_output=True, timeout=60)

        before = {name: service.part(name) for name in PARTS}
        assert all(before.values()), before
        for part in before.values():
            part.kill()
        wait_for(lambda: all((now := service.part(name)) and now != before[name] for name in PARTS), 60, service)
        wait_for(service.is_ready, 60, service)
        assert service.log_in(account["EMAIL"], account["PASSWORD"]) == 200
        for name in PARTS:
            assert f"{name} stopped (killed by SIGKILL); starting it again" in service.text

        processes = service.children()
        assert service.stop() == 0
        assert [process for process in processes if process.is_running()] == []
        assert not (data / "service.env").exists()
        assert not sockets.exists()

    with running(data) as service:
        assert service.log_in(account["EMAIL"], account["PASSWORD"]) == 200
        assert "password" not in service.text
        processes = service.children()
        service.process.kill()
        service.process.wait()
        if sys.platform == "linux":
            wait_for(lambda: not any(process.is_running() for process in processes), 30, service)

    with running(data) as service:
        assert service.log_in(account["EMAIL"], account["PASSWORD"]) == 200
        assert service.stop(signal.SIGTERM) == 0


def test_servers_that_the_environment_names_are_used(data):
    with throw_away() as servers, running(data, **servers) as service:
        assert service.part("postgres") is None
        assert service.part("valkey") is None
        assert not (data / "postgres").exists()
        account = dict(line.split("=", 1) for line in (data / "operator.txt").read_text().splitlines())
        assert service.log_in(account["EMAIL"], account["PASSWORD"]) == 200


def test_the_first_start_shows_the_samples(tmp_path):
    """Every row of the table against the right answers that lie beside the samples."""
    with running(tmp_path / "data") as service:
        rows = [cells for line in service.lines if len(cells := re.split(r"\s{2,}", line.strip())) == 7]
    assert rows.pop(0) == ["file", "kind", "vendor", "number", "total", "confidence", "warnings"]
    expected = {}
    for path in (ROOT / "samples").glob("*.truth.json"):
        truth = json.loads(path.read_text())
        total = truth["total_amount"] and f"{float(truth['total_amount']):.2f} {truth['currency']}"
        values = (truth["document_type"], truth["vendor_name"], truth["invoice_number"], total)
        expected[path.name.removesuffix(".truth.json")] = [value or "–" for value in values]
    assert {Path(name).stem: cells for name, *cells, _, _ in rows} == expected


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "eighty"}, r"PORT must be a whole number from 0 to 65535, not 'eighty'\."),
        ({"PORT": "70000"}, r"PORT must be a whole number"),
        ({"WORKERS": "0"}, r"WORKERS must be a whole number from 1"),
        ({"DATA_DIR": "/proc/nowhere"}, r"The data folder /proc/nowhere cannot be written .*DATA_DIR="),
        ({"DATABASE_URL": "mysql://here"}, r"DATABASE_URL is not a postgresql:// URL\."),
        ({"DATABASE_URL": "postgresql://u:hush@127.0.0.1:1/x"}, r"The database that DATABASE_URL names cannot be used"),
        ({"REDIS_URL": "http://here"}, r"REDIS_URL is not a redis:// or unix:// URL\."),
        ({"REDIS_URL": "redis://:hush@127.0.0.1:1/0"}, r"The Redis that REDIS_URL names cannot be used"),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(tmp_path, variables, sentence):
    said = refused(tmp_path / "data", **variables)
    assert re.match(sentence, said), said
    assert "hush" not in said


def test_a_busy_port_is_refused_before_anything_is_started(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        assert f"Port {port} is in use" in refused(tmp_path / "data", PORT=str(port))
    assert not (tmp_path / "data" / "postgres").exists()
