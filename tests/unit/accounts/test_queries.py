"""Who may see or use which workspace?"""

from __future__ import annotations

import uuid

import pytest

from accounts.models import Membership, Workspace
from accounts.queries import get_workspace, personal_workspace, workspaces_of
from accounts.roles import PERMISSIONS, Permission, Role
from common.errors import NotFound, PermissionDenied
from tests.factories import UserFactory, cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_roles_hold_what_the_table_says(role, permission):
    people = cast(mate_role=role)

    held = workspaces_of(people.mate, permission).filter(pk=people.workspace.pk).exists()

    assert held == (permission in PERMISSIONS[role])


def test_a_disabled_user_sees_nothing():
    people = cast()
    people.owner.is_active = False

    assert not workspaces_of(people.owner).exists()


def test_ones_own_workspace_is_the_one_that_one_owns():
    for _ in range(5):  # whatever their names and order
        people = cast(mate_role=Role.ADMIN)
        own = personal_workspace(people.mate)

        assert own != people.workspace
        assert own.memberships.get().user == people.mate


def test_without_one_of_ones_own_the_oldest_shared_one():
    people = cast()
    personal_workspace(people.mate).delete()

    assert personal_workspace(people.mate) == people.workspace


def test_without_any():
    people = cast()
    Workspace.objects.all().delete()

    with pytest.raises(NotFound):
        personal_workspace(people.owner)


def test_get_workspace():
    people = cast()

    assert get_workspace(people.workspace.pk, user=people.mate, permission=Permission.UPLOAD) == people.workspace
    with pytest.raises(PermissionDenied):
        get_workspace(people.workspace.pk, user=people.viewer, permission=Permission.UPLOAD)
    for pk in (people.workspace.pk, uuid.uuid4()):
        with pytest.raises(NotFound):
            get_workspace(pk, user=people.stranger)


def test_one_role_in_one_workspace():
    people = cast()

    assert Membership.objects.filter(user=people.mate, workspace=people.workspace).count() == 1
    assert UserFactory().memberships.get().role == Role.OWNER
