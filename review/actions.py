"""What changes tasks: each change atomic and audited, and made by who holds the task.

A task is claimed under a lock, so that two reviewers never get the same one. The claim lasts ``LEASE`` and is renewed
by the page that shows the task; who closes it gives the task back. Whoever locks a document and its task takes the
document first, so that nobody waits for each other.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from accounts.roles import Permission
from audit import log as audit
from common.errors import Conflict, Invalid
from common.texts import is_blank, without_direction_marks
from documents.models import Document
from documents.states import ReviewStatus
from extraction import corrections, learning
from extraction.bridge.entries import written_values
from extraction.models import ExtractionResult
from review import acceptance
from review.errors import Decided, Gone, NotHeld
from review.models import DECIDED, ReviewPolicy, ReviewTask, State, Verdict
from review.queries import due_again, is_free, visible_to

LEASE = timedelta(seconds=60)
LONGEST_REASON = 1_000
AT_WORK = "Somebody is at work on this document."
BATCH = 500
"""Tasks that one sweep gives back."""
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""What the database still holds in every time zone."""


# --- Policies ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def set_policy(*, rules: ReviewPolicy, by: User) -> None:
    """From now on what is read is judged by it; what was read before, when it is asked about (``review.readings``)."""
    rules.save()
    kept = ("kind", "automation", "threshold", "field_thresholds", "sample_rate")
    _tell_of(rules, "review_policy.set", by, **{name: getattr(rules, name) for name in kept})


@transaction.atomic
def remove_policy(*, rules: ReviewPolicy, by: User) -> None:
    """What it was about follows the workspace's policy for all kinds, or what holds where nobody decided."""
    _tell_of(rules, "review_policy.removed", by, kind=rules.kind)
    rules.delete()


# --- Holding a task ---------------------------------------------------------------------------------------------------
@transaction.atomic
def claim_next(*, by: User, among: QuerySet[ReviewTask] | None = None) -> ReviewTask | None:
    """The most urgent free task, now held by ``by``; ``None`` when there is nothing to do.

    ``among`` holds what ``by`` may review, narrowed down; without it, it is all of that.
    """
    tasks = visible_to(by, Permission.REVIEW) if among is None else among
    urgent = tasks.filter(is_free(by)).select_related("document").order_by("-priority", "arrived_at", "id")
    task = urgent.select_for_update(of=("self", "document"), skip_locked=True, no_key=True).first()
    return None if task is None else _take(task, by)


@transaction.atomic
def claim(*, task: ReviewTask, by: User, take_over: bool = False, holder: uuid.UUID | None = None) -> ReviewTask:
    """This very task. Raises ``Decided`` when it is over; ``NotHeld`` when somebody else has it, or was given it,
    unless it is taken over.

    ``holder`` is that of a page of theirs which was left a moment ago, perhaps without having given the task back yet:
    they have it at once, under another holder, so that what the page left behind still says changes nothing.
    """
    task = locked(task)
    if task.state in DECIDED:
        raise Decided(state=task.state)
    left = holder is not None and (task.holder, task.reviewer_id) == (holder, by.pk)
    given = task.state == State.TO_REVIEW and task.reviewer_id not in (None, by.pk)
    if (is_held(task) or given) and not take_over and not left:
        why = "This document was given to somebody else." if given else AT_WORK
        raise NotHeld(why, given=given, **_who(task))
    return _take(task, by)


def renew(*, task: ReviewTask, by: User, holder: uuid.UUID) -> datetime:
    """When the claim ends now. Raises ``NotHeld`` when it was lost."""
    until = timezone.now() + LEASE
    mine = ReviewTask.objects.filter(pk=task.pk, state=State.IN_REVIEW, reviewer=by, holder=holder)
    if not mine.update(lease_expires_at=until):
        task = _present(task)
        raise NotHeld(**_who(task), state=task.state)
    return until


