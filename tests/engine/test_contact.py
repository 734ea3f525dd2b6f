"""E-mail, phone, website, tax number and customer number: the seller's, never somebody else's."""

from __future__ import annotations

import pytest

from extraction.engine.fields.contact import is_called
from tests.engine.drawn import extract

TAIL = "\nInvoice number: A-17\nInvoice date: 2026-02-27\n\nTotal: 10.00 EUR\n"
SELLER = "Kern Optik GmbH\nLinsenweg 4\n07743 Jena\n"
BUYER = "Bill to:\nBlick AG\nSeestr. 9\n8002 Zürich\n"


@pytest.mark.parametrize(
    ("printed", "field", "value"),
    [
        ("Tel. 03641 555 010", "vendor_phone", "03641 555 010"),
        ("Phone: +49 3641 / 55 50 10   Fax: +49 3641 / 55 50 11", "vendor_phone", "+49 3641 / 55 50 10"),
        ("Tel/Fax: 03641 555 010", "vendor_phone", "03641 555 010"),
        ("(503) 555-0119", "vendor_phone", "(503) 555-0119"),
        ("info@kern-optik.example", "vendor_email", "info@kern-optik.example"),
        ("www.kern-optik.example", "vendor_website", "www.kern-optik.example"),
        ("kern-optik.example", "vendor_website", "kern-optik.example"),
        ("https://kern-optik.example/shop.", "vendor_website", "https://kern-optik.example/shop"),
        ("Steuernummer 162/123/45678 Finanzamt Jena", "vendor_tax_number", "162/123/45678"),
        ("St.-Nr.: 93815/12345", "vendor_tax_number", "93815/12345"),
        ("Federal Tax ID: 86-1234567", "vendor_tax_number", "86-1234567"),
        ("Customer no.: 20318", "customer_number", "20318"),
        ("Account ref: OAKF01", "customer_number", "OAKF01"),
    ],
)
def test_what_is_printed_under_the_sellers_name(printed: str, field: str, value: str) -> None:
    found = extract(f"{SELLER}{printed}\n\nRECHNUNG / INVOICE\n\n{BUYER}{TAIL}", unit="pt")
    assert found.value(field) == value


@pytest.mark.parametrize(
    "printed", ["Tel. +41 44 555 01 10", "einkauf@blick.example", "www.blick.example", "Tax ID: 86-1234567"]
)
def test_what_is_printed_under_the_buyers_name_is_not_the_sellers(printed: str) -> None:
    found = extract(f"{SELLER}\nINVOICE\n\n{BUYER}{printed}\n{TAIL}", unit="pt")
    names = ("vendor_email", "vendor_phone", "vendor_website", "vendor_tax_number")
    assert {name: found.value(name) for name in names} == dict.fromkeys(names)


@pytest.mark.parametrize(
    "printed",
    ["Fax: 03641 555 011", "USt-IdNr. DE811223344", "HRB 204 511 07", "IBAN DE89 3704 0044 0532 0130 00", "27.02.2026"],
)
def test_other_numbers_are_no_phones(printed: str) -> None:
    assert extract(f"{SELLER}{printed}\n\nINVOICE\n\n{BUYER}{TAIL}", unit="pt").value("vendor_phone") is None


def test_an_account_at_a_bank_is_no_customer_number() -> None:
    found = extract(f"{SELLER}\nINVOICE\n{TAIL}\nBank: Severn Bank   Sort code: 20-11-43   Account no: 11223344")
    assert found.value("customer_number") is None


@pytest.mark.parametrize(
    ("host", "name", "called"),
    [
        ("coppercanyon", "Copper Canyon Creative LLC", True),
        ("baeckerei-moeller", "Bäckerei Möller", True),
        ("gmail", "Gmail Repairs", False),
        ("kern-optik", "Blick AG", False),
        ("ab", "AB Trading", False),
    ],
)
def test_hosts_are_called_like_their_owners(host: str, name: str, called: bool) -> None:
    assert is_called(host, name) == called
