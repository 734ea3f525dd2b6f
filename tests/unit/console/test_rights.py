"""Who may see and do what: owner, viewer of the same workspace, stranger, somebody who is not staff, superuser."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from rest_framework.settings import api_settings

from accounts.models import Membership
from accounts.queries import personal_workspace
from audit.models import Event
from documents.models import Document
from extraction.models import JobStatus, JobTrigger, ProcessingJob
from tests.factories import PASSWORD, UserFactory, scenes
from tests.unit.console.conftest import listed, sign_in, told

LISTS = (
    "admin:documents_document_changelist",
    "admin:extraction_processingjob_changelist",
    "admin:accounts_user_changelist",
    "admin:accounts_workspace_changelist",
    "admin:audit_event_changelist",
)


def pages_about(document: Document) -> list[str]:
    """Every address that shows something of one document."""
    job = document.jobs.get()
    event = Event.objects.filter(object_id=document.pk).first()
    return [
        reverse("admin:documents_document_change", args=[document.pk]),
        reverse("admin:documents_document_delete", args=[document.pk]),
        reverse("admin:documents_document_history", args=[document.pk]),
        reverse("admin:documents_document_file", args=[document.pk]),
        reverse("admin:documents_document_page", args=[document.pk, 1]),
        reverse("admin:documents_document_export", args=[document.pk, "json"]),
        reverse("admin:documents_document_reprocess", args=[document.pk]),
        reverse("admin:extraction_processingjob_change", args=[job.pk]),
        reverse("admin:audit_event_change", args=[event.pk]),
        reverse("admin:accounts_workspace_change", args=[document.workspace_id]),
        reverse("admin:accounts_user_change", args=[document.owner_id]),
    ]


@pytest.mark.parametrize("name", [*LISTS, "admin:index"])
def test_nobody_gets_in_without_being_staff(people, name):
    for client in (Client(), sign_in(people.owner, staff=False).client):
        response = client.get(reverse(name))
        assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, reverse("admin:login"))


def test_a_user_who_is_not_staff_cannot_sign_in(people, client):
    form = {"username": people.owner.email, "password": PASSWORD}
    response = client.post(reverse("admin:login"), form)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("email", ["same@example.test", "other{}@example.test"])
def test_guessing_passwords_is_throttled(people, client, settings, monkeypatch, email):
    """By address, and by account from many addresses."""
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "login", "3/min")
    settings.REDIS_NAMESPACE = f"test-{email}"
    answers = []
    for number in range(5):
        address = f"192.0.2.{number}" if email.startswith("same") else "192.0.2.77"
        form = {"username": email.format(number), "password": "guess"}
        answers.append(client.post(reverse("admin:login"), form, REMOTE_ADDR=address).content.decode())
    assert ["Too many attempts" in answer for answer in answers] == [False, False, False, True, True]


def test_a_disabled_user_is_out_at_once(owner):
    owner.person.is_active = False
    owner.person.save()
    assert owner.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("name", LISTS)
def test_staff_need_none_of_djangos_permissions(viewer, document, name):
    assert viewer.get(reverse(name)).status_code == 200
    assert not viewer.person.user_permissions.exists()


def test_lists_show_ones_own_workspaces_only(owner, stranger, superuser, document):
    theirs = scenes.completed(personal_workspace(stranger.person), stranger.person)
    assert listed(owner.documents()) == {document}
    assert listed(stranger.documents()) == {theirs}
    assert listed(superuser.documents()) == {document, theirs}
    jobs = reverse("admin:extraction_processingjob_changelist")
    assert {job.document for job in listed(stranger.get(jobs))} == {theirs}
    assert {job.document for job in listed(superuser.get(jobs))} == {document, theirs}


def test_the_trail_shows_ones_own_workspaces_only(stranger, superuser, document):
    url = reverse("admin:audit_event_changelist")
    assert str(document.pk) not in stranger.get(url).content.decode()
    assert str(document.pk) in superuser.get(url).content.decode()
    registered = Event.objects.filter(action="user.registered").first()  # belongs to no workspace
    assert stranger.get(reverse("admin:audit_event_change", args=[registered.pk])).status_code == 404


def test_the_start_page_counts_ones_own_documents_only(owner, stranger, document):
    assert [card["value"] for card in owner.get(reverse("admin:index")).context["cards"]][:4] == ["1", "0", "1", "0"]
    page = stranger.get(reverse("admin:index"))
    assert {card["value"] for card in page.context["cards"]} == {"0", "–"}
    assert document.original_filename not in page.content.decode()


def test_a_strangers_object_is_a_404_like_one_that_does_not_exist(stranger, document):
    unknown = "00000000-0000-4000-8000-000000000000"
    for path in pages_about(document):
        assert stranger.get(path).status_code == 404, path
        assert stranger.client.post(path).status_code == 404, path
    for name in ("documents_document_change", "documents_document_file", "extraction_processingjob_change"):
        assert stranger.get(reverse(f"admin:{name}", args=[unknown])).status_code == 404
    assert stranger.get("/admin/documents/document/nonsense/change/").status_code == 404
    assert Document.objects.filter(pk=document.pk).exists()


@pytest.mark.parametrize("action", ["reprocess_selected", "export_csv", "export_json", "delete_selected"])
def test_forged_ids_in_an_action_do_nothing(stranger, document, action):
    own = scenes.completed(personal_workspace(stranger.person), stranger.person, original_filename="own.pdf")
    before = ProcessingJob.objects.count()
    response = stranger.act(action, document, own, confirmed="yes", post="yes")
    assert response.status_code == 200
    body = response.getvalue() if response.streaming else response.content
    assert str(document.pk).encode() not in body
    assert document.original_filename.encode() not in body
    assert Document.objects.filter(pk=document.pk).exists()
    assert not document.jobs.filter(trigger=JobTrigger.REPROCESS).exists()
    assert ProcessingJob.objects.count() <= before + 1


def test_a_viewer_looks_and_does_no_more(viewer, document):
    default_storage.save(document.file, ContentFile(b"%PDF-1.7"))
    url = reverse("admin:documents_document_change", args=[document.pk])
    page = viewer.get(url)
    assert page.status_code == 200
    assert reverse("admin:documents_document_reprocess", args=[document.pk]) not in page.content.decode()
    assert reverse("admin:documents_document_delete", args=[document.pk]) not in page.content.decode()
    assert viewer.get(reverse("admin:documents_document_file", args=[document.pk])).status_code == 200
    assert viewer.get(reverse("admin:documents_document_export", args=[document.pk, "csv"])).status_code == 200
    assert viewer.client.post(reverse("admin:documents_document_reprocess", args=[document.pk])).status_code == 403
    assert viewer.client.post(reverse("admin:documents_document_delete", args=[document.pk])).status_code == 403
    choices = [value for value, _ in viewer.documents().context["action_form"].fields["action"].choices]
    assert choices == ["", "export_csv", "export_json"]
    viewer.act("reprocess_selected", document, confirmed="yes")
    viewer.act("delete_selected", document, post="yes")
    assert document.jobs.count() == 1
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_role_counts_in_its_own_workspace_only(viewer, document):
    """The viewer owns another workspace, so the actions are offered; on this document they are refused."""
    own = scenes.completed(personal_workspace(viewer.person), viewer.person)
    assert viewer.get(reverse("admin:documents_document_delete", args=[document.pk])).status_code == 403
    asked = viewer.act("reprocess_selected", document, own)
    assert (asked.context["count"], asked.context["forbidden"]) == (1, 1)
    viewer.act("reprocess_selected", document, own, confirmed="yes")
    assert document.jobs.count() == 1
    assert own.jobs.count() == 2
    assert viewer.act("delete_selected", document, own, post="yes").status_code == 403
    assert Document.objects.count() == 2


@pytest.mark.parametrize("who", ["editor", "owner", "superuser"])
def test_whose_role_allows_it_may_reprocess_and_delete(request, who, document):
    session = request.getfixturevalue(who)
    response = session.post(reverse("admin:documents_document_reprocess", args=[document.pk]))
    assert told(response) == ["1 document queued to be read again."]
    assert document.jobs.first().status == JobStatus.QUEUED
    session.post(reverse("admin:documents_document_delete", args=[document.pk]), post="yes")
    assert not Document.objects.filter(pk=document.pk).exists()
    event = Event.objects.filter(action="document.deleted").get()
    assert event.actor_id == session.person.pk


@pytest.mark.parametrize("name", ["documents_document", "extraction_processingjob", "audit_event"])
@pytest.mark.parametrize("who", ["owner", "superuser"])
def test_nobody_adds_or_edits_these(request, who, document, name):
    session = request.getfixturevalue(who)
    assert session.client.post(reverse(f"admin:{name}_add"), {}).status_code == 403
    found = {
        "documents_document": document.pk,
        "extraction_processingjob": document.jobs.get().pk,
        "audit_event": Event.objects.filter(object_id=document.pk).first().pk,
    }[name]
    session.client.post(reverse(f"admin:{name}_change", args=[found]), {"status": "failed", "action": "x"})
    document.refresh_from_db()
    assert document.status == "completed"


@pytest.mark.parametrize("name", ["extraction_processingjob", "audit_event"])
def test_nobody_deletes_these(superuser, document, name):
    found = (
        document.jobs.get() if name.startswith("extraction") else Event.objects.filter(object_id=document.pk).first()
    )
    assert superuser.client.post(reverse(f"admin:{name}_delete", args=[found.pk]), {"post": "yes"}).status_code == 403


def test_a_link_or_a_form_from_elsewhere_does_nothing(owner, document):
    url = reverse("admin:documents_document_reprocess", args=[document.pk])
    assert owner.get(url).status_code == 403
    owner.client.handler.enforce_csrf_checks = True
    assert owner.client.post(url).status_code == 403
    assert document.jobs.count() == 1


@pytest.mark.parametrize(
    "query",
    [
        {"owner__password__startswith": "argon2"},
        {"workspace__memberships__user__password__startswith": "a"},
        {"result__extracted_data__vendor_name": "x"},
    ],
)
def test_filters_cannot_probe_other_tables(owner, document, query):
    assert owner.documents(**query).status_code == 400


def test_users_cannot_be_probed_for_their_passwords(owner):
    url = reverse("admin:accounts_user_changelist")
    assert owner.get(url, password__startswith="argon2").status_code == 400


def test_a_workspace_filter_does_not_tell_a_strangers_name(owner, stranger, document):
    theirs = personal_workspace(stranger.person)
    theirs.name = "Secret Harbour"
    theirs.save()
    response = owner.documents(workspace__id__exact=str(theirs.pk))
    assert listed(response) == set()
    assert "Secret Harbour" not in response.content.decode()


@pytest.mark.parametrize(
    ("model", "field"), [("membership", "user"), ("membership", "workspace"), ("document", "workspace")]
)
def test_autocomplete_offers_only_what_one_may_see(owner, stranger, superuser, people, model, field):
    query = {"app_label": "documents" if model == "document" else "accounts", "model_name": model, "field_name": field}
    foreign = personal_workspace(stranger.person) if field == "workspace" else stranger.person
    shared = people.workspace if field == "workspace" else people.mate

    def offered(session):
        return {result["id"] for result in session.get(reverse("admin:autocomplete"), **query).json()["results"]}

    assert str(shared.pk) in offered(owner)
    assert str(foreign.pk) not in offered(owner)
    assert {str(shared.pk), str(foreign.pk)} <= offered(superuser)


def test_search_of_the_sidebar_tells_nothing_of_others(stranger, document):
    response = stranger.get("/admin/search/", s=document.original_filename, extended="1")
    assert str(document.pk) not in response.content.decode()


def test_a_membership_that_ends_takes_the_sight_with_it(viewer, document):
    Membership.objects.filter(user=viewer.person, workspace=document.workspace).delete()
    assert listed(viewer.documents()) == set()
    assert viewer.get(reverse("admin:documents_document_change", args=[document.pk])).status_code == 404


def test_models_of_other_packages_are_not_shown(superuser):
    for path in ("auth/group/", "django_dramatiq/task/", "token_blacklist/outstandingtoken/"):
        assert superuser.get(f"/admin/{path}").status_code == 404


def test_a_new_member_of_staff_without_a_workspace_sees_empty_lists(db):
    nobody = UserFactory()
    nobody.memberships.all().delete()
    session = sign_in(nobody)
    for name in LISTS:
        assert session.get(reverse(name)).status_code == 200
    assert session.get(reverse("admin:index")).status_code == 200
