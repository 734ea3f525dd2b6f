"""The child process in which files are opened: what it may, and what its misfortunes cost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from extraction.engine import pipeline
from extraction.engine.errors import (
    ContentMismatch,
    DamagedDocument,
    EngineError,
    MemoryLimitExceeded,
    ReaderCrashed,
    TimeLimitExceeded,
    UnsupportedType,
)
from extraction.engine.sandbox import ROOT, Sandbox
from extraction.engine.values import Extraction, Limits, Options, ParsedDocument, View, decode
from tests.engine.paper import LETTER, OPTIONS, drawn_pdf, letter, picture, source, texts, written

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the child's bounds are those of Linux")

WORDS = " ".join(LETTER).split()
MEBIBYTE = 1024 * 1024


@pytest.fixture
def pdf(tmp_path):
    return source(drawn_pdf(tmp_path / "a letter.pdf", letter))


@pytest.fixture
def sandbox():
    with Sandbox(Limits()) as sandbox:
        yield sandbox


def words(parsed: bytes) -> list[str]:
    return texts(decode(parsed, ParsedDocument).pages[0])


def children() -> set[int]:
    """Process ids of our own sandbox children."""
    command = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(os.getpid())]
    listed = subprocess.run(command, capture_output=True, text=True)
    return {int(line.split()[0]) for line in listed.stdout.splitlines() if "sandbox_child" in line}


@contextmanager
def new_child():
    before = children()
    born: list[int] = []
    yield born
    born += children() - before


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def heavy_pdf(path: Path, operations: int = 3_000_000) -> Path:
    """A small file with that many text operations on its one page: pdfium needs gigabytes for it."""
    stream = zlib.compress(b"BT /F1 12 Tf 100 700 Td " + b"(Hello world) Tj " * operations + b"ET", 9)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(stream) + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"".join(b"%d 0 obj" % number + content + b"endobj\n" for number, content in enumerate(objects, start=1))
    return written(path, b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF")


# What it is for


def test_all_stages_give_what_the_pipeline_gives(sandbox, pdf):
    parsed = sandbox.parse(pdf, OPTIONS)
    assert decode(parsed, ParsedDocument).pages == pipeline.parse(pdf, OPTIONS).pages
    extraction = sandbox.validate(sandbox.extract(parsed, OPTIONS), OPTIONS)
    expected = pipeline.process(pdf, OPTIONS)
    assert decode(extraction, Extraction).fields == expected.fields
    assert decode(extraction, Extraction).issues == expected.issues


def test_recognition_tells_its_progress(tmp_path):
    def draw(canvas) -> None:
        for _ in range(2):
            canvas.drawImage(ImageReader(picture()), 20, 50, 360, 168)
            canvas.showPage()

    scan = source(drawn_pdf(tmp_path / "a.pdf", draw))
    told: list[tuple[int, int]] = []
    with Sandbox(Limits(), ocr=True) as sandbox:
        parsed = sandbox.parse(scan, OPTIONS)
        recognised = sandbox.recognise(scan, parsed, OPTIONS, lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)]
    assert words(recognised) == WORDS


def test_a_page_is_shown_as_png(tmp_path, sandbox, pdf):
    shown = Image.open(written(tmp_path / "page.png", sandbox.render_page(pdf, 1, 600)))
    assert (shown.format, shown.size) == ("PNG", (600, 450))
    turned = Image.open(written(tmp_path / "page.png", sandbox.render_page(pdf, 1, 600, View(turn=90))))
    assert turned.size == (600, 800)
    picture().save(tmp_path / "photo.png")
    assert sandbox.render_page(source(tmp_path / "photo.png"), 1, 450).startswith(b"\x89PNG")
    with pytest.raises(UnsupportedType):
        sandbox.render_page(source(written(tmp_path / "a.txt", "text")), 1, 600)


def test_errors_arrive_as_what_they_are(tmp_path, sandbox, pdf):
    with pytest.raises(ContentMismatch) as refused:
        sandbox.parse(source(Path(pdf.path), filename="a.png"), OPTIONS)
    assert (refused.value.code, refused.value.retryable) == ("content_mismatch", False)
    with pytest.raises(DamagedDocument) as refused:
        sandbox.parse(source(tmp_path / "secret name.pdf"), OPTIONS)
    assert "secret" not in str(refused.value)
    assert words(sandbox.parse(pdf, OPTIONS)) == WORDS


def test_one_child_serves_many_documents(sandbox, pdf):
    with new_child() as born:
        sandbox.parse(pdf, OPTIONS)
    assert len(born) == 1
    with new_child() as more:
        for _ in range(5):
            sandbox.parse(pdf, OPTIONS)
    assert more == []
    sandbox.close()
    assert not alive(born[0])


def test_threads_share_one_sandbox(sandbox, pdf, tmp_path):
    other = source(written(tmp_path / "b.txt", "another document"))
    found: list[bool] = []

    def work(number: int) -> None:
        expected = ["another", "document"] if number % 2 else WORDS
        found.append(words(sandbox.parse(other if number % 2 else pdf, OPTIONS)) == expected)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 8


def test_a_child_outlives_the_thread_that_asked_for_it_first(sandbox, pdf):
    with new_child() as born:
        thread = threading.Thread(target=sandbox.parse, args=(pdf, OPTIONS))
        thread.start()
        thread.join()
    time.sleep(0.2)
    assert [alive(pid) for pid in born] == [True]


# What it may not


def test_the_child_knows_none_of_our_secrets(sandbox, pdf, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush-hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://hush-hush")
    with new_child() as born:
        sandbox.parse(pdf, OPTIONS)
    (pid,) = born
    names = {entry.partition(b"=")[0] for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if entry}
    assert names <= {b"PYTHONPATH", b"PATH", b"HOME", b"LANG", b"OPENBLAS_NUM_THREADS"}


def test_the_child_is_bounded(sandbox, pdf):
    with new_child() as born:
        sandbox.parse(pdf, OPTIONS)
    (pid,) = born
    table = Path(f"/proc/{pid}/limits").read_text().splitlines()
    limits = {line[:26].strip(): line[26:47].strip() for line in table}
    assert limits["Max address space"] == str(Limits().memory_bytes)
    assert limits["Max core file size"] == "0"
    assert limits["Max file size"] == "0"
    assert 0 < int(limits["Max cpu time"]) <= Limits().seconds + 10
    assert os.getsid(pid) == pid  # Ctrl-C in our terminal does not reach it


@pytest.mark.parametrize(
    "action",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import pathlib; pathlib.Path('written').write_text('x')",
    ],
)
def test_code_in_the_child_cannot_call_out(tmp_path, action):
    """The bounds themselves, put by the child's own function on a process that then tries."""
    code = f"""
from extraction.engine import sandbox_child
sandbox_child._bound(2**30)
try:
    {action}
except OSError:
    print("refused")
"""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert run.stdout == "refused\n", run.stderr


