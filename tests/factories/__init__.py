"""Rows for tests. ``cast()`` gives the people every endpoint is tested with; the fifth is nobody."""

from __future__ import annotations

from dataclasses import dataclass

import factory

from accounts import actions
from accounts.models import Membership, User, Workspace
from accounts.queries import personal_workspace
from accounts.roles import Role
from documents.models import Document
from documents.states import Status
from extraction.api.examples import EXTRACTED_DATA
from extraction.models import ExtractionResult, JobStatus, ProcessingJob, ValidationResult
from review.models import ReviewTask

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


class JobFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProcessingJob

    document = factory.SubFactory(DocumentFactory)
    status = JobStatus.SUCCEEDED


class ResultFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ExtractionResult

    document = factory.SubFactory(DocumentFactory)
    extracted_data = EXTRACTED_DATA
    confidence_score = 0.97
    extractor_version = "1.0.0"


class ValidationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ValidationResult

    document = factory.SubFactory(DocumentFactory)
    is_valid = True
    confidence_score = 0.97


class TaskFactory(factory.django.DjangoModelFactory):
    """Without a result behind it: for lists and permissions."""

    class Meta:
        model = ReviewTask

    document = factory.SubFactory(DocumentFactory, status=Status.COMPLETED, review_status="to_review")
    workspace = factory.LazyAttribute(lambda made: made.document.workspace)
    arrived_at = factory.LazyAttribute(lambda made: made.document.created_at)
    reasons = [{"code": "total_mismatch", "field": "total_amount", "severity": "warning"}]
    reason_codes = ["total_mismatch"]
    kind = "invoice"
    vendor_name = "Northwind Supplies"
    sought = factory.LazyAttribute(lambda made: f"{made.document.original_filename}\n{made.vendor_name}")


@dataclass(frozen=True)
class Cast:
    """``owner``, ``mate`` and ``viewer`` share ``workspace``; ``stranger`` has a workspace of its own."""

    owner: User
    mate: User
    stranger: User
    workspace: Workspace
    viewer: User


def cast(mate_role: Role = Role.EDITOR) -> Cast:
    owner, mate, stranger, viewer = UserFactory(), UserFactory(), UserFactory(), UserFactory()
    workspace = personal_workspace(owner)
    Membership.objects.create(user=mate, workspace=workspace, role=mate_role)
    Membership.objects.create(user=viewer, workspace=workspace, role=Role.VIEWER)
    return Cast(owner, mate, stranger, workspace, viewer)
