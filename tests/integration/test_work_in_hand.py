"""What can happen to a document while it is being read, with real workers on one set of servers."""

from __future__ import annotations

import signal
import subprocess
import sys

import psutil
import pytest

from deploy.services import ROOT
from tests.integration import papers
from tests.integration.stack import living_children, running

pytestmark = pytest.mark.integration

TIMEOUT_SECONDS = 15
ENOUGH_SECONDS = 60


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with running(tmp_path_factory.mktemp("stack"), JOB_TIMEOUT_SECONDS=str(TIMEOUT_SECONDS)) as stack:
        yield stack


@pytest.fixture
def feed(stack, tmp_path):
    """Feed so many new documents; their ids."""
    numbers = iter(range(10_000))

    def feed(count):
        first = next(numbers) * 1000
        return stack.feed(papers.write(tmp_path / str(first), range(first, first + count)))

    return feed


@pytest.fixture
def held_reader(stack, feed):
    """The reading child to which the next document goes, stopped in its tracks."""
    for idle in readers(stack):
        idle.kill()
    (one,) = feed(1)
    assert wait_for(stack, one, "completed")
    (reader,) = readers(stack)  # the one that was needed; it is the first to be used again
    reader.send_signal(signal.SIGSTOP)
    yield reader
    if reader.is_running():
        reader.send_signal(signal.SIGCONT)


def readers(stack):
    return living_children(stack.worker())


def status(stack, document):
    return next(iter(stack.rows("SELECT status FROM documents_document WHERE id = %s", document)), [None])[0]


def wait_for(stack, document, wanted, seconds=ENOUGH_SECONDS):
    return stack.wait_until(lambda: status(stack, document) == wanted, seconds)


def events(stack, document, action):
    return stack.value("SELECT count(*) FROM audit_event WHERE object_id = %s AND action = %s", document, action)


def django(stack, code):
    return stack.run("manage.py", "shell", "--no-imports", "-v0", "-c", code)


def test_every_message_delivered_five_times(stack, feed):
    fed = feed(20)
    django(
        stack,
        "from extraction.actions import ring\n"
        "from extraction.models import ProcessingJob\n"
        "for job in ProcessingJob.objects.all():\n"
        "    for _ in range(5): ring(job)",
    )

    assert all(wait_for(stack, document, "completed") for document in fed)
    assert {events(stack, document, "document.completed") for document in fed} == {1}
    assert {events(stack, document, "document.processing") for document in fed} == {1}


def test_a_document_deleted_while_it_is_read_leaves_nothing(stack, feed, held_reader):
    (document,) = feed(1)
    assert wait_for(stack, document, "processing")
    django(
        stack,
        "from documents.models import Document; from documents.actions import delete\n"
        f"document = Document.objects.get(pk='{document}'); delete(document=document, by=document.owner)",
    )
    held_reader.send_signal(signal.SIGCONT)
    (later,) = feed(1)

    assert wait_for(stack, later, "completed")
    assert events(stack, document, "document.deleted") == 1
    assert events(stack, document, "document.completed") == 0
    assert stack.rows("SELECT 1 FROM extraction_processingjob WHERE document_id = %s", document) == []
    assert stack.wait_until(lambda: not list((stack.folder / "media").rglob(f"{document}/*")), 10)


def test_a_reader_that_crashes_costs_one_more_attempt(stack, feed, held_reader):
    (document,) = feed(1)
    assert wait_for(stack, document, "processing")
    held_reader.kill()

    assert wait_for(stack, document, "completed")
    assert events(stack, document, "document.retried") == 1


def test_a_document_that_hangs_does_not_hold_up_others(stack, feed, held_reader):
    (hanging,) = feed(1)
    assert wait_for(stack, hanging, "processing")
    others = feed(5)

    assert all(wait_for(stack, document, "completed", TIMEOUT_SECONDS - 2) for document in others)
    assert status(stack, hanging) == "processing"
    assert wait_for(stack, hanging, "failed")
    code = stack.value("SELECT failure_code FROM documents_document WHERE id = %s", hanging)
    assert code == "time_limit_exceeded"


