"""``python -m extraction.engine``: one object a file, in order, and no file spoils another."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import termios
import time

import pytest

from extraction.engine.__main__ import output_names
from extraction.engine.sandbox import ROOT
from tests.engine.paper import drawn_pdf, letter, picture, written
from tests.engine.test_sandbox import eventually, heavy_pdf

NOTE = """\
Vendor: Northwind Supplies
Customer: Acme GmbH
Invoice Number: INV-1001
Invoice Date: 2026-04-15
Due Date: 2026-05-15
Tax: 19.00
Total: EUR 119.00
"""
COMMAND = [sys.executable, "-m", "extraction.engine"]


def run(*arguments) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=120)


def objects(done: subprocess.CompletedProcess[str]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def note(tmp_path):
    return written(tmp_path / "a note.txt", NOTE)


def test_what_is_printed_for_a_file(note):
    done = run(note)
    (found,) = objects(done)
    assert (done.returncode, done.stderr) == (0, "")
    assert found["file"] == str(note)
    assert (found["document_type"], found["total_amount"], found["currency"]) == ("invoice", 119.0, "EUR")
    total = found["fields"]["total_amount"]
    assert total["value"] == 119.0
    assert total.keys() >= {"value", "raw", "confidence", "page", "box", "source"}
    assert found["timings"].keys() >= {"parse", "extract"}
    assert found["issues"] == []


@pytest.mark.parametrize("jobs", [1, 3])
def test_files_that_cannot_be_read_do_not_spoil_the_others(tmp_path, note, jobs):
    picture(NOTE.splitlines(), size=(1200, 800)).save(tmp_path / "photo.png")
    files = {
        note: None,
        written(tmp_path / "empty.pdf", b""): "empty_document",
        tmp_path / "missing.pdf": "file_not_found",
        tmp_path: "not_a_file",
        written(tmp_path / "notes.odt", b"PK"): "unsupported_type",
        written(tmp_path / "bad.xml", b"no tag"): "content_mismatch",
        drawn_pdf(tmp_path / "letter.pdf", letter): None,
        written(tmp_path / "cut.png", (tmp_path / "photo.png").read_bytes()[:500]): "damaged_document",
        written(tmp_path / "lines.csv", "item,amount\nOak,5\n"): None,
        tmp_path / "photo.png": None,
    }
    done = run("--jobs", jobs, *files)
    assert done.returncode == 3
    assert [found["file"] for found in objects(done)] == [str(file) for file in files]
    assert [found.get("error", {}).get("code") for found in objects(done)] == list(files.values())
    assert all(found["error"]["message"] for found in objects(done) if "error" in found)
    assert objects(done)[-1]["invoice_number"] == "INV-1001"


def test_output_goes_to_a_folder(tmp_path, note):
    (tmp_path / "other").mkdir()
    again = written(tmp_path / "other" / "a note.txt", NOTE)
    table = written(tmp_path / "a note.csv", "item,amount\nOak,5\n")
    bad = written(tmp_path / "bad.pdf", b"")
    folder = tmp_path / "new" / "results"
    done = run("--output", folder, note, table, again, bad)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr == f"{bad}: The file is empty.\n"  # no bar: this is no terminal
    written_files = {path.name: json.loads(path.read_text()) for path in folder.iterdir()}
    assert {name: found["file"] for name, found in written_files.items()} == {
        "a note.json": str(note),
        "a note.csv.json": str(table),
        "a note.txt.json": str(again),
        "bad.json": str(bad),
    }
    assert written_files["bad.json"]["error"]["code"] == "empty_document"


def test_no_two_files_share_an_output():
    files = ["a.pdf", "b/a.pdf", "c/a.pdf", "a.png", "a.pdf.txt"]
    names = output_names(files)
    assert names == ["a.json", "a.pdf.json", "a.pdf.2.json", "a.png.json", "a.pdf.txt.json"]


def test_a_terminal_sees_a_progress_bar(tmp_path, note):
    leader, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    process = subprocess.Popen([*COMMAND, "--output", str(tmp_path / "out"), str(note)], cwd=ROOT, stderr=terminal)
    os.close(terminal)
    seen = b""
    while chunk := _read(leader):
        seen += chunk
    assert process.wait(60) == 0
    assert b"1/1" in seen


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1024)
    except OSError:  # how Linux tells that the other side of a terminal is closed
        return b""


def test_interrupting_stops_cleanly(tmp_path, note):
    bomb = heavy_pdf(tmp_path / "bomb.pdf", operations=500_000)
    process = subprocess.Popen(
        [*COMMAND, str(note), *[str(bomb)] * 200], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["invoice_number"] == "INV-1001"
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == ""
    assert time.monotonic() - started < 30  # of 200 files that take a second each
    assert eventually(lambda: not _sandboxes(process.pid))


def _sandboxes(parent: int) -> str:
    return subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True).stdout


def test_a_reader_that_has_seen_enough(note):
    done = subprocess.run(
        f"'{sys.executable}' -m extraction.engine '{note}' '{note}' '{note}' | head -c 10",
        shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == '{"file":"/'
    assert done.stderr == ""


def test_results_that_cannot_be_written_are_one_sentence(note):
    into_a_file = run("--output", note, note)
    with open("/dev/full", "w") as full:
        onto_a_full_disk = subprocess.run(
            [*COMMAND, str(note)], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    for done in (into_a_file, onto_a_full_disk):
        assert done.returncode == 1
        assert done.stderr.startswith("The results could not be written: ")
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["--jobs", "0", "a.pdf"], ["--nonsense", "a.pdf"]])
def test_wrong_usage(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_help_tells_what_is_printed():
    done = run("--help")
    assert done.returncode == 0
    for word in ("--output", "--jobs", "exit status", "error", "examples"):
        assert word in done.stdout


def test_it_runs_without_the_service(note):
    """No Django, no database, no broker: neither here nor in the children."""
    code = "import sys, extraction.engine.__main__ as command; command.main();"
    code += "print(sorted(m for m in sys.modules if m.split('.')[0] in {'django', 'redis', 'psycopg', 'dramatiq'}))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(note)], cwd=ROOT, env={"PATH": os.defpath}, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
