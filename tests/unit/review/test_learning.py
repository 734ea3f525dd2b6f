"""What reviewers correct and approve is learned by itself, and the vendor's next document is read by it."""

from __future__ import annotations

import dramatiq
import pytest

from common import jobs
from extraction import learning, sweeper, tasks
from extraction.management.commands import worker
from extraction.models import LEARNING, ExtractionResult, Vendor
from review import actions
from review.models import Automation, ReviewPolicy, ReviewTask
from tests.engine.test_memory import box_of, text

pytestmark = pytest.mark.django_db

TAUGHT = (
    ("KS.17.A", text("KS.17.A", "03.02.2026", "100,00", "19,00", "119,00")),
    ("KS.18.B", text("KS.18.B", "04.03.2026", "200,00", "38,00", "238,00")),
    ("KS.231.C", text("KS.231.C", "05.04.2026", "300,00", "57,00", "357,00")),
)
NEXT = text("KS.304.D", "06.05.2026", "400,00", "76,00", "476,00")


@pytest.fixture
def teach(read, people, django_capture_on_commit_callbacks):
    """Correct a document as a reviewer does, the number by its place on the page, and approve it."""
    ReviewPolicy.objects.create(workspace=people.workspace, automation=Automation.NEVER)

    def teach(number, page):
        task = actions.claim(task=ReviewTask.objects.get(document=read(page)), by=people.owner)
        box = box_of(page, number)
        fields = {
            "vendor_name": {"text": "Kranich & Sohn"},
            "invoice_number": {
                "text": number,
                "page": 1,
                "box": [box.x0, box.y0, box.x1, box.y1],
            },
        }
        held = {"by": people.owner, "holder": task.holder}
        result = actions.correct(task=task, entries={"fields": fields}, version=None, **held)
        with django_capture_on_commit_callbacks(execute=True):
            actions.approve(task=task, version=result.version, **held)

    return teach


def read_number(document):
    return ExtractionResult.objects.get(document=document).fields["invoice_number"]


def test_the_fourth_document_is_read_as_the_first_three_were_corrected(read, teach):
    for number, page in TAUGHT:
        teach(number, page)
    before = read_number(read(NEXT))
    assert before["value"] != "KS.304.D", "nothing is used before it was tested"

    assert sweeper.teach() == {"learned": 1}

    after = read_number(read(NEXT.replace("476,00", "476,00 ")))
    assert after["value"] == "KS.304.D"
    assert after["why"]["reasons"] == ["where it was confirmed on 3 earlier documents"]
    assert sweeper.teach() == {"learned": 0}, "there is nothing new"


def test_each_approval_makes_the_vendor_due_again(teach):
    teach(*TAUGHT[0])
    sweeper.teach()
    assert not learning.due().exists()
    teach(*TAUGHT[1])
    assert list(learning.due()) == [Vendor.objects.get()]


def test_a_proposal_that_failed_is_not_tested_for_ever(teach, monkeypatch):
    teach(*TAUGHT[0])
    worse = learning.Replay(documents=1, before=2, after=1, worse=[("some-id", "iban")])
    monkeypatch.setattr(learning, "Replay", lambda: worse)
    sweeper.teach()
    vendor = Vendor.objects.get()
    assert (vendor.memory, vendor.proposed["documents"]) == (None, 1)
    assert sweeper.teach() == {"learned": 0}


def test_what_is_approved_during_a_replay_is_tested_next(teach, monkeypatch):
    teach(*TAUGHT[0])
    one = learning._replay_one

    def slow(*given):
        monkeypatch.setattr(learning, "_replay_one", one)
        teach(*TAUGHT[1])
        one(*given)

    monkeypatch.setattr(learning, "_replay_one", slow)
    assert sweeper.teach() == {"learned": 1}
    assert sweeper.teach() == {"learned": 1}
    assert Vendor.objects.get().memory["documents"] == 2


def test_two_workers_do_not_test_the_same_vendor(teach, monkeypatch):
    teach(*TAUGHT[0])
    vendor = Vendor.objects.get()
    inner = []
    one = learning._replay_one

    def meanwhile(*given):
        inner.append(learning.replay_due(vendor.pk))
        one(*given)

    monkeypatch.setattr(learning, "_replay_one", meanwhile)
    assert learning.replay_due(vendor.pk).is_good
    assert inner == [None]


def test_workers_are_rung_for_few_vendors_and_not_twice(teach, settings, monkeypatch):
    teach(*TAUGHT[0])
    settings.PROCESSING_MODE = "queue"
    dramatiq.get_broker().client.flushdb()
    assert sweeper.teach() == {"rung_to_learn": 1}
    assert sweeper.teach() == {"rung_to_learn": 0}, "the last ring was not heard yet"
    assert jobs.waiting(LEARNING) == 1

    dramatiq.get_broker().client.flushdb()
    name = "Copper and Sons"
    vendors = [Vendor(workspace=Vendor.objects.get().workspace, name=f"{name} {n}", proposed={}) for n in range(9)]
    Vendor.objects.bulk_create(vendors)
    assert sweeper.teach() == {"rung_to_learn": sweeper.FEW}


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_hears_the_ring_puts_it_to_use(teach, settings):
    teach(*TAUGHT[0])
    settings.PROCESSING_MODE = "queue"
    broker = dramatiq.get_broker()
    broker.client.flushdb()
    sweeper.teach()
    assert tasks.learn.queue_name == LEARNING
    assert LEARNING in worker.arguments(*worker.DIGITAL, threads=1).queues
    hearing = dramatiq.Worker(broker, queues=set(worker.DIGITAL), worker_threads=1, worker_timeout=50)
    hearing.start()
    try:
        broker.join(LEARNING, timeout=20_000)
        hearing.join()
    finally:
        hearing.stop()
        jobs.stopping.clear()  # it was this process that the worker said it of
    assert Vendor.objects.get().memory is not None


def test_a_ring_for_a_vendor_that_is_gone_does_nothing(teach):
    teach(*TAUGHT[0])
    vendor = Vendor.objects.get()
    vendor_id = vendor.pk
    vendor.delete()
    assert learning.replay_due(vendor_id) is None
