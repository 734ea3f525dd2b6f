"""Which tasks and policies may somebody see? Every read starts here."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from accounts.queries import workspaces_in_admin, workspaces_of
from accounts.roles import Permission, roles_with
from common.errors import NotFound, PermissionDenied
from documents.states import Status
from review.models import OPEN, ReviewPolicy, ReviewTask, State

BEING_READ = (Status.UPLOADED, Status.PROCESSING)


def visible_to(user: User | AnonymousUser, permission: Permission = Permission.VIEW) -> QuerySet[ReviewTask]:
    """Tasks of the workspaces in which ``user`` holds ``permission``. (The workspaces are looked up first, so that the
    database reads the tasks off an index.)"""
    return ReviewTask.objects.filter(workspace__in=list(workspaces_of(user, permission).values_list("pk", flat=True)))


def visible_in_admin(user: User | AnonymousUser, permission: Permission = Permission.VIEW) -> QuerySet[ReviewTask]:
    """The same for staff in the admin: by their role; superusers all."""
    held = workspaces_in_admin(user, permission).values_list("pk", flat=True)
    return ReviewTask.objects.filter(workspace__in=list(held))


def get_task(task_id: uuid.UUID, *, user: User | AnonymousUser, permission: Permission = Permission.VIEW) -> ReviewTask:
    """One task. ``NotFound`` when it does not exist or is somebody else's, ``PermissionDenied`` for lookers-on."""
    task = visible_to(user).select_related("document", "reviewer").filter(pk=task_id).first()
    if task is None:
        raise NotFound("Task not found.")
    if permission is not Permission.VIEW and not visible_to(user, permission).filter(pk=task_id).exists():
        raise PermissionDenied
    return task


def reviewers_in(workspaces: Iterable[Workspace | uuid.UUID]) -> QuerySet[User]:
    """Who may review documents in at least one of the workspaces."""
    reviewing = Membership.objects.filter(workspace__in=workspaces, role__in=roles_with(Permission.REVIEW))
    return User.objects.filter(is_active=True, pk__in=reviewing.values("user")).order_by("email")


def is_open() -> Q:
    return Q(state__in=OPEN)


def is_free(by: User, now: datetime | None = None) -> Q:
    """What "next document" may give to ``by``: nobody holds it, it is not put off until later, and no other is to do
    it. (Who had it open when their browser was closed, or put it off, does not keep it.) What is being read again has
    another task in a moment, or none."""
    waiting = Q(state=State.TO_REVIEW) & (Q(reviewer=None) | Q(reviewer=by))
    return (waiting | due_again(now)) & ~Q(document__status__in=BEING_READ)


def held(now: datetime | None = None) -> Q:
    """Open in somebody's browser."""
    return Q(state=State.IN_REVIEW, lease_expires_at__gt=now or timezone.now())


def abandoned(now: datetime | None = None) -> Q:
    """In review by somebody whose page was closed."""
    return Q(state=State.IN_REVIEW, lease_expires_at__lte=now or timezone.now())


def due_again(now: datetime | None = None) -> Q:
    """What a sweep lets wait again: abandoned, or put off until now."""
    now = now or timezone.now()
    return abandoned(now) | Q(state=State.POSTPONED, postponed_until__lte=now)


def counts(tasks: QuerySet[ReviewTask], user: User) -> dict[str, Any]:
    """Of the open ones among ``tasks``: how many there are by state and how many are ``mine``; when the oldest came."""
    found: dict[str, Any] = tasks.filter(is_open()).aggregate(
        to_review=Count("pk", filter=Q(state=State.TO_REVIEW) | abandoned()),
        in_review=Count("pk", filter=held()),
        postponed=Count("pk", filter=Q(state=State.POSTPONED)),
        mine=Count("pk", filter=Q(reviewer=user) & ~abandoned()),
        oldest=Min("arrived_at"),
    )
    return found


def reasons_among(tasks: QuerySet[ReviewTask]) -> list[tuple[str, int]]:
    """The codes for which people are needed now, with how many tasks have each; the most frequent first."""
    together = tasks.filter(is_open()).order_by().values_list("reason_codes").annotate(Count("pk"))
    found: Counter[str] = Counter()
    for codes, count in together:  # few: the same ones come together again and again
        found.update(dict.fromkeys(codes, count))
    return found.most_common()


def policy_for(workspace_id: uuid.UUID, kind: str) -> ReviewPolicy:
    """That of the kind, else that of the workspace, else what holds where nobody decided. The last is not saved."""
    found = {policy.kind: policy for policy in ReviewPolicy.objects.filter(workspace=workspace_id, kind__in=[kind, ""])}
    return found.get(kind) or found.get("") or ReviewPolicy(workspace_id=workspace_id)
