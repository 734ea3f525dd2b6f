"""E-invoices through the service: as XML, and inside a PDF whose page says something else."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from tests.api.conftest import Caller
from tests.engine.einvoices import cii, fattura, fattura_body, ubl
from tests.factories import UserFactory
from tests.factories.files import XML
from training.generator import einvoices, render
from training.sample_bills import FACTURX_INVOICE
from training.samples import WORKSHOP, page


@pytest.fixture
def caller(transactional_db, settings) -> Caller:
    settings.PROCESSING_MODE = "inline"
    return Caller(UserFactory())


def read(caller: Caller, name: str, content: bytes, content_type: str = "text/xml") -> str:
    """The path of a document that was read."""
    document = caller.upload(name, content, content_type).json()["document"]
    assert (document["status"], document["failure_reason"]) == ("completed", None)
    return f"/documents/{document['id']}"


@pytest.mark.parametrize(
    ("content", "vendor", "total"),
    [(cii(), "Holz & Söhne GmbH", 119.0), (ubl(), "Snickeri AB", 125.0), (fattura(), "Ada Verdi", None)],
)
def test_an_xml_file_is_read(caller, content, vendor, total):
    path = read(caller, "rechnung.xml", content)

    extracted = caller.get(f"{path}/result").json()["extracted_data"]
    assert (extracted["vendor_name"], extracted["total_amount"]) == (vendor, total)
    rows = list(csv.DictReader(io.StringIO(caller.get(f"{path}/export/csv").content.decode(), newline="")))
    assert len(rows) == len(extracted["line_items"])


def test_an_invoice_from_xml_is_certain(caller):
    path = read(caller, "rechnung.xml", cii())

    result = caller.get(f"{path}/result").json()
    assert result["confidence_score"] == 1.0
    assert result["fields"]["total_amount"]["source"] == "xml"
    assert caller.get(f"{path}/validation").json()["is_valid"]


def test_several_invoices_in_one_file_are_parts(caller):
    path = read(caller, "lotto.xml", fattura(fattura_body("1"), fattura_body("2")))

    parts = caller.get(f"{path}/result").json()["extracted_data"]["parts"]
    assert [part["invoice_number"] for part in parts] == ["1", "2"]


def test_other_xml_is_another_document(caller):
    path = read(caller, "note.xml", XML)

    validation = caller.get(f"{path}/validation").json()
    assert caller.get(f"{path}/result").json()["extracted_data"]["document_type"] == "other"
    assert "unknown_xml" in {issue["code"] for issue in validation["issues"]}


@pytest.mark.parametrize("content", [cii()[:-50], b"<a>" * 100_000, b'<?xml version="1.0" encoding="klingon"?><a/>'])
def test_broken_xml_fails_with_a_sentence(caller, content):
    document = caller.upload("a.xml", content).json()["document"]

    assert (document["status"], document["failure_code"]) == ("failed", "damaged_document")
    assert document["failure_reason"] == "The XML is damaged or too deeply nested."


@pytest.mark.parametrize(
    ("field", "part", "value"), [("iban", "iban", "LT121000011101001000"), ("vendor_vat_id", "vat_id", "DE811907980")]
)
def test_a_page_that_says_something_else_is_not_valid(caller, field, part, value):
    invoice = FACTURX_INVOICE
    stated = replace(invoice, seller=replace(invoice.seller, **{part: value}))
    pdf = einvoices.attached(render.pdf(page(invoice, WORKSHOP)), einvoices.xml(stated, WORKSHOP.language))

    path = read(caller, "rechnung.pdf", pdf, "application/pdf")

    validation = caller.get(f"{path}/validation").json()
    (issue,) = [issue for issue in validation["issues"] if issue["code"] == "page_differs_from_xml"]
    assert (issue["field"], issue["severity"]) == (field, "error")
    assert issue["params"]["xml"] == value
    assert issue["params"]["page"] == getattr(invoice.seller, part).replace(" ", "")
    assert issue["message"] in validation["warnings"]
    assert not validation["is_valid"]