@transaction.atomic
def release(*, task: ReviewTask, by: User, holder: uuid.UUID, seconds: float | None = None) -> None:
    """Give it back undecided; the ``seconds`` they looked at it are kept.

    It stays held where another page of theirs has it by now. Nothing happens to a task that somebody else holds.
    """
    task = locked(task)
    theirs = ReviewTask.objects.filter(pk=task.pk, state=State.IN_REVIEW, reviewer=by)
    theirs.update(seconds_spent=F("seconds_spent") + (seconds or 0.0))
    given = {"state": State.TO_REVIEW, "holder": None, "reviewer": None, "lease_expires_at": None}
    if theirs.filter(holder=holder).update(**given, updated_at=Now()):
        changed(task, "review.released", ReviewStatus.TO_REVIEW, by)


@transaction.atomic
def assign(*, task: ReviewTask, reviewer: User | None, by: User, take_over: bool = False) -> ReviewTask:
    """Give an open task to somebody (for their "mine"), or to everybody. Raises ``NotHeld`` while somebody else has it
    open, unless it is taken from them."""
    task = locked(task)
    if task.state in DECIDED:
        raise Decided(state=task.state)
    if is_held(task) and task.reviewer_id != by.pk and not take_over:
        raise NotHeld(AT_WORK, given=False, **_who(task))
    if reviewer is not None and not visible_to(reviewer, Permission.REVIEW).filter(pk=task.pk).exists():
        raise Invalid("This person may not review documents of the workspace.", fields={"reviewer": ["Not allowed."]})
    task.reviewer, task.state, task.holder, task.lease_expires_at = reviewer, State.TO_REVIEW, None, None
    task.save()
    changed(task, "review.assigned", ReviewStatus.TO_REVIEW, by, reviewer=str(reviewer or ""))
    return task


@transaction.atomic
def postpone(
    *, task: ReviewTask, by: User, until: datetime, holder: uuid.UUID | None = None, seconds: float | None = None
) -> ReviewTask:
    task = _held(task, by, holder)
    if not timezone.now() < until < LATEST:
        raise Invalid("The time must be in the future.", fields={"until": ["In the future."]})
    task.state, task.postponed_until, task.holder, task.lease_expires_at = State.POSTPONED, until, None, None
    task.seconds_spent += seconds or 0.0
    task.save()
    changed(task, "review.postponed", ReviewStatus.POSTPONED, by, until=until.isoformat(), seconds=seconds)
    return task


def give_back() -> int:
    """Let wait what nobody holds any more, and what was put off until now; how many there were, at most ``BATCH``."""
    return sum(map(_give_back, ReviewTask.objects.filter(due_again())[:BATCH]))


@transaction.atomic
def _give_back(task: ReviewTask) -> bool:
    """Nothing happens where somebody was faster."""
    with suppress(Gone):
        task = locked(task)
        if ReviewTask.objects.filter(due_again(), pk=task.pk).exists():
            why = "review.resumed" if task.state == State.POSTPONED else "review.abandoned"
            task.state, task.reviewer, task.holder = State.TO_REVIEW, None, None
            task.lease_expires_at = task.postponed_until = None
            task.save()
            changed(task, why, ReviewStatus.TO_REVIEW, None)
            return True
    return False


# --- Correcting -------------------------------------------------------------------------------------------------------
@transaction.atomic
def correct(
    *,
    task: ReviewTask,
    by: User,
    holder: uuid.UUID,
    entries: Mapping[str, Any],
    version: uuid.UUID | None,
    seconds: float | None = None,
    accepted: acceptance.Accepted | None = None,
) -> ExtractionResult:
    """Change values of a document that one's own page holds; see :func:`extraction.corrections.correct`.

    ``accepted``: fields that are right as they then stand, each with the codes of the warnings seen beside it; what was
    read is certain then. ``None`` takes that back.
    """
    sure = acceptance.confidences(_checked(_present(task), by, holder), accepted or {})
    outcome = corrections.correct(
        document=task.document, entries=entries, version=version, by=by, seconds=seconds, confidences=sure
    )
    task = _held(task, by, holder)  # still, and for good; what it took to find out is no reason to lock the task first
    if accepted:
        acceptance.accept(task, outcome.result, accepted, by)
    return outcome.result


