"""Several people and a worker at the same moment: one of them wins, the others are told, and nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connection

from common.errors import Conflict, DomainError
from documents import actions as documents
from documents.models import Document
from extraction import actions as reading
from extraction import corrections
from extraction.errors import VersionConflict
from extraction.models import ExtractionResult, JobTrigger
from review import actions
from review.errors import Decided, NotHeld
from review.models import Correction, ReviewTask, State, Verdict
from tests.factories import DocumentFactory, TaskFactory
from tests.unit.review.conftest import DOUBTFUL

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


def at_once(*acts):
    """What each gives, or the error it raises; all begin together."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(30)
            return act()
        except (DomainError, OperationalError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def entry(text):
    return {"fields": {"total_amount": {"text": text}}}


@pytest.fixture
def opened(read, people):
    """A document that is open in somebody's browser, with the version they see; another one each time."""
    count = iter(range(100, 1_000))

    def opened():
        document = read(DOUBTFUL.replace("MP-10077", f"MP-{next(count)}"))
        task = actions.claim(task=ReviewTask.objects.get(document=document), by=people.owner)
        return task, ExtractionResult.objects.get(document=document).version

    return opened


def test_no_document_is_given_twice_and_none_is_lost(people):
    there = {"workspace": people.workspace, "owner": people.owner, "status": "completed"}
    tasks = {TaskFactory(document=DocumentFactory(**there)).pk for _ in range(40)}

    def take_all(user):
        taken = []
        while (task := actions.claim_next(by=user)) is not None:
            taken.append(task.pk)
        return taken

    found = at_once(*[lambda user=user: take_all(user) for user in (people.owner, people.mate) * 10])
    assert Counter(pk for taken in found for pk in taken) == dict.fromkeys(tasks, 1)
    holders = ReviewTask.objects.values_list("holder", flat=True).distinct()
    assert holders.count() == 40


def test_one_of_two_pages_saves(opened, people):
    for _ in range(ROUNDS):
        task, version = opened()
        held = {"task": task, "by": people.owner, "holder": task.holder, "version": version}
        found = at_once(
            lambda held=held: actions.correct(entries=entry("67.20"), **held),
            lambda held=held: actions.correct(entries=entry("66.20"), **held),
        )
        assert sorted(map(type, found), key=str) == sorted([ExtractionResult, VersionConflict], key=str)
        assert Correction.objects.filter(document=task.document).count() == 1


def test_what_is_approved_is_what_was_seen(opened, people):
    for _ in range(ROUNDS):
        task, version = opened()
        held = {"task": task, "by": people.owner, "holder": task.holder, "version": version}
        approved, corrected = at_once(
            lambda held=held: actions.approve(**held),
            lambda held=held: actions.correct(entries=entry("67.20"), **held),
        )
        task.refresh_from_db()
        if task.state == State.APPROVED:
            assert isinstance(corrected, Decided | NotHeld | VersionConflict)
            assert not Correction.objects.filter(document=task.document).exists()
        else:
            assert isinstance(approved, VersionConflict)


def test_a_program_and_a_reviewer_do_not_stand_in_each_others_way(opened, people):
    """The program changes the result by its address, without the task."""
    for _ in range(ROUNDS):
        task, version = opened()
        found = at_once(
            lambda task=task, version=version: actions.approve(
                task=task, by=people.owner, holder=task.holder, version=version
            ),
            lambda task=task, version=version: corrections.correct(
                document=task.document, entries=entry("67.20"), version=version, by=people.mate
            ),
            lambda task=task: actions.release(task=task, by=people.owner, holder=task.holder),
        )
        assert not any(isinstance(each, OperationalError) for each in found), found


def test_who_decides_while_it_is_read_again_is_told(opened, people, settings):
    for _ in range(ROUNDS):
        task, version = opened()
        settings.PROCESSING_MODE = "queue"  # rung, and nobody hears
        job = reading.submit(document=task.document, by=people.mate, trigger=JobTrigger.REPROCESS)
        found = at_once(
            lambda job=job: reading.process(job.pk, list(reading.JobStage)),
            lambda task=task, version=version: actions.correct(
                task=task, by=people.owner, holder=task.holder, version=version, entries=entry("67.20")
            ),
            lambda task=task, version=version: actions.approve(
                task=task, by=people.owner, holder=task.holder, version=version
            ),
        )
        assert all(isinstance(each, DomainError) for each in found[1:]), found
        job.refresh_from_db()
        assert (job.status, job.attempts) == ("succeeded", 1)
        assert Document.objects.get(pk=task.document_id).review_status == "to_review"
        assert not Verdict.objects.exists()
        settings.PROCESSING_MODE = "inline"


def test_a_document_that_is_deleted_meanwhile_is_told(opened, people):
    for _ in range(ROUNDS):
        task, version = opened()
        deleted, approved = at_once(
            lambda task=task: documents.delete(document=task.document, by=people.mate),
            lambda task=task, version=version: actions.approve(
                task=task, by=people.owner, holder=task.holder, version=version
            ),
        )
        assert deleted is None
        assert not isinstance(approved, OperationalError)
        assert not ReviewTask.objects.filter(pk=task.pk).exists()


def test_of_two_who_approve_the_whole_list_each_document_is_approved_once(opened, people):
    for _ in range(ROUNDS):
        task, _ = opened()
        actions.release(task=task, by=people.owner, holder=task.holder)
        found = at_once(
            lambda task=task: actions.approve(task=task, by=people.owner),
            lambda task=task: actions.approve(task=task, by=people.mate),
            lambda task=task: actions.assign(task=task, reviewer=people.mate, by=people.owner),
        )
        assert sum(isinstance(each, ReviewTask) for each in found[:2]) == 1
        assert sum(isinstance(each, Conflict) for each in found[:2]) == 1
