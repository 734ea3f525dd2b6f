"""What staff do with many tasks at once: a preview of what will happen to how many, then the outcomes by number.

What is confirmed is what the preview showed. What became something else meanwhile is left alone, and counted.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.db import transaction
from django.db.models import Case, Q, QuerySet, Sum, When
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import User, Workspace
from accounts.queries import workspaces_in_admin
from accounts.roles import Permission
from common.errors import DomainError
from common.texts import is_blank
from extraction.models import ExtractionResult, JobPriority
from extraction.reprocessing import Outcome, reprocess
from review import actions
from review.errors import Gone
from review.models import DECIDED, ReviewTask
from review.queries import held, reviewers_in, visible_in_admin

MAX_AT_ONCE = 500
"""Tasks that one bulk action changes, each in a transaction of its own."""

PAUSES = ((1, "An hour"), (4, "Four hours"), (24, "A day"), (72, "Three days"), (168, "A week"))


class Question(forms.Form):
    """What has to be said before tasks are changed: nothing, unless a subclass asks."""

    def __init__(self, workspaces: QuerySet[Workspace], data: Any = None) -> None:
        """``workspaces``: those of the tasks that will be changed."""
        super().__init__(data)


class WhyQuestion(Question):
    reason = forms.CharField(
        label="Why are they rejected?",
        max_length=actions.LONGEST_REASON,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        error_messages={"required": "Say why the documents are rejected."},
    )

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"])
        if is_blank(reason):
            self.add_error("reason", self.fields["reason"].error_messages["required"])
        return reason


class PauseQuestion(Question):
    hours = forms.TypedChoiceField(
        label="For how long?", choices=PAUSES, initial=24, coerce=int, widget=UnfoldAdminSelectWidget
    )


class ReviewerQuestion(Question):
    """Offers those who may review in at least one of the workspaces."""

    reviewer = forms.ModelChoiceField(
        label="To whom?",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody: everybody may take them",
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, workspaces: QuerySet[Workspace], data: Any = None) -> None:
        super().__init__(workspaces, data)
        self.fields["reviewer"].queryset = reviewers_in(workspaces)  # type: ignore[attr-defined]


NOT_READ = {
    Outcome.ACTIVE: "It waits to be read already.",
    Outcome.APPROVED: "It was approved meanwhile.",
    Outcome.GONE: Gone.message,
}
"""Why a document is not read again."""

Run = Callable[[ReviewTask, User, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Operation:
    """One bulk action. ``run`` changes one task, or raises a ``DomainError`` that says why not."""

    name: str
    verb: str
    done: str
    effect: str
    run: Run
    permission: Permission = Permission.REVIEW
    question: type[Question] = Question
    of_values: bool = True
    """Whether it is about the values that were shown: others since are not meant."""
    takes_over: bool = False
    """Whether who manages the workspace may do it with tasks that are open in somebody's browser."""


def _approve(task: ReviewTask, by: User, answers: Mapping[str, Any]) -> None:
    actions.approve(task=task, by=by)


def _reject(task: ReviewTask, by: User, answers: Mapping[str, Any]) -> None:
    actions.reject(task=task, by=by, reason=answers["reason"])


def _postpone(task: ReviewTask, by: User, answers: Mapping[str, Any]) -> None:
    actions.postpone(task=task, by=by, until=timezone.now() + timedelta(hours=answers["hours"]))


def _assign(task: ReviewTask, by: User, answers: Mapping[str, Any]) -> None:
    manages = visible_in_admin(by, Permission.MANAGE).filter(pk=task.pk).exists()
    actions.assign(task=task, reviewer=answers["reviewer"], by=by, take_over=manages)


def _reprocess(task: ReviewTask, by: User, answers: Mapping[str, Any]) -> None:
    for _, outcome in reprocess([task.document], by=by, priority=JobPriority.LOW):
        if outcome is not Outcome.QUEUED:
            raise DomainError(NOT_READ[outcome])


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation(
            "approve",
            verb="Approve",
            done="approved",
            effect="What was read is taken as right, unseen doubts included. Exports deliver it as approved.",
            run=_approve,
        ),
        Operation(
            "reject",
            verb="Reject",
            done="rejected",
            effect="The documents are not to be used. Their files stay.",
            run=_reject,
            question=WhyQuestion,
        ),
        Operation(
            "postpone",
            verb="Postpone",
            done="postponed",
            effect="“Next document” passes over them until then.",
            run=_postpone,
            of_values=False,
            question=PauseQuestion,
        ),
        Operation(
            "assign",
            verb="Assign",
            done="assigned",
            effect="“Next document” gives them to this person only.",
            run=_assign,
            of_values=False,
            question=ReviewerQuestion,
            takes_over=True,
        ),
        Operation(
            "reprocess",
            verb="Reprocess",
            done="queued to be read again",
            effect="They leave the queue once they are read again, and come back where a person is still needed. "
            "What was changed by hand is read anew.",
            run=_reprocess,
            permission=Permission.REPROCESS,
        ),
    )
}


OPEN_ELSEWHERE, DECIDED_ALREADY, NOT_ALLOWED = (
    "open in somebody’s browser.",
    "decided already.",
    "your role does not allow this.",
)
CHANGED = "changed since you looked; nothing was done with it."

Seen = tuple[str, str]
"""Of a task: the version of its result (empty: it was not read yet), and the id of who had it open."""


