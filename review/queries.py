"""Which tasks and policies may somebody see? Every read starts here."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import workspaces_in_admin, workspaces_of
from accounts.roles import Permission
from common.errors import NotFound, PermissionDenied
from review.models import OPEN, ReviewPolicy, ReviewTask, State


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


def is_open() -> Q:
    return Q(state__in=OPEN)


def is_free(now: datetime | None = None) -> Q:
    """What "next document" may give to anybody: nobody holds it, and it is not put off until later."""
    now = now or timezone.now()
    return Q(state=State.TO_REVIEW) | Q(state=State.POSTPONED, postponed_until__lte=now) | abandoned(now)


def abandoned(now: datetime | None = None) -> Q:
    """In review by somebody whose page was closed."""
    return Q(state=State.IN_REVIEW, lease_expires_at__lte=now or timezone.now())


def policy_for(workspace_id: uuid.UUID, kind: str) -> ReviewPolicy:
    """That of the kind, else that of the workspace, else what holds where nobody decided. The last is not saved."""
    found = {policy.kind: policy for policy in ReviewPolicy.objects.filter(workspace=workspace_id, kind__in=[kind, ""])}
    return found.get(kind) or found.get("") or ReviewPolicy(workspace_id=workspace_id)
