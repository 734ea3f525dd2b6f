"""Whom and what operators name on the command line. They may name all of it; errors are sentences for a terminal."""

from __future__ import annotations

import uuid

from django.core.management.base import CommandError

from accounts.models import User, Workspace
from accounts.queries import workspaces_of
from accounts.roles import Permission, Role


def workspace_named(text: str) -> Workspace:
    """The workspace with this id or exact name. Raises ``CommandError`` for none or several."""
    try:
        found = list(Workspace.objects.filter(pk=uuid.UUID(text)))
    except ValueError:
        found = list(Workspace.objects.filter(name=text)[:10])
    if not found:
        raise CommandError(f"There is no workspace with the name or id {printable(text)!r}.")
    if len(found) > 1:
        ids = ", ".join(str(workspace.pk) for workspace in found)
        raise CommandError(f"Several workspaces are called {printable(text)!r}. Name one by its id: {ids}.")
    return found[0]


def uploader_named(email: str, workspace: Workspace) -> User:
    """The person with this e-mail address, if they may upload to ``workspace``. Raises ``CommandError`` otherwise."""
    try:
        person = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError(f"There is no user with the e-mail address {printable(email)!r}.") from None
    if not workspaces_of(person, Permission.UPLOAD).filter(pk=workspace.pk).exists():
        raise CommandError(f"{person} may not upload to the workspace {printable(workspace.name)!r}.")
    return person


def owner_of(workspace: Workspace) -> User:
    """Who has owned ``workspace`` for longest. Raises ``CommandError`` when nobody active does."""
    owners = User.objects.filter(is_active=True, memberships__workspace=workspace, memberships__role=Role.OWNER)
    owner = owners.order_by("memberships__created_at").first()
    if owner is None:
        raise CommandError(f"The workspace {printable(workspace.name)!r} has no active owner; name a person with --as.")
    return owner


def printable(text: object) -> str:
    """``text`` without what would steer a terminal or start another line of a log."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(text))
