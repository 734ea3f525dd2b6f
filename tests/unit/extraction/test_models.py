"""What was read comes out of the database in the order people read it."""

import pytest

from extraction.models import ExtractionResult
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db


def test_extracted_data_keeps_the_order_of_the_contract():
    line = {"description": "Desk", "quantity": 1.0, "unit_price": 2.0, "amount": 2.0, "unit": "pcs"}
    data = {
        "document_type": "invoice",
        "vendor_name": "A",
        "currency": "EUR",
        "line_items": [line],
        "bic": "X",
        "due": 1,
    }
    made = ExtractionResult.objects.create(
        document=DocumentFactory(), extracted_data=data, confidence_score=1, extractor_version="1"
    )
    stored = ExtractionResult.objects.get(pk=made.pk).extracted_data
    assert list(stored) == list(data)
    assert list(stored["line_items"][0]) == list(line)
    assert ExtractionResult.objects.values_list("extracted_data__currency", flat=True).get() == "EUR"
