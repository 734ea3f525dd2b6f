"""An address is shown where all of it stands."""

from __future__ import annotations

import pytest

from extraction.engine.fields import addresses
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


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("Fenlon Ltd. · 88 Bay Road · Kowloon, Hong Kong · Tel 2345 0000", "88 Bay Road, Kowloon, Hong Kong"),
        ("Otter Inc. · 9 Elm Street · Keene, NH 03431 · Call us 603.555.0152", "9 Elm Street, Keene, NH 03431"),
        ("Korvan Ltd. Şti. - Gül Sokak No: 14 - 06420 Ankara", "Gül Sokak No: 14, 06420 Ankara"),
        ("Marola Ltda. - Rua Nova 83 - Salvador - BA, CEP 40020-000", "Rua Nova 83, Salvador, BA, CEP 40020-000"),
    ],
)  # fmt: skip
def test_the_senders_line_tells_the_address(line: str, address: str) -> None:
    name = addresses.sender_line(line)[0]  # type: ignore[index]
    found = extract(f"{name}\n{line}\n\nINVOICE\nInvoice No: 3003\nDate: 2026-03-09\nTotal: USD 716.00\n")
    assert (found.value("vendor_name"), found.value("vendor_address")) == (name, address)
