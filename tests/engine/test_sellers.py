"""Who sells: signs beside the name that do not depend on the layout."""

from __future__ import annotations

import pytest

from tests.engine.drawn import extract

SHEET = """\
    {head}

Invoice No: 3003
Date: 2026-03-09

Bill to:
Otter Lane School
9 Academy Street
Keene, NH 03431

Total: USD 716.00
"""

TEMPLATE = """\
                                             Marlow & Finch Design
TAX INVOICE                                  6 Priory Lane
                                             Stroud
Halden Books Ltd       Invoice No            GL5 3JX
14 High Street         INV-3307
BATH
BA1 4QN                Date
                       16 Feb 2026


Description                    Quantity      Unit Price      Amount
Window vinyl                       3.00          140.00      420.00

                                             TOTAL GBP       420.00






Company Registration No: 09944123.  Registered Office: 6 Priory Lane, Stroud, GL5 3JX.
"""


@pytest.mark.parametrize(
    ("phrase", "number", "buyer"),
    [
        ("Sold by", "Invoice No", "Bill to"),
        ("Verkauft von", "Rechnungsnummer", "Rechnungsadresse"),
        ("Vendu par", "Facture n°", "Adresse de facturation"),
        ("Venduto da", "Fattura n.", "Cliente"),
        ("Verkocht door", "Factuurnummer", "Factuuradres"),
    ],
)
def test_the_name_may_follow_in_the_phrase(phrase: str, number: str, buyer: str) -> None:
    text = f"{phrase} Fjordlicht Handels UG\n\n{number}: 3003\n\n{buyer}:\nOtter Lane School\n\nTotal: 716,00 EUR"
    found = extract(text)
    assert found.value("vendor_name") == "Fjordlicht Handels UG"
    assert found.value("customer_name") == "Otter Lane School"


def test_the_address_that_stands_again_at_the_foot_is_the_sellers() -> None:
    found = extract(TEMPLATE)
    assert found.value("vendor_name") == "Marlow & Finch Design"
    assert found.value("customer_name") == "Halden Books Ltd"


def test_a_line_of_trades_is_no_name() -> None:
    found = extract(SHEET.format(head="ATELIER DES TILLEULS\n    Menuiserie - Ébénisterie\n    12 rue des Carmes"))
    assert found.value("vendor_name") == "ATELIER DES TILLEULS"
