"""Which documents may somebody see? Every read starts here."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from accounts.queries import workspaces_in_admin, workspaces_of
from accounts.roles import Permission
from common.errors import NotFound, PermissionDenied
from documents.models import Document


def visible_to(user: User | AnonymousUser, permission: Permission = Permission.VIEW) -> QuerySet[Document]:
    """Documents of the workspaces in which ``user`` holds ``permission``.

    The workspaces are looked up first: for one that it knows, the database reads the newest documents off an index; for
    one that it has yet to find, it sorts them all.
    """
    return Document.objects.filter(workspace__in=list(workspaces_of(user, permission).values_list("pk", flat=True)))


def visible_in_admin(user: User | AnonymousUser, permission: Permission = Permission.VIEW) -> QuerySet[Document]:
    """Documents with which staff may do this in the admin: by their role; superusers with all."""
    return Document.objects.filter(workspace__in=workspaces_in_admin(user, permission))


def get_document(
    document_id: uuid.UUID, *, user: User | AnonymousUser, permission: Permission = Permission.VIEW
) -> Document:
    """One document. ``NotFound`` when it does not exist or is somebody else's; ``PermissionDenied`` when the
    caller may see it but lacks ``permission``."""
    document = visible_to(user).filter(pk=document_id).first()
    if document is None:
        raise NotFound("Document not found.")
    held = workspaces_of(user, permission).filter(pk=document.workspace_id)
    if permission is not Permission.VIEW and not held.exists():
        raise PermissionDenied
    return document