def test_sweepers_at_once_ring_for_lost_work_that_is_done_once(stack, feed):
    """The broker forgets all; several sweepers find it out at the same time."""
    worker = stack.worker()  # before its master is stopped, which could not start one any more
    held = [stack.master("worker"), stack.master("scheduler"), worker]
    for process in held:
        process.send_signal(signal.SIGSTOP)
    fed = feed(20)
    stack.kill_broker()
    assert stack.wait_until(stack.valkey.ready, 30)
    stack.rows("UPDATE extraction_processingjob SET rung_at = rung_at - interval '1 minute' RETURNING 1")
    sweepers = [stack.begin("manage.py", "sweep") for _ in range(3)]
    for sweeper in sweepers:
        stack.finish(sweeper)
    for process in reversed(held):
        process.send_signal(signal.SIGCONT)

    assert all(wait_for(stack, document, "completed") for document in fed)
    assert {events(stack, document, "document.completed") for document in fed} == {1}


def test_bulk_work_goes_last(stack, feed):
    """Ordinary documents overtake what is being read again in the low queue."""
    old = feed(30)
    assert all(wait_for(stack, document, "completed") for document in old)
    worker = stack.worker()
    worker.send_signal(signal.SIGSTOP)
    django(
        stack,
        "from documents.models import Document; from extraction.actions import submit\n"
        f"for document in Document.objects.filter(pk__in={old}):\n"
        "    submit(document=document, by=None, trigger='reprocess', priority='low')",
    )
    (new,) = feed(1)
    worker.send_signal(signal.SIGCONT)

    assert all(wait_for(stack, document, "completed") for document in [*old, new])
    order = stack.rows("SELECT id::text FROM documents_document WHERE id = ANY(%s) ORDER BY processed_at", [*old, new])
    assert [row[0] for row in order].index(new) < len(old) / 2


def test_a_long_scan_shows_its_progress_and_survives_a_restart_of_its_worker(stack, tmp_path):
    """Digital documents pass it meanwhile; stopping the worker costs no attempt."""
    (scan,) = stack.feed(papers.write_scan(tmp_path / "scan", pages=4))
    job = "SELECT pages_done, pages_total, attempts FROM extraction_processingjob WHERE document_id = %s"
    assert stack.wait_until(lambda: 1 <= stack.rows(job, scan)[0][0] < 4, 2 * ENOUGH_SECONDS)
    stack.master("worker-ocr").terminate()
    (digital,) = stack.feed(papers.write(tmp_path / "digital", range(1)))
    assert wait_for(stack, digital, "completed")
    assert status(stack, scan) == "processing"

    assert wait_for(stack, scan, "completed", 2 * ENOUGH_SECONDS)
    assert events(stack, scan, "document.interrupted") == 1
    assert stack.rows(job, scan) == [(4, 4, 1)]
    number = "SELECT extracted_data ->> 'invoice_number' FROM extraction_extractionresult WHERE document_id = %s"
    assert stack.value(number, scan).startswith("INV-")


def test_a_worker_whose_master_dies_stops_by_itself(stack, tmp_path):
    """Without a supervisor that ends the whole group, as in a container."""
    command = [sys.executable, "manage.py", "worker", "--threads", "2"]
    with (tmp_path / "log").open("wb") as log:
        master = subprocess.Popen(command, env=stack.environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        assert stack.wait_until(lambda: b"ready" in (tmp_path / "log").read_bytes().lower(), ENOUGH_SECONDS)
        (worker,) = psutil.Process(master.pid).children()
    finally:
        master.kill()
        master.wait()
    assert stack.wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, 30)


def test_who_is_alive_says_so(stack):
    for name in ("worker", "ocr-worker", "scheduler"):
        answer = f"from common.heartbeat import alive; print(alive({name!r}))"
        assert stack.wait_until(lambda answer=answer: django(stack, answer).strip() == "True", 30)