@dataclass(frozen=True)
class Plan:
    """What an operation will do with the chosen tasks: those ready, as they were ``seen``, and how many it leaves
    alone, and why."""

    ready: QuerySet[ReviewTask]
    seen: Mapping[str, Seen]
    """At most one more than can be changed at once, in the order of the list."""
    count: int
    forbidden: int
    decided: int
    held: int

    @property
    def taken(self) -> int:
        """Of those ready: open in somebody's browser, who loses them."""
        return sum(bool(who) for _, who in self.seen.values())

    def at_stake(self) -> list[tuple[Decimal, str]]:
        """The sum of all those ready, by currency."""
        known = self.ready.filter(amount__isnull=False).order_by().values_list("currency")
        return [(total, currency) for currency, total in known.annotate(Sum("amount")).order_by("currency")]


@dataclass(frozen=True)
class Promise:
    """What a preview said would be done, by task, and what would be left alone, by the reason."""

    seen: Mapping[str, Seen]
    left: Mapping[str, int]

    @property
    def tasks(self) -> QuerySet[ReviewTask]:
        return ReviewTask.objects.filter(pk__in=list(self.seen))


def plan(operation: Operation, chosen: QuerySet[ReviewTask], by: User) -> Plan:
    """Versions are looked up before anything else of the tasks is: what is shown is never older than they are."""
    now = timezone.now()
    allowed = Q(workspace__in=_workspaces(by, operation.permission))
    decided, busy = Q(state__in=DECIDED), held(now)
    if operation.takes_over:
        busy &= ~Q(workspace__in=_workspaces(by, Permission.MANAGE))
    ready = chosen.filter(allowed & ~decided & ~busy)
    rows = ready.values_list("pk", "document__result__version", Case(When(held(now), then="reviewer")))
    seen = {str(pk): (str(version or ""), str(who or "")) for pk, version, who in rows[: MAX_AT_ONCE + 1]}
    return Plan(
        ready=chosen.filter(pk__in=list(seen)),
        seen=seen,
        count=len(seen) if len(seen) <= MAX_AT_ONCE else ready.count(),
        forbidden=chosen.exclude(allowed).count(),
        decided=chosen.filter(allowed & decided).count(),
        held=chosen.filter(allowed & busy).count(),
    )


def signed(operation: Operation, planned: Plan, by: User) -> str:
    """The promise of a preview, for its form: of this person, for this operation."""
    left = {NOT_ALLOWED: planned.forbidden, DECIDED_ALREADY: planned.decided, OPEN_ELSEWHERE: planned.held}
    return signing.dumps([planned.seen, left], salt=_salt(operation, by), compress=True)


def promised(operation: Operation, token: str, by: User) -> Promise | None:
    """``None`` for what no preview gave to this person."""
    try:
        seen, left = signing.loads(token, salt=_salt(operation, by))
    except signing.BadSignature:
        return None
    return Promise({pk: (version, who) for pk, (version, who) in seen.items()}, left)


def _salt(operation: Operation, by: User) -> str:
    return f"review.bulk.{operation.name}.{by.pk}"


def question(operation: Operation, tasks: QuerySet[ReviewTask], data: Any = None) -> Question:
    """The form to fill in before the operation is carried out with ``tasks``."""
    workspaces = Workspace.objects.filter(pk__in=tasks.order_by().values("workspace"))
    return operation.question(workspaces, data)


def carry_out(operation: Operation, promise: Promise, *, by: User, answers: Mapping[str, Any]) -> Counter[str]:
    """How many were done (under the empty text), and how many not, by the reason: all that were chosen. Whatever ends
    this early, what was done stays done."""
    outcomes = Counter(promise.left)
    visible = visible_in_admin(by).filter(pk__in=list(promise.seen)).in_bulk()
    allowed = set(_workspaces(by, operation.permission))
    for pk, seen in promise.seen.items():
        task = visible.get(uuid.UUID(pk))
        if task is None:
            outcomes[Gone.message] += 1
        elif task.workspace_id not in allowed:
            outcomes[NOT_ALLOWED] += 1
        else:
            outcomes[_outcome(operation, task, seen, by, answers)] += 1
    return +outcomes


def _outcome(operation: Operation, task: ReviewTask, seen: Seen, by: User, answers: Mapping[str, Any]) -> str:
    """Empty when it was done, else why not."""
    try:
        _do(operation, task, seen, by, answers)
    except DomainError as error:
        return error.message
    return ""


@transaction.atomic
def _do(operation: Operation, task: ReviewTask, seen: Seen, by: User, answers: Mapping[str, Any]) -> None:
    """Nothing, where the task is not what was seen; a ``DomainError`` says why."""
    version, who = seen
    task = actions.locked(task)
    if task.state in DECIDED:
        raise DomainError(f"{task.get_state_display().lower()} by {task.decided_by or 'somebody'} meanwhile.")
    if actions.is_held(task) and str(task.reviewer_id) != who:
        raise DomainError(f"opened by {task.reviewer} meanwhile.")
    if operation.of_values and _version(task) != version:
        raise DomainError(CHANGED)
    operation.run(task, by, answers)


def _version(task: ReviewTask) -> str:
    found = ExtractionResult.objects.filter(document=task.document_id).values_list("version", flat=True).first()
    return str(found or "")


def _workspaces(by: User, permission: Permission) -> list[Any]:
    return list(workspaces_in_admin(by, permission).values_list("pk", flat=True))
