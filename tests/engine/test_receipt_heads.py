"""Whose receipt is it? The head of a roll names the shop, its trade, its branch and its address."""

from __future__ import annotations

import pytest

from extraction.engine.fields.addresses import mend_legal_form
from extraction.engine.fields.names import typeset
from tests.engine.drawn import extract

ROLL = """\
{head}
{address}

Tea            2.00
Scone          3.00
TOTAL          5.00
CASH          10.00
CHANGE         5.00
03/02/2026 12:14
"""


@pytest.mark.parametrize(
    ("head", "address", "name"),
    [
        pytest.param(
            "LE PETIT ZINC\nBar - Brasserie", "18 place de la Bourse\n33000 BORDEAUX", "LE PETIT ZINC", id="trade"
        ),
        pytest.param(
            "VALLEY FRESH MARKET\nSTORE #0211", "4010 LINCOLN AVE OAKLAND CA 94602", "VALLEY FRESH MARKET", id="branch"
        ),
        pytest.param("PRAIRIE FUEL STOP 44\nI-80 EXIT 312", "GRAND ISLAND NE 68801", "PRAIRIE FUEL STOP 44", id="exit"),
        pytest.param(
            "CORNER BAKERY\nTAX INVOICE\nCORNER BAKERY CASTLE STREET",
            "12 CASTLE ST\nEH2 3AB",
            "CORNER BAKERY",
            id="repeated",
        ),
        pytest.param("Bakery Wren\nInh. P. Wren", "Am Markt 4\n48143 Münster", "Bakery Wren", id="owner"),
    ],
)
def test_the_name_stands_above_what_describes_it(head: str, address: str, name: str) -> None:
    assert extract(ROLL.format(head=head, address=address)).value("vendor_name") == name


def test_a_sum_is_nobodys_name() -> None:
    assert extract("Total 1.00\n\nCash 5.00\nChange 4.00\n").value("vendor_name") is None


@pytest.mark.parametrize("line", ["Receipt from QuillHost, Inc.", "Merchant: QuillHost, Inc."])
def test_a_label_names_the_seller(line: str) -> None:
    text = (
        f"Your receipt\n\n{line}\n\nDate paid: Jun 3, 2026\nHosting   $20.00\nStorage   $4.00\nAmount paid   $24.00\n"
    )
    assert extract(text).value("vendor_name") == "QuillHost, Inc."


@pytest.mark.parametrize(
    ("recognised", "name"),
    [
        ("NORDBY(SOUTH)LTD", "NORDBY (SOUTH) LTD"),
        ("NORDBY ( SOUTH ) LTD", "NORDBY (SOUTH) LTD"),
        ("J.R.MILLER&SONS LTD.", "J.R. MILLER & SONS LTD."),
        ("HARDWARE&TIMBER", "HARDWARE & TIMBER"),
        ("H&M", "H&M"),
        ("NORDBY SDN.BHD.", "NORDBY SDN. BHD."),
        ("www.nordby.com", "www.nordby.com"),
    ],
)
def test_a_recognised_name_is_set_as_usual(recognised: str, name: str) -> None:
    assert typeset(recognised) == name


@pytest.mark.parametrize(
    ("recognised", "name"),
    [
        ("NORDBY SDN. BUD.", "NORDBY SDN. BHD."),
        ("NORDBY 5DN BHD", "NORDBY SDN BHD"),
        ("NORDBY LTD. L", "NORDBY LTD."),
        ("NORDBY GmbH & Co", "NORDBY GmbH & Co"),
    ],
)
def test_a_misread_legal_form_keeps_its_points(recognised: str, name: str) -> None:
    assert mend_legal_form(recognised) == name
