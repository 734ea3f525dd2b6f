"""What may somebody see or use? Every query of another app starts from one of these."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User, Workspace
from accounts.roles import Permission, Role, roles_with
from common.errors import NotFound, PermissionDenied


def workspaces_of(user: User | AnonymousUser, permission: Permission = Permission.VIEW) -> QuerySet[Workspace]:
    """The workspaces in which ``user`` is a member whose role holds ``permission``; none for nobody."""
    if user.is_anonymous or not user.is_active:
        return Workspace.objects.none()
    return Workspace.objects.filter(memberships__user=user, memberships__role__in=roles_with(permission))


def workspaces_in_admin(user: User | AnonymousUser, permission: Permission = Permission.VIEW) -> QuerySet[Workspace]:
    """Where staff hold ``permission`` in the admin: by their role in their own workspaces; superusers everywhere."""
    if user.is_active and user.is_superuser:
        return Workspace.objects.all()
    return workspaces_of(user, permission)


def personal_workspace(user: User) -> Workspace:
    """Where an upload goes when no workspace is named. Raises ``NotFound`` for a user who has none."""
    own = Workspace.objects.filter(is_personal=True, memberships__user=user, memberships__role=Role.OWNER)
    found = own.first() or workspaces_of(user, Permission.UPLOAD).order_by("created_at", "id").first()
    if found is None:
        raise NotFound("You have no workspace to upload to.")
    return found


def get_workspace(workspace_id: uuid.UUID, *, user: User, permission: Permission = Permission.VIEW) -> Workspace:
    """One workspace. ``NotFound`` when it does not exist or is somebody else's; ``PermissionDenied`` when the caller
    is a member but lacks ``permission``."""
    workspace = workspaces_of(user).filter(pk=workspace_id).first()
    if workspace is None:
        raise NotFound("Workspace not found.")
    if not workspaces_of(user, permission).filter(pk=workspace_id).exists():
        raise PermissionDenied
    return workspace
