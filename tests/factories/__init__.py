"""Rows for tests. ``cast()`` gives the four people every endpoint is tested with."""

from __future__ import annotations

from dataclasses import dataclass

import factory

from accounts import actions
from accounts.models import Membership, User, Workspace
from accounts.queries import personal_workspace
from accounts.roles import Role
from documents.models import Document

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    """A registered user, with a personal workspace, as registration makes one."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.test")
    full_name = factory.Faker("name")

    @classmethod
    def _create(cls, model_class: type[User], *args: object, **kwargs: object) -> User:
        kwargs.setdefault("password", PASSWORD)
        return actions.register(**kwargs)


class DocumentFactory(factory.django.DjangoModelFactory):
    """A row without a file behind it: for lists and permissions."""

    class Meta:
        model = Document

    owner = factory.SubFactory(UserFactory)
    workspace = factory.LazyAttribute(lambda made: personal_workspace(made.owner))
    original_filename = "invoice.pdf"
    content_type = "application/pdf"
    file_extension = "pdf"
    file_size = 1000
    checksum_sha256 = factory.Sequence(lambda n: f"{n:064x}")
    file = factory.Sequence(lambda n: f"documents/test/{n}")


@dataclass(frozen=True)
class Cast:
    """``owner`` and ``mate`` share ``workspace``; ``stranger`` has a workspace of its own."""

    owner: User
    mate: User
    stranger: User
    workspace: Workspace


def cast(mate_role: Role = Role.EDITOR) -> Cast:
    owner, mate, stranger = UserFactory(), UserFactory(), UserFactory()
    workspace = personal_workspace(owner)
    Membership.objects.create(user=mate, workspace=workspace, role=mate_role)
    return Cast(owner, mate, stranger, workspace)
