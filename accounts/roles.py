"""Who may do what in a workspace: one table."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


class Permission(StrEnum):
    VIEW = "view"
    UPLOAD = "upload"
    REPROCESS = "reprocess"
    REVIEW = "review"
    DELETE = "delete"
    MANAGE = "manage"  # the workspace itself and its members


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission),
    Role.EDITOR: frozenset(
        {Permission.VIEW, Permission.UPLOAD, Permission.REPROCESS, Permission.REVIEW, Permission.DELETE}
    ),
    Role.VIEWER: frozenset({Permission.VIEW}),
}


def roles_with(permission: Permission) -> list[str]:
    """The roles that hold ``permission``, for use in a query."""
    return [role.value for role, granted in PERMISSIONS.items() if permission in granted]
