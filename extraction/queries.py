"""What may somebody know about the work on documents and its results? Every read starts from visible documents."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from accounts.models import User
from common.errors import NotFound
from documents.models import Document
from documents.queries import visible_to
from documents.states import ReviewStatus
from extraction.models import ExtractionResult, Identity, ProcessingJob, RuleSetting, ValidationResult


def jobs_visible_to(user: User | AnonymousUser) -> QuerySet[ProcessingJob]:
    """Jobs of the documents that ``user`` may see, newest first."""
    return ProcessingJob.objects.filter(document__in=visible_to(user))


def get_job(job_id: uuid.UUID, *, user: User | AnonymousUser) -> ProcessingJob:
    """One job. ``NotFound`` when it does not exist or is somebody else's."""
    job = jobs_visible_to(user).filter(pk=job_id).first()
    if job is None:
        raise NotFound("Job not found.")
    return job


def result_of(document: Document) -> ExtractionResult:
    """The latest reading of a document the caller may see. ``NotFound`` while there is none."""
    result = ExtractionResult.objects.filter(document=document).first()
    if result is None:
        raise NotFound("There is no result for this document yet.")
    return result


NEWEST = 50
"""Of a vendor's earlier documents so many are looked at for the accounts it had."""


def known_before(document: Document, identity: Identity) -> list[tuple[Identity, bool]]:
    """Earlier documents of the workspace that ``document`` may repeat, newest first, and whether they are its bytes.

    Of the same vendor those with its number or its total, and the newest with an account that counts.
    """
    copies = [Identity(document=copy, arrived_at=copy.created_at) for copy in _same_bytes(document)]
    vendor = of_vendor(document, identity).annotate(trusted_account=_trusted_account())
    again = vendor.filter(Q(number_key=identity.number_key) | Q(total_amount=identity.total_amount))
    chosen = {row.pk: row for rows in (again[:NEWEST], vendor.filter(trusted_account=True)[:NEWEST]) for row in rows}
    others = sorted(chosen.values(), key=lambda row: row.arrived_at, reverse=True)
    known = {copy.document_id for copy in copies}
    return [(copy, True) for copy in copies] + [(row, False) for row in others if row.document_id not in known]


def known_after(identity: Identity) -> QuerySet[Identity]:
    """Later documents of the workspace that may repeat this one, or be asked for the account that it has."""
    later = Identity.objects.filter(workspace=identity.workspace_id, arrived_at__gt=identity.arrived_at)
    again = Q(number_key=identity.number_key) | Q(total_amount=identity.total_amount)
    if identity.iban:
        again |= ~Q(iban="")
    same_bytes = Q(document__checksum_sha256=identity.document.checksum_sha256)
    chosen = later.filter(_same_vendor(identity) & again | same_bytes)
    return chosen.select_related("document").order_by("arrived_at")[:NEWEST]


def of_vendor(document: Document, identity: Identity) -> QuerySet[Identity]:
    """Earlier documents of the vendor, by its VAT id or its name, newest first; none where neither was read."""
    earlier = Identity.objects.filter(workspace=document.workspace_id, arrived_at__lt=document.created_at)
    return earlier.filter(_same_vendor(identity)).order_by("-arrived_at")


ACCOUNT_RULE = "bank_account_changed"


def _trusted_account() -> ExpressionWrapper[Q]:
    """Whether a document has an account that no forged document brought in.

    A person's approval settles it. Else not where a person rejected the document, or where the account was told to be
    another than before.
    """
    told = ValidationResult.objects.filter(document=OuterRef("document"), issues__contains=[{"code": ACCOUNT_RULE}])
    approved = Q(document__review_status=ReviewStatus.APPROVED)
    doubted = Q(document__review_status=ReviewStatus.REJECTED) | Q(Exists(told))
    return ExpressionWrapper(~Q(iban="") & (approved | ~doubted), output_field=BooleanField())


def _same_vendor(identity: Identity) -> Q:
    same = Q(pk=None)
    if identity.vat_key:
        same |= Q(vat_key=identity.vat_key)
    if identity.name_key:
        same |= Q(name_key=identity.name_key)
    return same


def _same_bytes(document: Document) -> QuerySet[Document]:
    """The last one at most; it may not have been read yet."""
    return Document.objects.filter(
        workspace=document.workspace_id,
        checksum_sha256=document.checksum_sha256,
        created_at__lt=document.created_at,
    ).order_by("-created_at")[:1]


def rule_settings(workspace_id: uuid.UUID) -> dict[str, str]:
    """How the workspace wants rules, by their code."""
    return dict(RuleSetting.objects.filter(workspace=workspace_id).values_list("code", "setting"))


def validation_of(document: Document) -> ValidationResult:
    """What the rules say about the latest reading. ``NotFound`` while there is none."""
    validation = ValidationResult.objects.filter(document=document).first()
    if validation is None:
        raise NotFound("There is no validation for this document yet.")
    return validation