@transaction.atomic
def correct_result(
    *,
    document: Document,
    by: User,
    entries: Mapping[str, Any],
    version: uuid.UUID | None,
    seconds: float | None = None,
    take_over: bool = False,
) -> ExtractionResult:
    """The same by the document's address, as who holds nothing. Raises ``NotHeld`` while somebody else has it open,
    unless it is taken over: then it waits for everybody."""
    outcome = corrections.correct(document=document, entries=entries, version=version, by=by, seconds=seconds)
    task = ReviewTask.objects.filter(document=document).first()
    if task is not None and is_held(task := locked(task)) and task.reviewer_id != by.pk:
        assign(task=task, reviewer=None, by=by, take_over=take_over)
    return outcome.result


# --- Deciding ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def approve(
    *,
    task: ReviewTask,
    by: User,
    version: uuid.UUID | None = None,
    holder: uuid.UUID | None = None,
    seconds: float | None = None,
) -> ReviewTask:
    """What the result says is right. ``version`` is that of the result that was seen; raises ``VersionConflict``.

    ``seconds``, here and below: what it took since the last change, or since the task was opened.
    """
    task = _held(task, by, holder)
    result = corrections.seen(task.document, version)
    _decide(task, State.APPROVED, by, seconds)
    _judge(task, result, timezone.now())
    task.save()
    told = {"wrong": task.fields_wrong, "seen": task.fields_seen, "seconds": seconds}
    changed(task, "review.approved", ReviewStatus.APPROVED, by, **told)
    transaction.on_commit(lambda: _teach(task, result, by), robust=True)
    return task


@transaction.atomic
def reject(
    *, task: ReviewTask, by: User, reason: str, holder: uuid.UUID | None = None, seconds: float | None = None
) -> ReviewTask:
    """The document is not to be used; ``reason`` tells people why."""
    reason = without_direction_marks(reason.replace("\0", "")).strip()[:LONGEST_REASON]  # NUL: the database refuses it
    if is_blank(reason):
        raise Invalid("Say why the document is rejected.", fields={"reason": ["This is needed."]})
    task = _held(task, by, holder)
    task.reject_reason = reason
    _decide(task, State.REJECTED, by, seconds)
    task.save()
    changed(task, "review.rejected", ReviewStatus.REJECTED, by, reason=reason, seconds=seconds)
    return task


@transaction.atomic
def reopen(*, task: ReviewTask, by: User) -> ReviewTask:
    """A decided task is to be decided again; what its approval taught is taken back."""
    task = locked(task)
    if task.state in DECIDED:
        learning.withdraw(document=task.document, by=by)
        task.state, task.decided_by, task.decided_at, task.reject_reason = State.TO_REVIEW, None, None, ""
        task.reviewer = None
        task.verdicts.all().delete()
        task.save()
        changed(task, "review.reopened", ReviewStatus.TO_REVIEW, by)
    return task


def is_held(task: ReviewTask) -> bool:
    """Whether a page somewhere shows the task and may change it."""
    return (
        task.state == State.IN_REVIEW and task.lease_expires_at is not None and task.lease_expires_at > timezone.now()
    )


def _take(task: ReviewTask, by: User) -> ReviewTask:
    goes_on = is_held(task) and task.reviewer_id == by.pk
    task.state, task.reviewer, task.holder = State.IN_REVIEW, by, uuid.uuid4()
    task.lease_expires_at, task.postponed_until = timezone.now() + LEASE, None
    task.save()
    if not goes_on:
        changed(task, "review.claimed", ReviewStatus.IN_REVIEW, by)
    return task


