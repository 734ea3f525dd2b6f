"""Documents of a workspace, read at once by the real engine."""

from __future__ import annotations

import pytest

from documents import intake as arrivals
from extraction import intake
from tests.factories import cast

CLEAN = """\
Marlow Paper Supplies Ltd
9 Quay Street, Bristol BS1 4QA
VAT No: GB 901 4277 11

INVOICE

Invoice number: MP-10077
Invoice date: 18 March 2026
Due date: 17 April 2026
Bill to: Copperfield Galleries Ltd

Description          Quantity   Unit price    Amount
Copy paper A4              10         4.20     42.00
Envelopes C5                4         3.50     14.00

Subtotal                                    £  56.00
VAT 20 %                                    £  11.20
Total                                       £  67.20
"""
DOUBTFUL = CLEAN.replace("£  67.20", "£  69.20")
"""The sums do not add up."""


@pytest.fixture
def people(db):
    return cast()


@pytest.fixture
def read(settings, people, tmp_path, django_capture_on_commit_callbacks):
    """Take in a page of text and have it read; the document."""
    settings.PROCESSING_MODE = "inline"
    count = iter(range(1_000))

    def read(page=DOUBTFUL, workspace=people.workspace, by=people.owner):
        path = tmp_path / f"page{next(count)}.txt"
        path.write_text(page, encoding="utf-8")
        with django_capture_on_commit_callbacks(execute=True):
            arrival = arrivals.receive_path(path)
            return intake.receive(arrival=arrival, workspace=workspace, by=by).document

    return read
