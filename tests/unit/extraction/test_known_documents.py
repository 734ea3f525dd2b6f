"""What the workspace knows is what the rules are told: earlier documents and settings, and nobody else's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from audit.models import Event
from documents.models import Document
from extraction import actions, bridge
from extraction.models import Identity, JobStage, RuleSetting, ValidationResult
from extraction.queries import known_before
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db
BRIDGE_VALIDATE = bridge.validate  # the real one

IBAN, OTHER_IBAN = "DE89370400440532013000", "GB29NWBK60161331926819"
VALUES = {
    "vendor_name": "Acme GmbH",
    "invoice_number": "RE-1",
    "invoice_date": "2026-04-15",
    "total_amount": "119.00",
    "currency": "EUR",
    "iban": IBAN,
}


def extraction(**changes):
    """An encoded ``Extraction`` as the stage before leaves it."""
    values = VALUES | changes
    evidence = {"rule": "test"}
    fields = [
        {"name": name, "raw": value, "value": value, "confidence": 0.97, "evidence": evidence}
        for name, value in values.items()
        if value is not None
    ]
    return {"document_type": "invoice", "document_type_confidence": 0.99, "fields": fields}


def later(document, **changes):
    """Another document of the same workspace that arrived a day later."""
    made = DocumentFactory(owner=document.owner, workspace=document.workspace, **changes)
    Document.objects.filter(pk=made.pk).update(created_at=document.created_at + timedelta(days=1))
    made.refresh_from_db()
    return made


def codes(document, **changes):
    return {issue["code"] for issue in bridge.validate(document, extraction(**changes)).issues}


@pytest.fixture
def first():
    """A document that was read."""
    document = DocumentFactory()
    bridge.validate(document, extraction()).identity.save()
    return document


def test_an_identity_has_what_finds_it_again(first):
    identity = Identity.objects.get()
    assert (identity.name_key, identity.number_key, identity.vat_key) == ("acmegmbh", "re1", "")
    assert (identity.invoice_date, identity.total_amount) == (date(2026, 4, 15), Decimal(119))
    assert identity.arrived_at == first.created_at


def test_a_duplicate_is_told_of_the_later_document_only(first):
    second = later(first)
    assert "duplicate_document" in codes(second)
    (message,) = bridge.validate(second, extraction()).warnings[:1]
    assert "over 119.00 is here already" in message
    bridge.validate(second, extraction()).identity.save()
    assert "duplicate_document" not in codes(first), "reading the first again does not make it one"


def test_the_same_bytes_are_told_even_before_the_first_is_read():
    first = DocumentFactory()
    assert "duplicate_file" in codes(later(first, checksum_sha256=first.checksum_sha256))


def test_another_account_is_told(first):
    assert "bank_account_changed" in codes(later(first), invoice_number="RE-2", iban=OTHER_IBAN)


@pytest.mark.parametrize(
    ("status", "is_told"),
    [("", True), ("passed", True), ("to_review", True), ("in_review", True), ("postponed", True),
     ("rejected", True), ("approved", False)],
)  # fmt: skip
def test_an_account_that_was_told_is_good_only_when_a_person_approved_it(finish, status, is_told):
    """Otherwise a forged invoice makes the next one good."""
    first = DocumentFactory()
    forged = later(first)
    again = later(forged)
    finish(first)
    finish(forged, invoice_number="RE-2", iban=OTHER_IBAN)
    assert "bank_account_changed" in told(forged)
    Document.objects.filter(pk=forged.pk).update(review_status=status)

    found = BRIDGE_VALIDATE(again, extraction(invoice_number="RE-3", iban=OTHER_IBAN)).issues
    assert ("bank_account_changed" in {issue["code"] for issue in found}) is is_told
    found = BRIDGE_VALIDATE(again, extraction(invoice_number="RE-3")).issues
    assert "bank_account_changed" not in {issue["code"] for issue in found}


def test_an_account_of_a_rejected_document_does_not_count(first):
    second = later(first)
    assert "bank_account_changed" in codes(second, invoice_number="RE-2", iban=OTHER_IBAN)
    Document.objects.filter(pk=first.pk).update(review_status="rejected")
    assert "bank_account_changed" not in codes(second, invoice_number="RE-2", iban=OTHER_IBAN)


def test_a_second_forged_document_that_ended_first_is_told_later(finish):
    first = DocumentFactory()
    forged = later(first)
    again = later(forged)
    for document, number in ((again, "RE-3"), (forged, "RE-2")):
        finish(document, invoice_number=number, iban=OTHER_IBAN)
    finish(first)
    assert "bank_account_changed" in told(forged) & told(again)


def test_other_workspaces_know_nothing(first):
    stranger = later(DocumentFactory(), checksum_sha256=first.checksum_sha256)
    Document.objects.filter(pk=stranger.pk).update(created_at=first.created_at + timedelta(days=1))
    stranger.refresh_from_db()
    assert not {"duplicate_document", "duplicate_file", "bank_account_changed"} & codes(stranger, iban=OTHER_IBAN)


def test_an_unnamed_vendor_is_nobodys_duplicate(first):
    second = later(first)
    identity = bridge.validate(second, extraction(vendor_name=None)).identity
    assert known_before(second, identity) == []


def test_few_of_many_earlier_documents_are_asked_for(first, django_assert_num_queries):
    for number in range(60):
        document = later(first)
        Identity.objects.create(
            document=document,
            workspace=document.workspace,
            arrived_at=document.created_at,
            kind="invoice",
            vendor_name="Acme GmbH",
            name_key="acmegmbh",
            number_key=f"re{number + 2}",
            iban=IBAN,
        )
    last = later(Document.objects.order_by("created_at").last())
    identity = bridge.validate(last, extraction()).identity
    with django_assert_num_queries(3):
        known = known_before(last, identity)
    assert len(known) == 51, "the newest fifty with an account, and the one with this number"
    assert known[-1][0].document_id == first.pk, "newest first"


def test_settings_of_the_workspace_hold(first):
    second = later(first)
    RuleSetting.objects.create(workspace=second.workspace, code="duplicate_document", setting="off")
    RuleSetting.objects.create(workspace=DocumentFactory().workspace, code="bank_account_changed", setting="off")
    assert "duplicate_document" not in codes(second)
    assert "bank_account_changed" in codes(second, iban=OTHER_IBAN)


@pytest.mark.parametrize(
    "changes",
    [
        {"vendor_name": "x" * 100_000, "invoice_number": "ΐ" * 10_000},
        {"total_amount": "1" + "0" * 60},
        {"vendor_name": "", "currency": "€" * 500, "iban": "y" * 5_000},
    ],
)
def test_hostile_values_can_be_kept(first, changes):
    second = later(first)
    bridge.validate(second, extraction(**changes)).identity.save()
    assert Identity.objects.filter(document=second).exists()


def test_the_identity_is_saved_with_the_result(engine, document):
    job = actions.submit(document=document, by=document.owner)
    actions.process(job.pk, list(JobStage))
    assert Identity.objects.get().document_id == document.pk
    job = actions.submit(document=document, by=document.owner)
    actions.process(job.pk, list(JobStage))
    assert Identity.objects.count() == 1


# --- At the same time -------------------------------------------------------------------------------------------------
@pytest.fixture
def finish(engine, monkeypatch):
    """Read a document to its end, with these values."""
    real = BRIDGE_VALIDATE

    def finish(document, meanwhile=lambda: None, **changes):
        def validate(document, _):
            reading = real(document, extraction(**changes))
            meanwhile()
            return reading

        monkeypatch.setattr(bridge, "validate", validate)
        job = actions.submit(document=document, by=document.owner)
        actions.process(job.pk, list(JobStage))
        document.refresh_from_db()
        assert document.status == "completed"

    return finish


def told(document):
    validation = ValidationResult.objects.get(document=document)
    assert len(validation.warnings) == Document.objects.get(pk=document.pk).warning_count
    return {issue["code"] for issue in validation.issues}


def test_the_later_one_is_told_when_it_ended_first(finish):
    first = DocumentFactory()
    second = later(first)
    finish(second)
    assert "duplicate_document" not in told(second)
    finish(first)
    assert "duplicate_document" in told(second)
    assert "duplicate_document" not in told(first)
    (event,) = Event.objects.filter(action="document.checked_again")
    assert (event.object_id, event.workspace_id) == (second.pk, second.workspace_id)
    finish(first)
    assert Event.objects.filter(action="document.checked_again").count() == 1, "it was no news"


def test_one_that_ended_between_looking_and_ending_is_not_missed(finish):
    first = DocumentFactory()
    second = later(first)
    finish(second, meanwhile=lambda: finish(first))
    assert "duplicate_document" in told(second)


def test_the_same_bytes_are_told_of_the_later_one(finish):
    first = DocumentFactory()
    second = later(first, checksum_sha256=first.checksum_sha256)
    for document in (second, first):
        finish(document, vendor_name=None)
    assert ("duplicate_file" in told(second), "duplicate_file" in told(first)) == (True, False)


def test_an_account_that_was_there_before_is_told_later(finish):
    first = DocumentFactory()
    second = later(first)
    finish(second, invoice_number="RE-2", iban=OTHER_IBAN)
    assert ValidationResult.objects.get(document=second).is_valid
    finish(first)
    assert "bank_account_changed" in told(second)
    assert not ValidationResult.objects.get(document=second).is_valid
    finish(first, iban=OTHER_IBAN)  # read again, and better
    assert "bank_account_changed" not in told(second)
    assert ValidationResult.objects.get(document=second).is_valid


def test_settings_hold_for_what_is_told_later(finish):
    first = DocumentFactory()
    second = later(first)
    RuleSetting.objects.create(workspace=first.workspace, code="duplicate_document", setting="error")
    finish(second)
    finish(first)
    assert not ValidationResult.objects.get(document=second).is_valid
    other = next(each for each in ValidationResult.objects.get(document=second).issues if "duplicate" in each["code"])
    assert other["params"]["document_id"] == str(first.pk)


def test_later_documents_elsewhere_are_not_touched(finish):
    first = DocumentFactory()
    stranger = later(DocumentFactory(), checksum_sha256=first.checksum_sha256)
    finish(stranger)
    finish(first)
    assert told(stranger) == told(first)
    assert not Event.objects.filter(action="document.checked_again").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_that_end_at_once_the_later_one_is_told(finish):
    """Both have looked before either ended; the lock makes one wait for the other."""
    first = DocumentFactory()
    second = later(first)
    looked = threading.Barrier(2)
    jobs = {document.pk: actions.submit(document=document, by=document.owner) for document in (first, second)}

    def validate(document, _):
        reading = BRIDGE_VALIDATE(document, extraction())
        looked.wait(20)
        return reading

    bridge.validate = validate  # the fixture puts it back

    def work(document):
        try:
            actions.process(jobs[document.pk].pk, list(JobStage))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, (first, second)))
    assert ("duplicate_document" in told(second), "duplicate_document" in told(first)) == (True, False)