def locked(task: ReviewTask) -> ReviewTask:
    """The row as it is now, which nobody else changes until the transaction ends. Raises ``Gone``."""
    Document.objects.select_for_update(no_key=True).filter(pk=task.document_id).values_list("pk").first()
    return _present(task, ReviewTask.objects.select_for_update(of=("self",)))


def _present(task: ReviewTask, rows: QuerySet[ReviewTask] | None = None) -> ReviewTask:
    known = ReviewTask.objects.all() if rows is None else rows
    found = known.select_related("document", "reviewer").filter(pk=task.pk).first()
    if found is None:
        raise Gone
    return found


def _held(task: ReviewTask, by: User, holder: uuid.UUID | None) -> ReviewTask:
    """The row, locked, that ``by`` may decide: with a ``holder`` their page must hold it, without one nobody may."""
    return _checked(locked(task), by, holder)


def _checked(task: ReviewTask, by: User, holder: uuid.UUID | None) -> ReviewTask:
    if task.state in DECIDED:
        raise Decided(state=task.state)
    if holder is None:
        if is_held(task):
            raise NotHeld(AT_WORK, **_who(task))
    elif (task.holder, task.reviewer_id) != (holder, by.pk):
        raise NotHeld(**_who(task), state=task.state)
    return task


def _who(task: ReviewTask) -> dict[str, Any]:
    """Whose the task is, if it is anybody's, and until when they hold it."""
    return {
        "reviewer": str(task.reviewer or ""),
        "reviewer_id": str(task.reviewer_id) if task.reviewer_id else None,
        "lease_expires_at": task.lease_expires_at if is_held(task) else None,
    }


def _decide(task: ReviewTask, state: State, by: User, seconds: float | None) -> None:
    task.seconds_spent += seconds or 0.0
    task.state, task.decided_by, task.decided_at = state, by, timezone.now()
    task.reviewer, task.holder, task.lease_expires_at, task.postponed_until = by, None, None, None


def _judge(task: ReviewTask, result: ExtractionResult, now: datetime) -> None:
    """Each field that was read, or that the reviewer added: was the machine right?"""
    final = written_values(result.extraction)
    names = sorted(task.read_values.keys() | final.keys())
    Verdict.objects.bulk_create(
        Verdict(
            task=task,
            workspace_id=task.workspace_id,
            field=name,
            vendor_name=task.vendor_name,
            confidence=task.read_confidences.get(name),
            is_right=task.read_values.get(name) == final.get(name),
            decided_at=now,
        )
        for name in names
    )
    task.fields_seen = len(names)
    task.fields_wrong = sum(task.read_values.get(name) != final.get(name) for name in names)


def _teach(task: ReviewTask, result: ExtractionResult, by: User) -> None:
    """Let the vendor's next documents profit from this one. Nothing is learned from a document without a vendor.

    Nor from one whose approval was taken back a moment ago.
    """
    values = {
        name: {"value": text, "page": described.get("page"), "box": described.get("box")}
        for name, text in written_values(result.extraction).items()
        if (described := result.fields.get(name)) is not None
    }
    with suppress(Conflict, Invalid, IntegrityError, Gone), transaction.atomic():  # the last two: deleted meanwhile
        if (present := locked(task)).state == State.APPROVED and present.decided_at == task.decided_at:
            learning.confirm(document=present.document, values=values, by=by)


def _tell_of(rules: ReviewPolicy, action: str, by: User, **data: Any) -> None:
    audit.record(
        action,
        by=by,
        object_type="workspace",
        object_id=rules.workspace_id,
        workspace_id=rules.workspace_id,
        **data,
    )


def changed(task: ReviewTask, action: str, status: ReviewStatus, by: User | None, **data: Any) -> None:
    """Told as the document's, so that its history is in one place."""
    Document.objects.filter(pk=task.document_id).filter(~Q(review_status=status)).update(
        review_status=status, updated_at=Now()
    )
    audit.record(
        action,
        by=by,
        object_type="document",
        object_id=task.document_id,
        workspace_id=task.workspace_id,
        task=str(task.pk),
        **data,
    )
