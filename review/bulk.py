"""What staff do with many tasks at once: a preview of what will happen to how many, then the outcomes by number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import User, Workspace
from accounts.queries import workspaces_in_admin
from accounts.roles import Permission
from common.errors import DomainError
from extraction.models import JobPriority
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
            question=PauseQuestion,
        ),
        Operation(
            "assign",
            verb="Assign",
            done="assigned",
            effect="“Next document” gives them to this person only.",
            run=_assign,
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


@dataclass(frozen=True)
class Plan:
    """What an operation will do with the chosen tasks: those ``ready``, and how many it leaves alone, and why."""

    ready: QuerySet[ReviewTask]
    count: int
    forbidden: int
    decided: int
    held: int
    taken: int
    """Of those ready: open in somebody's browser, who loses them."""

    def at_stake(self) -> list[tuple[Decimal, str]]:
        """The sum of all those ready, by currency."""
        known = self.ready.filter(amount__isnull=False).order_by().values_list("currency")
        return [(total, currency) for currency, total in known.annotate(Sum("amount")).order_by("currency")]


def plan(operation: Operation, chosen: QuerySet[ReviewTask], by: User) -> Plan:
    """One count for each part, all of the same moment."""
    now = timezone.now()
    allowed = Q(workspace__in=_workspaces(by, operation.permission))
    decided, busy = Q(state__in=DECIDED), held(now)
    if operation.takes_over:
        busy &= ~Q(workspace__in=_workspaces(by, Permission.MANAGE))
    ready = chosen.filter(allowed & ~decided & ~busy)
    return Plan(
        ready=ready,
        count=ready.count(),
        forbidden=chosen.exclude(allowed).count(),
        decided=chosen.filter(allowed & decided).count(),
        held=chosen.filter(allowed & busy).count(),
        taken=ready.filter(held(now)).count(),
    )


def question(operation: Operation, planned: Plan, data: Any = None) -> Question:
    """The form to fill in before ``planned`` is carried out."""
    workspaces = Workspace.objects.filter(pk__in=planned.ready.order_by().values("workspace"))
    return operation.question(workspaces, data)


def carry_out(operation: Operation, planned: Plan, *, by: User, answers: Mapping[str, Any]) -> Counter[str]:
    """How many were done (under the empty text), and how many not, by the reason. Whatever ends this early, what was
    done stays done."""
    outcomes: Counter[str] = Counter()
    for task in planned.ready.select_related("document", "reviewer")[:MAX_AT_ONCE]:
        try:
            operation.run(task, by, answers)
        except DomainError as error:
            outcomes[error.message] += 1
        else:
            outcomes[""] += 1
    return outcomes


def _workspaces(by: User, permission: Permission) -> list[Any]:
    return list(workspaces_in_admin(by, permission).values_list("pk", flat=True))
