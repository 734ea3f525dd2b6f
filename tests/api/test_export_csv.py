"""GET /documents/{id}/export/csv"""

from __future__ import annotations

import csv
import io

import pytest

from tests.api.conftest import error_of
from tests.factories import EXTRACTED_DATA, DocumentFactory, ResultFactory

FIRST = [
    "document_type",
    "vendor_name",
    "customer_name",
    "invoice_number",
    "invoice_date",
    "due_date",
    "total_amount",
    "currency",
    "tax_amount",
    "line_item_description",
    "line_item_quantity",
    "line_item_unit_price",
    "line_item_amount",
    "confidence_score",
]


@pytest.fixture
def document(people):
    return DocumentFactory(owner=people.owner, workspace=people.workspace)


def exported(owner, document) -> list[dict[str, str]]:
    response = owner.get(f"/documents/{document.pk}/export/csv")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8"), newline="")))


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_may(callers, document, who, status):
    ResultFactory(document=document)

    assert callers[who].get(f"/documents/{document.pk}/export/csv").status_code == status


def test_it_is_an_attachment_named_after_the_id(owner, document):
    ResultFactory(document=document)

    headers = owner.get(f"/documents/{document.pk}/export/csv").headers

    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Disposition"] == f'attachment; filename="{document.pk}.csv"'


def test_the_columns_of_the_contract_come_first(owner, document):
    ResultFactory(document=document)

    (row,) = exported(owner, document)

    assert list(row)[: len(FIRST)] == FIRST
    assert [row[name] for name in FIRST] == [
        "invoice",
        "Northwind Supplies",
        "Acme GmbH",
        "INV-1001",
        "2026-04-15",
        "2026-05-15",
        "119.0",
        "EUR",
        "19.0",
        "Consulting",
        "1.0",
        "100.0",
        "100.0",
        "0.97",
    ]
    assert (row["document_id"], row["original_filename"]) == (str(document.pk), "invoice.pdf")


def test_a_row_for_each_line_item(owner, document):
    items = [{"description": name, "quantity": 1.0, "unit_price": None, "amount": 2.5} for name in "abc"]
    ResultFactory(document=document, extracted_data=EXTRACTED_DATA | {"line_items": items})

    rows = exported(owner, document)

    assert [row["line_item_description"] for row in rows] == ["a", "b", "c"]
    assert {row["vendor_name"] for row in rows} == {"Northwind Supplies"}
    assert {row["line_item_unit_price"] for row in rows} == {""}


def test_one_row_when_there_is_no_line_item(owner, document):
    ResultFactory(document=document, extracted_data=EXTRACTED_DATA | {"line_items": [], "total_amount": None})

    (row,) = exported(owner, document)

    assert (row["total_amount"], row["line_item_description"], row["currency"]) == ("", "", "EUR")


def test_hostile_text_is_no_formula_and_breaks_no_row(owner, document):
    hostile = {"vendor_name": '=HYPERLINK("http://x")', "customer_name": 'a",\r\n"b;c', "tax_amount": -19.0}
    ResultFactory(document=document, extracted_data=EXTRACTED_DATA | hostile)

    (row,) = exported(owner, document)

    assert row["vendor_name"] == '\'=HYPERLINK("http://x")'
    assert row["customer_name"] == 'a",\r\n"b;c'
    assert row["tax_amount"] == "-19.0"


def test_while_there_is_none(owner, document):
    error_of(owner.get(f"/documents/{document.pk}/export/csv"), 404, "not_found")
