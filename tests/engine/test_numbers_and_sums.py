"""A number that names the document is no sum, and a sum is no number of the document."""

from datetime import date

import pytest

from extraction.engine import pipeline
from extraction.engine.values import Options, Source

OPTIONS = Options(today=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("lines", "number", "total"),
    [
        (["INVOICE", "Vendor: ABC Ltd", "Invoice Number: 77", "Invoice Date: 2026-04-15"], "77", None),
        (["INVOICE", "Vendor: ABC Ltd", "Invoice Number: X", "Total: EUR 5.00"], None, 5),
        (["INVOICE", "Vendor: ABC Ltd", "Invoice Number: AB 1250", "Total: EUR 77"], "AB 1250", 77),
    ],
)
def test_each_is_read_as_what_it_is(tmp_path, lines, number, total):
    file = tmp_path / "a.txt"
    file.write_text("\n".join(lines))

    read = pipeline.process(Source(path=str(file), media_type="text/plain", filename="a.txt"), OPTIONS)

    assert (read.value("invoice_number"), read.value("total_amount")) == (number, total)
