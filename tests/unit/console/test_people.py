"""Users, workspaces and the audit trail."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Membership, User, Workspace
from accounts.queries import personal_workspace
from accounts.roles import Role
from audit.models import Event
from tests.factories import PASSWORD
from tests.unit.console.conftest import listed

USERS = "admin:accounts_user_changelist"
WORKSPACES = "admin:accounts_workspace_changelist"


def user_page(person: User) -> str:
    return reverse("admin:accounts_user_change", args=[person.pk])


def inline_form(memberships, **first) -> dict[str, str]:
    """What the browser sends for the rows of memberships; ``first`` replaces values of the first."""
    form = {"memberships-TOTAL_FORMS": str(len(memberships)), "memberships-INITIAL_FORMS": str(len(memberships))}
    for place, membership in enumerate(memberships):
        values = {"id": membership.pk, "user": membership.user_id, "workspace": membership.workspace_id}
        values |= {"role": membership.role} | (first if place == 0 else {})
        form |= {f"memberships-{place}-{name}": str(value) for name, value in values.items()}
    return form


def test_staff_see_those_they_share_a_workspace_with(owner, superuser, people):
    shared = {people.owner, people.mate, people.viewer}
    assert listed(owner.get(reverse(USERS))) == shared
    assert listed(superuser.get(reverse(USERS))) == shared | {people.stranger, superuser.person}


def test_staff_see_members_and_change_nothing(owner, people):
    text = owner.get(reverse("admin:accounts_workspace_change", args=[people.workspace.pk])).content.decode()
    assert people.mate.email in text
    for path in (user_page(people.mate), reverse("admin:accounts_workspace_change", args=[people.workspace.pk])):
        memberships = list(people.workspace.memberships.all())
        form = {"email": "x@example.test", "name": "x", "is_superuser": "on"} | inline_form(memberships, role="owner")
        assert owner.client.post(path, form).status_code == 403
    people.mate.refresh_from_db()
    assert not people.mate.is_superuser
    assert people.workspace.memberships.get(user=people.mate).role == Role.EDITOR


def test_staff_do_not_see_other_workspaces_of_a_mate(owner, people):
    secret = personal_workspace(people.mate)
    secret.name = "Secret Harbour"
    secret.save()
    assert "Secret Harbour" not in owner.get(user_page(people.mate)).content.decode()


def test_staff_do_not_see_rights_or_passwords(owner, people):
    text = owner.get(user_page(people.mate)).content.decode()
    assert "argon2" not in text
    assert "superuser" not in text.lower()


def test_staff_cannot_change_a_password(owner, people):
    path = reverse("admin:auth_user_password_change", args=[people.mate.pk])
    assert owner.client.post(path, {"password1": "new secret 12", "password2": "new secret 12"}).status_code == 403
    people.mate.refresh_from_db()
    assert people.mate.check_password(PASSWORD)


def test_a_superuser_makes_a_user_with_a_workspace(superuser):
    form = {
        "email": "new@example.test",
        "full_name": "Neve Quay",
        "password1": "a long secret",
        "password2": "a long secret",
    }
    superuser.post(reverse("admin:accounts_user_add"), **form)
    made = User.objects.get(email="new@example.test")
    assert made.check_password("a long secret")
    assert not made.is_staff
    assert personal_workspace(made).name == "Neve Quay"
    assert Event.objects.filter(action="user.created", object_id=made.pk, actor_id=superuser.person.pk).exists()


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("PERSON@EXAMPLE.TEST", "a long secret", "There is a user with this e-mail address already."),
        ("nonsense", "a long secret", "valid email address"),
        ("new@example.test", "short", "at least 8"),
    ],
)
def test_a_user_that_cannot_be_made(superuser, people, email, password, message):
    people.owner.email = "person@example.test"
    people.owner.save()
    form = {"email": email, "password1": password, "password2": password}
    response = superuser.post(reverse("admin:accounts_user_add"), **form)
    assert message in response.content.decode()
    assert User.objects.filter(email=email).count() == 0


def test_a_superuser_changes_rights_and_roles_with_a_trace(superuser, people):
    memberships = list(people.viewer.memberships.filter(workspace=people.workspace))
    others = list(people.viewer.memberships.exclude(workspace=people.workspace))
    form = {"email": people.viewer.email, "is_active": "on", "is_staff": "on"}
    superuser.post(user_page(people.viewer), **form, **inline_form(memberships + others, role="editor"))
    people.viewer.refresh_from_db()
    assert people.viewer.is_staff
    assert Membership.objects.get(user=people.viewer, workspace=people.workspace).role == Role.EDITOR
    event = Event.objects.get(action="user.changed")
    assert (event.object_id, event.actor_id) == (people.viewer.pk, superuser.person.pk)
    assert "May use the admin" in str(event.data)


def test_a_superuser_sets_a_password(superuser, people):
    path = reverse("admin:auth_user_password_change", args=[people.mate.pk])
    assert superuser.get(path).status_code == 200
    superuser.post(path, password1="another secret", password2="another secret")
    people.mate.refresh_from_db()
    assert people.mate.check_password("another secret")


def test_everybody_changes_their_own_password(viewer):
    path = reverse("admin:password_change")
    assert viewer.get(path).status_code == 200
    form = {"old_password": PASSWORD, "new_password1": "another secret", "new_password2": "another secret"}
    viewer.post(path, **form)
    viewer.person.refresh_from_db()
    assert viewer.person.check_password("another secret")


def test_signing_in_and_out_leaves_a_trace(client, viewer):
    person = viewer.person
    wrong, right = ({"username": person.email, "password": word} for word in ("wrong", PASSWORD))
    before = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0  # the fixture signs in as well
    for form in (wrong, right):
        client.post(reverse("admin:login"), form)
    client.post(reverse("admin:logout"))
    client.post(reverse("admin:logout"))  # nobody is signed in any more

    events = Event.objects.filter(id__gt=before, actor_id=person.pk).order_by("id")
    assert [event.action for event in events] == ["user.logged_in", "user.logged_out"]
    assert all(event.data == {"to": "admin"} for event in events)


def test_nobody_deletes_users(superuser, people):
    path = reverse("admin:accounts_user_delete", args=[people.stranger.pk])
    assert superuser.client.post(path, {"post": "yes"}).status_code == 403


def test_only_an_empty_workspace_is_deleted(superuser, people, document):
    path = reverse("admin:accounts_workspace_delete", args=[people.workspace.pk])
    assert superuser.client.post(path, {"post": "yes"}).status_code == 403
    document.delete()
    superuser.post(path, post="yes")
    assert not Workspace.objects.filter(pk=people.workspace.pk).exists()
    assert Event.objects.filter(action="workspace.deleted", object_id=people.workspace.pk).exists()


def test_a_superuser_makes_a_shared_workspace(superuser, people):
    rows = {"memberships-TOTAL_FORMS": "2", "memberships-INITIAL_FORMS": "0"}
    for place, (person, role) in enumerate([(people.owner, "owner"), (people.stranger, "editor")]):
        rows |= {f"memberships-{place}-user": str(person.pk), f"memberships-{place}-role": role}
    superuser.post(reverse("admin:accounts_workspace_add"), name="Shared", **rows)
    made = Workspace.objects.get(name="Shared")
    assert {(each.user, each.role) for each in made.memberships.all()} == {
        (people.owner, "owner"),
        (people.stranger, "editor"),
    }


def test_counts_of_a_workspace(superuser, people, document):
    text = superuser.get(reverse(WORKSPACES), q=people.workspace.name)
    row = next(each for each in text.context["cl"].result_list if each.pk == people.workspace.pk)
    assert (row.members_total, row.documents_total) == (3, 1)


def test_the_history_of_an_object_is_its_audit_trail(owner, document):
    response = owner.post(reverse("admin:documents_document_history", args=[document.pk]))
    assert response.redirect_chain[0][0] == f"{reverse('admin:audit_event_changelist')}?q={document.pk}"
    assert [event.object_id for event in listed(response)] == [document.pk]


def test_an_event_is_shown_with_its_details_as_text(superuser, document):
    event = Event.objects.create(action="test.done", object_type="thing", data={"name": "<script>alert(1)</script>"})
    text = superuser.get(reverse("admin:audit_event_change", args=[event.pk])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert(1)" not in text
