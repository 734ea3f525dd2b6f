"""A document that needs a person becomes a task, which one reviewer holds and decides."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from common.errors import Conflict, Invalid
from documents.models import Document
from extraction import corrections, sweeper
from extraction.actions import submit
from extraction.errors import VersionConflict
from extraction.models import Confirmation, ExtractionResult, JobTrigger, RuleSetting, ValidationResult
from review import actions, console, policy
from review.errors import Decided, NotHeld
from review.models import Automation, Correction, ReviewPolicy, ReviewTask, State, Verdict
from tests.unit.review.conftest import CLEAN, DOUBTFUL

pytestmark = pytest.mark.django_db


def status_of(document):
    document.refresh_from_db()
    return document.review_status


def task_of(document):
    return ReviewTask.objects.get(document=document)


def entry(**fields):
    return {"fields": {name: {"text": text} for name, text in fields.items()}}


# --- Who needs a person -----------------------------------------------------------------------------------------------
def test_what_the_rules_doubt_becomes_a_task(read):
    document = read(DOUBTFUL)
    task = task_of(document)
    assert status_of(document) == "to_review"
    assert {"code": "total_mismatch", "field": "total_amount", "severity": "warning"} in task.reasons
    assert task.vendor_name == "Marlow Paper Supplies Ltd"
    assert task.kind == "invoice"


def test_what_nobody_doubts_passes_unseen(read, people):
    ReviewPolicy.objects.create(workspace=people.workspace, threshold=0.2, sample_rate=0)
    document = read(CLEAN)
    assert status_of(document) == "passed"
    assert not ReviewTask.objects.exists()


@pytest.mark.parametrize(
    ("policy", "page", "codes"),
    [
        ({"automation": Automation.NEVER, "threshold": 0.0}, CLEAN, ["all_reviewed"]),
        ({"automation": Automation.ALWAYS, "sample_rate": 0}, DOUBTFUL, None),
        ({"automation": Automation.ALWAYS, "sample_rate": 1}, DOUBTFUL, ["quality_sample"]),
        ({"threshold": 0.0, "sample_rate": 0}, CLEAN, None),
        ({"threshold": 0.0, "sample_rate": 1}, CLEAN, ["quality_sample"]),
        ({"threshold": 0.0, "sample_rate": 0, "field_thresholds": {"due_date": 1.0}}, CLEAN, ["low_confidence"]),
    ],
)
def test_the_policy_decides(read, people, policy, page, codes):
    ReviewPolicy.objects.create(workspace=people.workspace, **policy)
    document = read(page)
    found = ReviewTask.objects.filter(document=document).values_list("reason_codes", flat=True).first()
    assert found == codes


def test_samples_stand_for_all_that_passes():
    quiet = (ExtractionResult(fields={}), ValidationResult(issues=[]), ReviewPolicy(sample_rate=0.05))
    drawn = [policy.decide(Document(pk=uuid.UUID(int=number)), *quiet) for number in range(10_000)]
    samples = [decision for decision in drawn if decision.reasons]
    assert {decision.reasons for decision in samples} == {(policy.Reason(policy.SAMPLE),)}
    assert (len(samples), sum(decision.weight for decision in samples)) == (500, 10_000)


def test_the_policy_of_the_kind_goes_first(read, people):
    ReviewPolicy.objects.create(workspace=people.workspace, automation=Automation.NEVER)
    ReviewPolicy.objects.create(workspace=people.workspace, kind="invoice", automation=Automation.ALWAYS, sample_rate=0)
    assert status_of(read(DOUBTFUL)) == "passed"


def test_a_rule_that_is_off_asks_for_nobody(read, people):
    ReviewPolicy.objects.create(workspace=people.workspace, threshold=0.0, sample_rate=0)
    codes = task_of(read(DOUBTFUL)).reason_codes
    RuleSetting.objects.bulk_create(RuleSetting(workspace=people.workspace, code=code, setting="off") for code in codes)
    assert status_of(read(DOUBTFUL.replace("MP-10077", "MP-20911").replace("Copy paper", "Plain paper"))) == "passed"


# --- Holding ----------------------------------------------------------------------------------------------------------
def test_the_next_document_is_held_by_one(read, people):
    first, second = read(DOUBTFUL), read(DOUBTFUL.replace("MP-10077", "MP-10078"))
    mine = actions.claim_next(by=people.owner)
    theirs = actions.claim_next(by=people.mate)
    assert {mine.document, theirs.document} == {first, second}
    assert actions.claim_next(by=people.owner) is None
    assert status_of(first) == "in_review"


@pytest.mark.parametrize("who", ["stranger", "viewer"])
def test_others_get_nothing(read, people, who):
    read(DOUBTFUL)
    assert actions.claim_next(by=getattr(people, who)) is None


def test_a_closed_page_gives_the_task_back(read, people):
    document = read(DOUBTFUL)
    task = actions.claim_next(by=people.owner)
    ReviewTask.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    again = actions.claim_next(by=people.mate)
    assert again.document == document
    with pytest.raises(NotHeld):
        actions.renew(task=task, by=people.owner, holder=task.holder)
    with pytest.raises(NotHeld):
        actions.approve(task=task, by=people.owner, holder=task.holder)


def test_a_second_page_may_take_over(read, people):
    read(DOUBTFUL)
    first = actions.claim_next(by=people.owner)
    with pytest.raises(NotHeld):
        actions.claim(task=first, by=people.owner)
    second = actions.claim(task=first, by=people.owner, take_over=True)
    assert second.holder != first.holder
    actions.release(task=first, by=people.owner, holder=first.holder)  # of the page that lost it: nothing happens
    assert actions.renew(task=second, by=people.owner, holder=second.holder) > timezone.now()


def test_who_opens_the_page_again_has_the_task_at_once(read, people):
    document = read(DOUBTFUL)
    left = actions.claim_next(by=people.owner)
    with pytest.raises(NotHeld):
        actions.claim(task=left, by=people.mate, holder=left.holder)
    again = actions.claim(task=left, by=people.owner, holder=left.holder)
    actions.release(task=left, by=people.owner, holder=left.holder, seconds=4)  # of the page that was left, late
    assert actions.renew(task=again, by=people.owner, holder=again.holder) > timezone.now()
    assert task_of(document).seconds_spent == 4
    assert Event.objects.filter(action="review.claimed").count() == 1, "they went on"


# --- How long it took -------------------------------------------------------------------------------------------------
def test_looking_is_work_too(read, people):
    first, second = read(DOUBTFUL), read(DOUBTFUL.replace("MP-10077", "MP-10078"))
    task = actions.claim(task=task_of(first), by=people.owner)
    actions.release(task=task, by=people.owner, holder=task.holder, seconds=10)
    task = actions.claim(task=task, by=people.owner)
    until = timezone.now() + timedelta(hours=1)
    actions.postpone(task=task, by=people.owner, until=until, holder=task.holder, seconds=3)
    task = actions.claim(task=task, by=people.owner)
    actions.correct(
        task=task, by=people.owner, holder=task.holder, entries=entry(total_amount="67.20"), version=None, seconds=5
    )
    assert actions.approve(task=task, by=people.owner, holder=task.holder, seconds=2.5).seconds_spent == 20.5
    rejected = actions.reject(task=task_of(second), by=people.owner, reason="Not ours", seconds=7)
    assert task_of(second).seconds_spent == rejected.seconds_spent == 7
    assert Event.objects.get(action="review.approved").data["seconds"] == 2.5


def test_the_time_of_who_does_not_hold_a_task_is_not_counted(read, people):
    task = actions.claim(task=task_of(read(DOUBTFUL)), by=people.owner)
    actions.release(task=task, by=people.mate, holder=task.holder, seconds=100)
    with pytest.raises(NotHeld):
        actions.approve(task=task, by=people.mate, holder=task.holder, seconds=100)
    task.refresh_from_db()
    assert (task.seconds_spent, task.state) == (0, State.IN_REVIEW)


def test_released_and_postponed_tasks_come_back(read, people):
    document = read(DOUBTFUL)
    task = actions.claim_next(by=people.owner)
    actions.release(task=task, by=people.owner, holder=task.holder)
    task = actions.claim_next(by=people.mate)
    actions.postpone(task=task, by=people.mate, until=timezone.now() + timedelta(hours=1), holder=task.holder)
    assert status_of(document) == "postponed"
    assert actions.claim_next(by=people.owner) is None
    ReviewTask.objects.update(postponed_until=timezone.now())
    assert actions.claim_next(by=people.owner).document == document


@pytest.mark.parametrize(
    ("left", "action"),
    [
        ({"state": "in_review", "lease_expires_at": timedelta(seconds=-1)}, "review.abandoned"),
        ({"state": "postponed", "postponed_until": timedelta(seconds=-1)}, "review.resumed"),
        ({"state": "in_review", "lease_expires_at": timedelta(seconds=50)}, None),
        ({"state": "postponed", "postponed_until": timedelta(hours=1)}, None),
        ({"state": "approved", "lease_expires_at": timedelta(seconds=-1)}, None),
    ],
)
def test_a_sweep_lets_wait_what_nobody_holds_any_more(read, people, left, action):
    document = read(DOUBTFUL)
    moments = {name: timezone.now() + value for name, value in left.items() if name != "state"}
    ReviewTask.objects.update(reviewer=people.mate, holder=uuid.uuid4(), state=left["state"], **moments)
    Document.objects.update(review_status=left["state"])

    assert sweeper.tidy() == {"reviews_waiting_again": 1 if action else 0}

    task = task_of(document)
    assert status_of(document) == task.state == ("to_review" if action else left["state"])
    assert task.reviewer == (None if action else people.mate)
    assert Event.objects.filter(action="review.abandoned").count() == (action == "review.abandoned")
    assert Event.objects.filter(action="review.resumed").count() == (action == "review.resumed")
    assert sweeper.tidy() == {"reviews_waiting_again": 0}


def test_what_somebody_was_given_is_not_simply_claimed(read, people):
    """A page that had it open loses it, and does not fetch it back by itself."""
    task = actions.claim(task=task_of(read(DOUBTFUL)), by=people.owner)
    actions.assign(task=task, reviewer=people.mate, by=people.owner)
    for holder in (None, task.holder):
        with pytest.raises(NotHeld) as refused:
            actions.claim(task=task, by=people.owner, holder=holder)
        assert refused.value.extra == {
            "given": True,
            "reviewer": str(people.mate),
            "reviewer_id": str(people.mate.pk),
            "lease_expires_at": None,
        }
    assert actions.claim(task=task, by=people.owner, take_over=True).reviewer == people.owner
    actions.assign(task=task, reviewer=people.mate, by=people.owner)
    assert actions.claim(task=task, by=people.mate).reviewer == people.mate


def test_only_reviewers_can_be_assigned(read, people):
    task = task_of(read(DOUBTFUL))
    assert actions.assign(task=task, reviewer=people.mate, by=people.owner).reviewer == people.mate
    for nobody in (people.stranger, people.viewer):
        with pytest.raises(Invalid):
            actions.assign(task=task, reviewer=nobody, by=people.owner)


# --- Correcting and deciding ------------------------------------------------------------------------------------------
def test_a_correction_meets_the_rules_and_is_kept(read, people):
    document = read(DOUBTFUL)
    result = ExtractionResult.objects.get(document=document)
    outcome = corrections.correct(
        document=document, entries=entry(total_amount="£67.20"), version=result.version, by=people.mate, seconds=4.5
    )
    assert outcome.result.extracted_data["total_amount"] == 67.2
    assert outcome.result.fields["total_amount"]["confidence"] == 1.0
    assert "total_mismatch" not in {issue["code"] for issue in ValidationResult.objects.get(document=document).issues}
    assert outcome.result.extracted_data["amount_due"] == 67.2  # nothing was paid, so it is the total
    change = Correction.objects.get()
    assert (change.field, change.before, change.after, change.by, change.seconds) == (
        "total_amount", "69.20", "67.20", people.mate, 4.5,
    )  # fmt: skip
    assert Event.objects.filter(action="document.corrected", object_id=document.pk).exists()


def test_who_saw_an_older_result_is_told(read, people):
    document = read(DOUBTFUL)
    seen = ExtractionResult.objects.get(document=document).version
    corrections.correct(document=document, entries=entry(total_amount="67.20"), version=seen, by=people.mate)
    with pytest.raises(VersionConflict):
        corrections.correct(document=document, entries=entry(total_amount="70"), version=seen, by=people.owner)
    task = actions.claim_next(by=people.owner)
    with pytest.raises(VersionConflict):
        actions.approve(task=task, by=people.owner, version=seen, holder=task.holder)


def test_nothing_is_changed_by_what_cannot_be_read(read, people):
    document = read(DOUBTFUL)
    before = ExtractionResult.objects.get(document=document)
    with pytest.raises(Invalid) as problem:
        corrections.correct(
            document=document, entries=entry(total_amount="lots", due_date="2026-05-01"), version=None, by=people.owner
        )
    assert set(problem.value.extra["fields"]) == {"total_amount"}
    assert ExtractionResult.objects.get(document=document).version == before.version


def test_approval_judges_what_was_read(read, people):
    document = read(DOUBTFUL)
    task = actions.claim_next(by=people.owner)
    corrections.correct(document=document, entries=entry(total_amount="67.20"), version=None, by=people.owner)
    task = actions.approve(task=task, by=people.owner, holder=task.holder)
    assert status_of(document) == "approved"
    wrong = Verdict.objects.filter(task=task, is_right=False)
    assert [verdict.field for verdict in wrong] == ["amount_due", "total_amount"]
    assert (task.fields_wrong, task.fields_seen) == (2, Verdict.objects.count())  # the amount due was the total
    with pytest.raises(Decided):
        actions.approve(task=task, by=people.owner)


def test_approval_teaches_what_the_vendor_looks_like(read, people, django_capture_on_commit_callbacks):
    document = read(DOUBTFUL)
    with django_capture_on_commit_callbacks(execute=True):
        actions.approve(task=task_of(document), by=people.owner)
    confirmation = Confirmation.objects.get(document=document)
    assert confirmation.vendor.name == "Marlow Paper Supplies Ltd"
    assert confirmation.values["total_amount"]["value"] == "69.20"
    assert confirmation.values["total_amount"]["box"]


def test_rejection_needs_a_reason(read, people):
    document = read(DOUBTFUL)
    task = actions.claim_next(by=people.owner)
    with pytest.raises(Invalid):
        actions.reject(task=task, by=people.owner, reason="  ", holder=task.holder)
    with pytest.raises(Invalid):
        actions.reject(task=task, by=people.owner, reason="\u200b\u2060 \u202e\u00ad", holder=task.holder)
    actions.reject(task=task, by=people.owner, reason="Not ours", holder=task.holder)
    assert status_of(document) == "rejected"


def test_a_decision_can_be_taken_back(read, people):
    document = read(DOUBTFUL)
    task = actions.approve(task=task_of(document), by=people.owner)
    actions.reopen(task=task, by=people.owner)
    assert status_of(document) == "to_review"
    assert not Verdict.objects.exists()


def test_what_is_read_again_is_decided_again(read, people, django_capture_on_commit_callbacks):
    document = read(DOUBTFUL)
    actions.approve(task=task_of(document), by=people.owner)
    with django_capture_on_commit_callbacks(execute=True):
        submit(document=document, by=people.owner, trigger=JobTrigger.REPROCESS)
    task = task_of(document)
    assert task.state == State.TO_REVIEW
    assert "read_again" in task.reason_codes


def test_what_people_changed_is_looked_at_again_when_it_is_read_again(read, people, django_capture_on_commit_callbacks):
    document = read(DOUBTFUL)
    corrections.correct(document=document, entries=entry(total_amount="67.20"), version=None, by=people.mate)
    ReviewPolicy.objects.create(workspace=people.workspace, automation=Automation.ALWAYS)
    for codes in (["read_again"], None):  # the second time nobody had done anything since
        with django_capture_on_commit_callbacks(execute=True):
            submit(document=document, by=people.owner, trigger=JobTrigger.REPROCESS)
        found = ReviewTask.objects.filter(document=document).first()
        assert (found and found.reason_codes) == codes


@pytest.mark.parametrize("decide", ["approve", "reject"])
def test_what_is_changed_after_a_decision_is_decided_again(read, people, decide):
    """Exports would call it approved otherwise."""
    document = read(DOUBTFUL)
    more = {"reason": "No."} if decide == "reject" else {}
    getattr(actions, decide)(task=task_of(document), by=people.owner, **more)
    corrections.correct(document=document, entries=entry(total_amount="69.20"), version=None, by=people.mate)
    assert status_of(document) == decide.rstrip("e") + "ed", "nothing was changed"
    corrections.correct(document=document, entries=entry(total_amount="67.20"), version=None, by=people.mate)
    assert status_of(document) == "to_review"
    assert not Verdict.objects.exists()
    assert Event.objects.filter(action="review.reopened", actor_id=people.mate.pk).count() == 1


def test_what_is_changed_after_it_passed_unseen_needs_a_decision_and_tells_the_figures(read, people):
    ReviewPolicy.objects.create(workspace=people.workspace, automation=Automation.ALWAYS)
    document = read(DOUBTFUL)
    assert status_of(document) == "passed"
    corrections.correct(document=document, entries=entry(total_amount="67.20"), version=None, by=people.mate, seconds=4)
    task = task_of(document)
    assert (status_of(document), task.reason_codes, task.seconds_spent) == ("to_review", ["changed"], 4)
    assert (task.read_values["total_amount"], float(task.amount), task.weight) == ("69.20", 67.2, 1.0)
    actions.approve(task=task, by=people.owner)
    wrong = Verdict.objects.filter(is_right=False).values_list("field", flat=True)
    assert set(wrong) == {"total_amount", "amount_due"}


def test_next_passes_over_what_is_being_read(read, people):
    first, second = read(DOUBTFUL), read(DOUBTFUL.replace("MP-10077", "MP-10078"))
    submit(document=first, by=people.owner, trigger=JobTrigger.REPROCESS)  # rung after commit: never here
    assert actions.claim_next(by=people.mate).document == second
    assert actions.claim_next(by=people.mate) is None


def test_what_could_not_be_read_again_is_told_apart(read, people):
    document = read(DOUBTFUL)
    Document.objects.update(status="failed")
    task = actions.claim_next(by=people.owner)
    with pytest.raises(Conflict, match="could not be read again"):
        actions.approve(task=task, by=people.owner, holder=task.holder)
    assert actions.reject(task=task, by=people.owner, holder=task.holder, reason="Broken.").document == document


def test_a_document_that_waits_for_reading_is_not_changed(read, people):
    document = read(DOUBTFUL)
    submit(document=document, by=people.owner, trigger=JobTrigger.REPROCESS)  # rung after commit: never here
    with pytest.raises(Conflict):
        corrections.correct(document=document, entries=entry(total_amount="67.20"), version=None, by=people.owner)


def test_a_task_that_another_holds_is_not_decided_from_the_list(read, people):
    task = task_of(read(DOUBTFUL))
    actions.claim(task=task, by=people.mate)
    with pytest.raises(NotHeld):
        actions.approve(task=task, by=people.owner)


def test_a_table_that_is_sent_as_it_was_shown_is_no_change(read, people):
    document = read(DOUBTFUL)
    lines = console.state(task_of(document), people.owner)["lines"]
    assert [row["unit_price"]["text"] for row in lines["rows"]] == ["4.20", "3.50"]
    rows = [
        {name: {key: cell[key] for key in ("text", "page", "box")} for name, cell in row.items()}
        for row in lines["rows"]
    ]
    before = ExtractionResult.objects.get(document=document)
    outcome = corrections.correct(document=document, entries={"line_items": rows}, version=None, by=people.owner)
    assert not outcome.made
    assert outcome.result.line_item_fields == before.line_item_fields

    rows[0]["amount"] = {"text": "42"}
    outcome = corrections.correct(document=document, entries={"line_items": rows}, version=None, by=people.owner)
    assert not outcome.made, "the same number with fewer digits"
