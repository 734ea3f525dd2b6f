"""The people of ``cast``, as staff: the console's rights come from their roles, not from Django's permissions."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from documents.models import Document
from tests.factories import Cast, UserFactory, cast, scenes


@dataclass
class Console:
    """One person's session."""

    person: User
    client: Client

    def get(self, path: str, **query):
        return self.client.get(path, query)

    def post(self, path: str, **form):
        return self.client.post(path, form, follow=True)

    def documents(self, **query):
        return self.get(reverse("admin:documents_document_changelist"), **query)

    def act(self, action: str, *documents: Document, query: str = "", **form):
        """Run a bulk action on the list."""
        form = {"action": action, "_selected_action": [str(each.pk) for each in documents]} | form
        return self.post(reverse("admin:documents_document_changelist") + query, **form)


def sign_in(person: User, *, staff: bool = True, superuser: bool = False) -> Console:
    person.is_staff, person.is_superuser = staff, superuser
    person.save()
    client = Client()
    client.force_login(person)
    return Console(person, client)


def listed(response) -> set[Document]:
    return set(response.context["cl"].result_list)


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def people(db) -> Cast:
    return cast()


@pytest.fixture
def owner(people) -> Console:
    return sign_in(people.owner)


@pytest.fixture
def viewer(people) -> Console:
    return sign_in(people.viewer)


@pytest.fixture
def editor(people) -> Console:
    return sign_in(people.mate)


@pytest.fixture
def stranger(people) -> Console:
    return sign_in(people.stranger)


@pytest.fixture
def superuser(db) -> Console:
    return sign_in(UserFactory(), superuser=True)


@pytest.fixture
def document(people) -> Document:
    return scenes.completed(people.workspace, people.owner)
