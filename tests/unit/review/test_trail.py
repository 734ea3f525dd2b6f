"""Every act of a review leaves a trace in the same transaction: without the trace, nothing happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from documents.models import Document
from extraction.models import ExtractionResult
from review import actions, readings
from review.models import Correction, ReviewPolicy, ReviewTask, Verdict

pytestmark = pytest.mark.django_db


def rows():
    models = (Document, ExtractionResult, ReviewTask, ReviewPolicy, Correction, Verdict)
    return [list(model.objects.order_by("pk").values()) for model in models]


def correct(task, by):
    entries = {"fields": {"total_amount": {"text": "67.20", "page": 1, "box": [1, 2, 3, 4]}}}
    actions.correct(task=task, by=by, holder=task.holder, entries=entries, version=None, seconds=4.5)


def accept(task, by, codes=("total_mismatch",)):
    actions.correct(task=task, by=by, holder=task.holder, entries={}, version=None, accepted={"total_amount": codes})


def change_the_policy(task, by):
    rules = ReviewPolicy.objects.get()
    rules.threshold = 0.5
    actions.set_policy(rules=rules, by=by)


ACTS = {
    "review.released": lambda task, by: actions.release(task=task, by=by, holder=task.holder),
    "review.assigned": lambda task, by: actions.assign(task=task, by=by, reviewer=None),
    "review.postponed": lambda task, by: actions.postpone(
        task=task, by=by, holder=task.holder, until=timezone.now() + timedelta(hours=1), seconds=2
    ),
    "document.corrected": correct,
    "review.accepted": accept,
    "review.unaccepted": lambda task, by: accept(task, by, None),
    "review.approved": lambda task, by: actions.approve(task=task, by=by, holder=task.holder, seconds=2),
    "review.rejected": lambda task, by: actions.reject(task=task, by=by, holder=task.holder, reason="No.", seconds=2),
    "review_policy.set": change_the_policy,
    "review_policy.removed": lambda task, by: actions.remove_policy(rules=ReviewPolicy.objects.get(), by=by),
}
LATER = {
    "review.claimed": lambda task, by: actions.claim(task=task, by=by),
    "review.reopened": lambda task, by: actions.reopen(task=task, by=by),
    "review.passed": lambda task, by: readings.reconsider(task=task, by=by),
}
"""Acts on a task that nobody holds."""


@pytest.fixture
def task(read, people, request):
    ReviewPolicy.objects.create(workspace=people.workspace, sample_rate=0)
    task = ReviewTask.objects.get(document=read())
    act = request.getfixturevalue("act")
    if act == "review.reopened":
        return actions.reject(task=task, by=people.mate, reason="Not ours.")
    if act == "review.passed":
        ReviewPolicy.objects.update(automation="always")
    if act in LATER:
        return task
    held = actions.claim(task=task, by=people.owner)
    if act == "review.unaccepted":
        accept(held, people.owner)
    return held


@pytest.mark.parametrize("act", [*ACTS, *LATER])
def test_an_act_is_told_with_who_did_it(task, people, act):
    before = Event.objects.count()
    (ACTS | LATER)[act](task, people.owner)
    event = Event.objects.get(action=act)
    assert (event.actor_id, event.workspace_id) == (people.owner.pk, people.workspace.pk)
    assert Event.objects.count() == before + 1


@pytest.mark.parametrize("act", [*ACTS, *LATER])
def test_without_its_trace_nothing_happened(task, people, act, monkeypatch):
    def refuse(*args, **kwargs):
        raise RuntimeError("The trail is closed.")

    monkeypatch.setattr("audit.log.record", refuse)
    before = rows()
    with pytest.raises(RuntimeError):
        (ACTS | LATER)[act](task, people.owner)
    assert rows() == before


@pytest.mark.parametrize("act", ["document.corrected"])
def test_a_change_is_told_with_both_values_its_place_and_its_time(task, people, act):
    correct(task, people.owner)
    event = Event.objects.get(action=act)
    (change,) = event.data["changes"]
    assert (change["field"], change["before"], change["after"]) == ("total_amount", "69.20", "67.20")
    assert (change["page"], change["box"], event.data["seconds"]) == (1, [1.0, 2.0, 3.0, 4.0], 4.5)
