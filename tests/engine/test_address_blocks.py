"""An address is shown where all of it stands."""

from __future__ import annotations

from tests.engine.drawn import extract

PAGE = """\
INVOICE

Vendor: Northlight Studio
Invoice No: 3003
Date: 2026-03-09

Bill To:
Otter Lane School
9 Academy Street
Keene, NH 03431

Total: USD 716.00
"""


def test_the_box_covers_every_line() -> None:
    address = next(field for field in extract(PAGE).fields if field.name == "customer_address")
    assert address.raw == "9 Academy Street\nKeene, NH 03431"
    assert address.evidence.box is not None
    assert (address.evidence.box.y0, address.evidence.box.y1) == (8.0, 10.0)
