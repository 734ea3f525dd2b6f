"""Seller and buyer, wherever their names stand."""

from __future__ import annotations

import pytest

from extraction.engine.fields import addresses
from extraction.engine.fields.names import same_name
from extraction.engine.fields.parties import Parties, read_parties
from tests.engine.drawn import reading

SELLER = "Kern Optik GmbH\nLinsenweg 4\n07743 Jena\nTel. 03641 555 010\n"
BUYER = "Blick AG\nSeestr. 9\n8002 Zürich\n"


def names(text: str) -> tuple[str | None, str | None]:
    read = reading(text, unit="pt")
    vendor, customer = read_parties(read, Parties(read))
    return (vendor[0].name.value if vendor else None, customer[0].name.value if customer else None)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Seller: Kern Optik GmbH\nBuyer: Blick AG", id="labels"),
        pytest.param(f"Verkäufer:\n{SELLER}\nKäufer:\n{BUYER}", id="headings"),
        pytest.param("Verkäufer\nName:       Kern Optik GmbH\n\nKäufer\nName:       Blick AG\n", id="name-cells"),
        pytest.param(f"Kern Optik GmbH · Linsenweg 4 · 07743 Jena\n\n{BUYER}", id="sender-line"),
        pytest.param(f"{SELLER}\n\nRechnung an\n{BUYER}", id="letterhead"),
        pytest.param(f"{BUYER}\n\n\nRechnung\n\n\n\n{SELLER}IBAN DE89 3704 0044 0532 0130 00\n", id="footer"),
        pytest.param(f"{SELLER}\n\n\nHerrn\nBlick AG\nSeestr. 9\n8002 Zürich", id="salutation"),
        pytest.param(
            "From: Kern Optik GmbH          Ship to: Lager 3\nBill to: Blick AG", id="ship-to-is-not-the-buyer"
        ),
    ],
)
def test_names_are_found(text: str) -> None:
    assert names(text) == ("Kern Optik GmbH", "Blick AG")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{SELLER}\n\n\n{BUYER}\n\nPurchase Order 4711", id="letterhead-and-window"),
        pytest.param(f"Kern Optik GmbH · Linsenweg 4 · 07743 Jena\n\n{BUYER}", id="sender-line"),
        pytest.param(f"{SELLER}\n\nSupplier:\n{BUYER}", id="headed-supplier"),
        pytest.param(f"To:\n{BUYER}\n\nFrom:\n{SELLER}", id="to-and-from"),
        pytest.param(f"Supplier: Blick AG\nBuyer: Kern Optik GmbH\n\n{SELLER}", id="labels"),
    ],
)
def test_who_writes_an_order_buys(text: str) -> None:
    read = reading(text, unit="pt")
    vendor, customer = read_parties(read, Parties(read, writer="customer"))
    assert (vendor and vendor[0].name.value, customer and customer[0].name.value) == ("Blick AG", "Kern Optik GmbH")


def test_columns_side_by_side_are_not_mixed() -> None:
    text = """Sprzedawca                 Nabywca
Kern Optik GmbH            Blick AG
Linsenweg 4                Seestr. 9
07743 Jena                 8002 Zürich"""
    assert names(text) == ("Kern Optik GmbH", "Blick AG")


def test_one_name_is_not_both() -> None:
    vendor, customer = names("Blick AG\nSeestr. 9\n8002 Zürich\n\nBill to: Blick AG\nSeestr. 9\n8002 Zürich")
    assert customer == "Blick AG"
    assert vendor != "Blick AG"


def test_a_customer_number_is_no_heading() -> None:
    assert names(f"{SELLER}\nKunde: 4711\nIhr Zeichen AB321\n")[1] is None


def test_the_address_follows_the_name() -> None:
    read = reading(f"Seller:\n{SELLER}\nBuyer:\n{BUYER}", unit="pt")
    vendor, customer = read_parties(read, Parties(read))
    assert vendor is not None
    assert vendor[0].address is not None
    assert vendor[0].address.value == "Linsenweg 4, 07743 Jena"
    assert customer is not None
    assert customer[0].address is not None
    assert customer[0].address.value == "Seestr. 9, 8002 Zürich"


@pytest.mark.parametrize(
    "town",
    [
        "80333 München", "D-63571 Gelnhausen", "Seattle, WA 98109-5210", "London SW1A 1AA", "Ottawa ON K1A 0B1",
        "1017 CE Amsterdam", "00-950 Warszawa", "111 22 Stockholm", "1000-001 Lisboa", "Bengaluru 560001",
        "47100 PUCHONG, SELANGOR", "CAIRNS QLD 4870", "8000 Aarhus C",
    ],
)  # fmt: skip
def test_towns_of_many_countries(town: str) -> None:
    assert addresses.is_postal(town)


@pytest.mark.parametrize("text", ["Rechnung 4711", "Total 12.00", "INV-10000", "", "5 Stück"])
def test_other_lines_are_no_towns(text: str) -> None:
    assert not addresses.is_postal(text)


@pytest.mark.parametrize(
    "name",
    ["Kern GmbH & Co. KG", "Acme Ltd", "Bianchi S.r.l.", "Dupont SARL", "Novák s.r.o.", "Elektro Sp. z o.o.", "Bau AG",
     "Vries B.V.", "Björk AB", "Nord ApS", "Ege A.Ş.", "Kedai Sdn Bhd", "Blue LLC", "Huerta S.L."],
)  # fmt: skip
def test_legal_forms_of_many_countries(name: str) -> None:
    assert addresses.has_legal_form(name)


@pytest.mark.parametrize("name", ["Anna Bauer", "sa maison", "as agreed", "Oslo"])
def test_words_are_no_legal_forms(name: str) -> None:
    assert not addresses.has_legal_form(name)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("EDEN IMPRESSIONSDN BHD", "EDEN IMPRESSION SDN BHD"),
        ("AMANO SON BHD", "AMANO SDN BHD"),
        ("Kern GmbI", "Kern GmbH"),
        ("Kern Ltd", "Kern Ltd"),
    ],
)
def test_misread_legal_forms_are_mended(text: str, mended: str) -> None:
    assert addresses.mend_legal_form(text) == mended


def test_spelling_does_not_make_another_company() -> None:
    assert same_name("ACME GmbH", "Acme  GmbH.")
    assert same_name("Acme Tools", "Acme Tools GmbH")
    assert not same_name("Acme GmbH", "Emca GmbH")
