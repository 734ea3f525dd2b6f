"""What changes who may: each one atomic and audited."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from accounts import tokens
from accounts.models import Membership, User, Workspace
from accounts.roles import Role
from audit import log
from common.errors import AuthenticationFailed, Conflict


def register(*, email: str, password: str, full_name: str = "") -> User:
    """A new user with a personal workspace. Raises ``Conflict`` when the e-mail address is taken."""
    email = User.objects.normalize_email(email)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, full_name=full_name)
            create_personal_workspace(user=user)
            log.record("user.registered", by=user, object_type="user", object_id=user.id)
    except IntegrityError as error:
        raise Conflict("This e-mail address is already registered.") from error
    return user


@transaction.atomic
def create_operator(*, email: str, password: str) -> User:
    """A superuser, who sees everything in the admin. Raises ``Conflict`` when the e-mail address is taken."""
    user = register(email=email, password=password, full_name="Operator")
    user.is_staff = user.is_superuser = True
    user.save()
    log.record("user.made_superuser", by=None, object_type="user", object_id=user.id)
    return user


@transaction.atomic
def create_personal_workspace(*, user: User) -> Workspace:
    """The workspace that belongs to ``user`` alone."""
    workspace = Workspace.objects.create(name=user.full_name or user.email, is_personal=True)
    Membership.objects.create(user=user, workspace=workspace, role=Role.OWNER)
    log.record("workspace.created", by=user, object_type="workspace", object_id=workspace.id, workspace_id=workspace.id)
    return workspace


@transaction.atomic
def log_in(*, email: str, password: str) -> User:
    """Who it is. Raises ``AuthenticationFailed`` for a wrong pair and for a disabled user alike.

    Hashes the password also for an unknown address, so that time tells nobody which addresses are known.
    """
    user = authenticate(username=email, password=password)
    if not isinstance(user, User):
        raise AuthenticationFailed
    log.record("user.logged_in", by=user, object_type="user", object_id=user.id)
    return user


@transaction.atomic
def log_out(*, refresh_token: str) -> None:
    """Nobody can renew the session any more. Raises ``AuthenticationFailed`` for a token that is not valid."""
    user = tokens.redeem(refresh_token)
    log.record("user.logged_out", by=user, object_type="user", object_id=user.id)
