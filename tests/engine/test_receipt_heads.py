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
        pytest.param("ELDERTIDE\nPower tools: hire", "Quay 2\n1017 CE Amsterdam", "ELDERTIDE", id="unknown label"),
        pytest.param("ELDERTIDE\nHarbour 2nd Store", "Quay 2\n1017 CE Amsterdam", "ELDERTIDE", id="numbered branch"),
        pytest.param("ELDERTIDE\nquality since 1902", "12 Quay St\nEH2 3AB", "ELDERTIDE", id="slogan"),
        pytest.param("BAR ELDERTIDE\ndi Rossi & C. snc", "Via Roma 2\n37121 VERONA", "BAR ELDERTIDE", id="partners"),
        pytest.param("12.345.678/0001-90 Eldertide Ltda", "Rua A 2\n01310-100", "Eldertide Ltda", id="tax number"),
        pytest.param("Eldertide Ltd, 3 Old Quay, Galway H91 X2P7", "Tel 091 555 204", "Eldertide Ltd", id="one line"),
        pytest.param("E L D E R   T I D E", "12 Quay St\nEH2 3AB", "ELDER TIDE", id="letter-spaced"),
        pytest.param("Receipt for your order\nELDERTIDE", "12 Quay St\nEH2 3AB", "ELDERTIDE", id="sentence"),
        pytest.param("ELDERTIDE\n(Unit of Tide Foods LLP)", "12 Quay St\nEH2 3AB", "ELDERTIDE", id="owner aside"),
        pytest.param("Date\nELDERTIDE", "12 Quay St\nEH2 3AB", "ELDERTIDE", id="label without value"),
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
        ("coral Bay Diner", "Coral Bay Diner"),
        ("coral bay diner", "coral bay diner"),
        ("eBay Shop", "eBay Shop"),
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
