"""What reviewers correct and approve is learned by itself, and the vendor's next document is read by it."""

from __future__ import annotations

import dramatiq
import pytest

import audit.log
from audit.models import Event
from common import jobs
from extraction import corrections, learning, sweeper, tasks
from extraction.actions import submit
from extraction.management.commands import worker
from extraction.models import LEARNING, Confirmation, ExtractionResult, JobTrigger, Vendor
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
            return actions.approve(task=task, version=result.version, **held)

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


# --- Taken back -------------------------------------------------------------------------------------------------------
@pytest.fixture
def taught(teach):
    """Approved tasks that a memory in use was learned from."""
    approved = [teach(number, page) for number, page in TAUGHT]
    sweeper.teach()
    assert Vendor.objects.get().memory["documents"] == 3
    return approved


def change(task, by):
    entries = {"fields": {"invoice_number": {"text": "KS.99.Z"}}}
    corrections.correct(document=task.document, entries=entries, version=None, by=by)


def read_again(task, by):
    submit(document=task.document, by=by, trigger=JobTrigger.REPROCESS)


TAKEN_BACK = {
    "reopened": lambda task, by: actions.reopen(task=task, by=by),
    "changed": change,
    "read again": read_again,
}


@pytest.mark.parametrize("how", TAKEN_BACK)
def test_what_is_no_longer_approved_teaches_no_more(taught, people, django_capture_on_commit_callbacks, how):
    with django_capture_on_commit_callbacks(execute=True):
        TAKEN_BACK[how](taught[0], people.mate)
    vendor = Vendor.objects.get()
    assert vendor.memory is None, "what is in use may rest on it"
    assert not Confirmation.objects.filter(document=taught[0].document).exists()
    assert Event.objects.filter(action="document.unconfirmed", object_id=taught[0].document_id).count() == 1
    assert sweeper.teach() == {"learned": 1}
    assert Vendor.objects.get().memory["documents"] == 2

    again = ReviewTask.objects.get(document=taught[0].document)
    with django_capture_on_commit_callbacks(execute=True):
        actions.approve(task=again, by=people.owner)
    assert Confirmation.objects.filter(document=taught[0].document).exists()


def test_approved_again_it_teaches_again(taught, people, django_capture_on_commit_callbacks):
    task = actions.reopen(task=taught[0], by=people.owner)
    with django_capture_on_commit_callbacks(execute=True):
        actions.approve(task=task, by=people.owner)
    sweeper.teach()
    assert Vendor.objects.get().memory["documents"] == 3


def test_when_all_is_taken_back_or_rejected_nothing_is_known(taught, read, people):
    for task in taught:
        actions.reject(task=actions.reopen(task=task, by=people.owner), by=people.owner, reason="Not ours.")
    assert not Vendor.objects.exists()
    assert read_number(read(NEXT))["value"] != "KS.304.D"


def test_what_is_taken_back_before_it_was_learned_is_never_learned(read, people, django_capture_on_commit_callbacks):
    task = ReviewTask.objects.get(document=read())
    with django_capture_on_commit_callbacks(execute=True):
        task = actions.approve(task=task, by=people.owner)
        actions.reopen(task=task, by=people.owner)
    assert not Confirmation.objects.exists()


def test_where_the_reopening_fails_nothing_is_taken_back(taught, people, monkeypatch):
    record = audit.log.record

    def refuse(action, **told):
        if action == "review.reopened":
            raise RuntimeError("The trail is closed.")
        return record(action, **told)

    monkeypatch.setattr("audit.log.record", refuse)
    with pytest.raises(RuntimeError):
        actions.reopen(task=taught[0], by=people.owner)
    assert ReviewTask.objects.get(pk=taught[0].pk).state == "approved"
    assert Vendor.objects.get().memory["documents"] == 3


def test_only_the_last_of_two_quick_approvals_is_learned(read, people, django_capture_on_commit_callbacks):
    """The first one's result may be another by now, and may come to be learned after the second one's."""
    task = ReviewTask.objects.get(document=read())
    with django_capture_on_commit_callbacks(execute=True):
        task = actions.approve(task=task, by=people.mate)
        actions.approve(task=actions.reopen(task=task, by=people.owner), by=people.owner)
    event = Event.objects.get(action="document.confirmed")
    assert event.actor_id == people.owner.pk
