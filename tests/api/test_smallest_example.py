"""From upload to export on the smallest example there is, read within the request."""

from __future__ import annotations

import csv
import io

import pytest

from tests.api.conftest import Caller
from tests.factories import UserFactory

TEXT = b"""\
Vendor: Northwind Supplies
Customer: Acme GmbH
Invoice Number: INV-1001
Invoice Date: 2026-04-15
Due Date: 2026-05-15
Tax: 19.00
Total: EUR 119.00
"""
VALUES = {
    "document_type": "invoice",
    "vendor_name": "Northwind Supplies",
    "customer_name": "Acme GmbH",
    "invoice_number": "INV-1001",
    "invoice_date": "2026-04-15",
    "due_date": "2026-05-15",
    "total_amount": 119.0,
    "currency": "EUR",
    "tax_amount": 19.0,
}
TABLE = b"""\
supplier;client;number;date;due;curr;tax;item;qty;rate;line_total
Northwind Supplies;Acme GmbH;INV-1001;2026-04-15;2026-05-15;EUR;19.00;Consulting;2;50.00;100.00
Northwind Supplies;Acme GmbH;INV-1001;2026-04-15;2026-05-15;EUR;19.00;Paper;1;19.00;19.00
"""


@pytest.fixture
def caller(transactional_db, settings) -> Caller:
    settings.PROCESSING_MODE = "inline"
    return Caller(UserFactory())


def read(caller: Caller, name: str, content: bytes) -> str:
    """The id of a document that was read."""
    document = caller.upload(name, content).json()["document"]
    assert (document["status"], document["failure_reason"]) == ("completed", None)
    assert document["processed_at"]
    return document["id"]


def test_the_smallest_example(caller):
    path = f"/documents/{read(caller, 'invoice.txt', TEXT)}"

    result = caller.get(f"{path}/result").json()
    validation = caller.get(f"{path}/validation").json()
    data = result["extracted_data"]
    assert {key: data[key] for key in VALUES} == VALUES
    assert data["confidence_score"] >= 0.8
    assert data["confidence_score"] == result["confidence_score"] == validation["confidence_score"]
    assert result["fields"]["total_amount"]["value"] == 119.0
    assert (validation["is_valid"], validation["missing_fields"]) == (True, [])

    assert caller.get(f"{path}/export/json").json() == data
    (row,) = csv.DictReader(io.StringIO(caller.get(f"{path}/export/csv").content.decode(), newline=""))
    assert {key: row[key] for key in VALUES} == {key: str(value) for key, value in VALUES.items()}

    (job,) = caller.get(f"{path}/jobs").json()["items"]
    assert (job["status"], job["attempts"], job["error_code"]) == ("succeeded", 1, None)
    assert caller.get("/documents", {"status": "completed", "kind": "invoice"}).json()["total"] == 1


@pytest.mark.parametrize(
    ("line", "instead", "missing"),
    [
        (b"Vendor: Northwind Supplies\n", b"", ["vendor_name"]),
        (b"Total: EUR 119.00\n", b"Total: 119.00\n", ["currency"]),
    ],
)
def test_what_an_invoice_must_have(caller, line, instead, missing):
    document_id = read(caller, "invoice.txt", TEXT.replace(line, instead))

    validation = caller.get(f"/documents/{document_id}/validation").json()

    assert (validation["is_valid"], validation["missing_fields"]) == (False, missing)


def test_a_table(caller):
    path = f"/documents/{read(caller, 'lines.csv', TABLE)}"

    data = caller.get(f"{path}/result").json()["extracted_data"]

    assert {key: data[key] for key in VALUES} == VALUES
    assert [
        [item[key] for key in ("description", "quantity", "unit_price", "amount")] for item in data["line_items"]
    ] == [
        ["Consulting", 2.0, 50.0, 100.0],
        ["Paper", 1.0, 19.0, 19.0],
    ]
    rows = list(csv.DictReader(io.StringIO(caller.get(f"{path}/export/csv").content.decode(), newline="")))
    assert [row["line_item_description"] for row in rows] == ["Consulting", "Paper"]


def test_a_failure_is_a_sentence(caller):
    document = caller.upload("broken.pdf", b"%PDF-1.7 and nothing more").json()["document"]

    assert document["status"] == "failed"
    assert document["failure_code"]
    assert document["failure_reason"].endswith(".")
    assert caller.get(f"/documents/{document['id']}/result").status_code == 404


def test_it_can_be_read_again(caller):
    document_id = read(caller, "invoice.txt", TEXT)

    response = caller.post(f"/documents/{document_id}/reprocess")

    assert (response.status_code, response.json()["document"]["status"]) == (202, "completed")
    assert caller.get(f"/documents/{document_id}/jobs").json()["total"] == 2