# What its misfortunes cost


def test_a_hang_costs_one_document(tmp_path, pdf):
    with Sandbox(Limits(seconds=0.5, memory_bytes=16 * 1024 * MEBIBYTE)) as sandbox:
        with new_child() as born, pytest.raises(TimeLimitExceeded) as refused:
            sandbox.parse(source(heavy_pdf(tmp_path / "bomb.pdf")), OPTIONS)
        assert born == []  # it is gone already
        assert not refused.value.retryable
        assert words(sandbox.parse(pdf, OPTIONS)) == WORDS


def test_a_memory_bomb_costs_one_document(tmp_path, pdf):
    with Sandbox(Limits(memory_bytes=400 * MEBIBYTE)) as sandbox:
        with pytest.raises(MemoryLimitExceeded) as refused:
            sandbox.parse(source(heavy_pdf(tmp_path / "bomb.pdf")), OPTIONS)
        assert not refused.value.retryable
        assert words(sandbox.parse(pdf, OPTIONS)) == WORDS


def test_want_of_memory_in_python_itself(tmp_path, pdf):
    with Sandbox(Limits(memory_bytes=250 * MEBIBYTE)) as sandbox:
        with pytest.raises(MemoryLimitExceeded):
            sandbox.parse(source(written(tmp_path / "a.txt", "a " * 5_000_000)), OPTIONS)
        assert words(sandbox.parse(pdf, OPTIONS)) == WORDS


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSEGV])
def test_a_crash_costs_one_document(tmp_path, pdf, blow):
    heavy = source(heavy_pdf(tmp_path / "bomb.pdf"))
    with Sandbox(Limits(memory_bytes=32 * 1024 * MEBIBYTE)) as sandbox:
        before = children()
        sandbox.parse(pdf, OPTIONS)
        (pid,) = children() - before
        threading.Timer(0.3, os.kill, (pid, blow)).start()
        with pytest.raises(ReaderCrashed) as crashed:
            sandbox.parse(heavy, OPTIONS)
        assert crashed.value.retryable
        assert words(sandbox.parse(pdf, OPTIONS)) == WORDS


def test_a_child_that_died_between_two_documents_costs_nothing(sandbox, pdf):
    with new_child() as born:
        sandbox.parse(pdf, OPTIONS)
    os.kill(born[0], signal.SIGKILL)
    assert eventually(lambda: not alive(born[0]))
    assert words(sandbox.parse(pdf, OPTIONS)) == WORDS


def test_closing_ends_a_call_of_another_thread(tmp_path):
    sandbox = Sandbox(Limits(memory_bytes=32 * 1024 * MEBIBYTE))
    raised: list[EngineError] = []

    def work() -> None:
        try:
            sandbox.parse(source(heavy_pdf(tmp_path / "bomb.pdf")), OPTIONS)
        except EngineError as error:
            raised.append(error)

    before = children()
    thread = threading.Thread(target=work)
    thread.start()
    assert eventually(lambda: children() - before)
    time.sleep(0.3)
    sandbox.close()
    thread.join(timeout=10)
    assert [error.retryable for error in raised] == [True]
    assert children() == before


def test_an_error_of_the_callers_own_progress_function_leaves_no_mixed_answers(tmp_path, pdf):
    picture().save(tmp_path / "a.png")
    photo = source(tmp_path / "a.png")

    def fail(done: int, total: int) -> None:
        raise LookupError

    with Sandbox(Limits(), ocr=True) as sandbox:
        parsed = sandbox.parse(photo, OPTIONS)
        with pytest.raises(LookupError):
            sandbox.recognise(photo, parsed, OPTIONS, fail)
        assert words(sandbox.parse(pdf, OPTIONS)) == WORDS


def test_a_child_that_has_grown_near_its_limit_is_replaced(sandbox, pdf):
    with new_child() as born:
        sandbox.parse(pdf, OPTIONS)
    (pid,) = born
    usual = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
    with Sandbox(Limits(memory_bytes=int(1.4 * usual))) as tight:
        with new_child() as first:
            assert words(tight.parse(pdf, OPTIONS)) == WORDS
        assert first == []  # gone already, so that the next document finds room
        assert words(tight.parse(pdf, OPTIONS)) == WORDS


def test_no_orphan_is_left_when_the_parent_is_killed(tmp_path):
    """Even in the middle of a document that would take for ever."""
    bomb = heavy_pdf(tmp_path / "bomb.pdf")
    code = f"""
from tests.engine.paper import OPTIONS, source
from extraction.engine.sandbox import Sandbox
from extraction.engine.values import Limits
from pathlib import Path
Sandbox(Limits(memory_bytes={32 * 1024 * MEBIBYTE})).parse(source(Path({str(bomb)!r})), OPTIONS)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)

    def grandchildren() -> list[int]:
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent.pid)], capture_output=True, text=True)
        return [int(pid) for pid in listed.stdout.split()]

    assert eventually(grandchildren, 30)
    (orphan,) = grandchildren()
    time.sleep(0.5)
    assert alive(orphan)
    parent.kill()
    parent.wait()
    assert eventually(lambda: not alive(orphan), 5)


def test_what_libraries_print_does_not_disturb(tmp_path, sandbox, pdf):
    """Pillow warns on standard error of such a file; the answers stay in step."""
    picture().save(tmp_path / "a.jpg")
    spoilt = (tmp_path / "a.jpg").read_bytes() + b"\xff\xe2\x00\x10MPF\0" + bytes(20)
    sandbox.parse(source(written(tmp_path / "a.jpg", spoilt)), OPTIONS)
    assert words(sandbox.parse(pdf, OPTIONS)) == WORDS


def test_options_reach_the_child(tmp_path, sandbox):
    options = Options(today=OPTIONS.today, limits=Limits(max_table_rows=1))
    parsed = decode(sandbox.parse(source(written(tmp_path / "a.csv", "a,b\n" * 3)), options), ParsedDocument)
    assert len(parsed.tables[0].rows) == 1
