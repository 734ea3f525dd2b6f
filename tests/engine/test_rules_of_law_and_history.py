"""Rules about taxes and legal contents by country, about earlier documents, and how a workspace sets rules."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from extraction.engine import output, rules
from extraction.engine.pipeline import validate
from extraction.engine.rules import found as found_while_reading
from extraction.engine.rules.__main__ import table
from extraction.engine.values import Earlier, Issue, Known, LineItem, Part
from tests.engine.test_rules import GOOD, OPTIONS, extraction, field

ROOT = Path(__file__).parents[2]
GERMAN = {**GOOD, "vendor_vat_id": "DE136695976"}
ITALIAN_BUYER = {**GERMAN, "customer_vat_id": "IT00743110157"}


def issues(values, *, taxes=(), known=(), settings=None, **changes):
    """Issues by code; ``taxes`` as (rate, base, tax), ``known`` earlier documents."""
    lines = tuple(
        LineItem(
            cells=tuple(
                field(name, value)
                for name, value in zip(("tax_rate", "tax_base", "tax_amount"), line, strict=True)
                if value is not None
            )
        )
        for line in taxes
    )
    options = replace(OPTIONS, known=Known(earlier=tuple(known)), rules=settings or {})
    found = validate(replace(extraction(values, **changes), tax_lines=lines), options)
    return {issue.code: issue for issue in found.issues}


TAX_CASES = [
    ("tax_rate_unusual", GERMAN, [("19", "100", "19")], False),
    ("tax_rate_unusual", GERMAN, [("19.00", "100", "19"), ("0", "5", "0")], False),
    ("tax_rate_unusual", GERMAN, [("20", "100", "20")], True),
    ("tax_rate_unusual", GOOD, [("20", "100", "20")], False),
    ("tax_rate_unusual", {**GOOD, "vendor_vat_id": "EL123456783"}, [("19", "100", "19")], True),
    ("tax_rate_unusual", {**GOOD, "iban": "CH9300762011623852957"}, [("8.1", "100", "8.1")], False),
    ("tax_rate_unusual", {**GOOD, "iban": "CH9300762011623852957"}, [("19", "100", "19")], True),
    ("tax_rate_unusual", ITALIAN_BUYER, [("22", "100", "22")], False),
    ("tax_rate_unusual", ITALIAN_BUYER, [("23", "100", "23")], True),
    ("tax_line_mismatch", GOOD, [("19", "100", "19")], False),
    ("tax_line_mismatch", GOOD, [("19", "100.03", "19.01")], False),
    ("tax_line_mismatch", GOOD, [("19", "100", "20")], True),
    ("tax_line_mismatch", GOOD, [("19", "-100", "-19")], False),
    ("tax_line_mismatch", GOOD, [("19", None, "20")], False),
    ("tax_lines_mismatch", {**GOOD, "tax_amount": "26"}, [("19", "100", "19"), ("7", "100", "7")], False),
    ("tax_lines_mismatch", {**GOOD, "tax_amount": "25"}, [("19", "100", "19"), ("7", "100", "7")], True),
    ("tax_lines_mismatch", GOOD, [("19", "100", "19")], False),
    ("currency_unusual", GERMAN, [], False),
    ("currency_unusual", {**GERMAN, "currency": "USD"}, [], True),
    ("currency_unusual", {**GOOD, "vendor_vat_id": "BG175074752", "currency": "BGN"}, [], False),
]


@pytest.mark.parametrize(("code", "values", "taxes", "told"), TAX_CASES)
def test_taxes(code, values, taxes, told):
    assert (code in issues(values, taxes=taxes)) is told


def test_the_message_names_the_rates_of_the_country():
    (message,) = [
        issue.message for issue in issues(GERMAN, taxes=[("20", "1", "0.2")]).values() if "rate" in issue.code
    ]
    assert message.startswith("The tax rate 20 % is not one of Germany, whose rates are 19, 16,")


COMPLETE = {
    **GERMAN,
    "customer_name": "B",
    "vendor_address": "1 A Street",
    "customer_address": "2 B Street",
    "tax_amount": "47.90",
    "total_amount": "300.00",
}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, None),
        ({"customer_name": None}, "the customer's name"),
        ({"customer_name": None, "total_amount": "250.00"}, None),
        ({"customer_name": None, "total_amount": "250.00", "currency": "USD"}, "the customer's name"),
        ({"invoice_date": None, "total_amount": "20.00"}, "the date"),
        ({"vendor_vat_id": None, "iban": "DE89370400440532013000"}, "the vendor's VAT id or tax number"),
        ({"vendor_vat_id": None, "iban": "DE89370400440532013000", "vendor_tax_number": "181/815/08155"}, None),
        ({"tax_amount": None}, "the tax"),
        ({"vendor_vat_id": None}, None),
    ],
)
def test_legal_contents(changes, missing):
    found = issues(COMPLETE | changes).get("legal_content_missing")
    assert (found.params["missing"] if found else None) == missing


def test_no_legal_contents_are_asked_of_receipts():
    assert "legal_content_missing" not in issues({**GERMAN, "total_amount": "300.00"}, kind="receipt")


# --- Earlier documents ------------------------------------------------------------------------------------------------
IBAN, OTHER_IBAN = "DE89370400440532013000", "GB29NWBK60161331926819"
NOW = {**GERMAN, "invoice_number": "RE-10018", "iban": IBAN}


def earlier(**changes):
    """The document ``NOW`` as it was read before, with changes."""
    values = {
        "document_type": "invoice",
        "vendor_name": "ACME.",
        "vendor_vat_id": "DE 136695976",
        "invoice_number": "RE 10018",
        "invoice_date": date(2026, 4, 15),
        "total_amount": Decimal("119.00"),
        "currency": "EUR",
        "iban": "DE89 3704 0044 0532 0130 00",
    }
    return Earlier(id="first", **(values | changes))


FORGED = earlier(invoice_number="RE-8", is_account_trusted=False)
HISTORY_CASES = [
    ([], set()),
    ([earlier(same_bytes=True)], {"duplicate_file"}),
    ([earlier()], {"duplicate_document"}),
    ([earlier(vendor_vat_id=None)], {"duplicate_document"}),
    ([earlier(vendor_vat_id="DE999999999")], set()),
    ([earlier(vendor_vat_id=None, vendor_name="Other")], set()),
    ([earlier(document_type="credit_note")], set()),
    ([earlier(total_amount=Decimal("911.00"))], {"possible_duplicate"}),
    ([earlier(invoice_number="RE-1OO18")], {"possible_duplicate"}),
    ([earlier(invoice_number=None)], {"possible_duplicate"}),
    ([earlier(invoice_number="RE-10019")], set()),
    ([earlier(invoice_number="RE-1OO18", invoice_date=date(2026, 4, 16))], set()),
    ([earlier(currency="USD")], {"possible_duplicate"}),
    ([earlier(invoice_number="RE-9", iban=OTHER_IBAN)], {"bank_account_changed"}),
    ([earlier(invoice_number="RE-9", iban=OTHER_IBAN), earlier(invoice_number="RE-8")], set()),
    ([earlier(invoice_number="RE-9", iban=OTHER_IBAN), FORGED], {"bank_account_changed"}),
    ([FORGED], set()),
    ([earlier(invoice_number="RE-9", iban=OTHER_IBAN, vendor_vat_id="DE999999999")], set()),
    ([earlier(iban=OTHER_IBAN, total_amount=Decimal(1))], {"possible_duplicate", "bank_account_changed"}),
]


@pytest.mark.parametrize(("known", "codes"), HISTORY_CASES)
def test_earlier_documents(known, codes):
    asked = {"duplicate_file", "duplicate_document", "possible_duplicate", "bank_account_changed"}
    assert set(issues(NOW, known=known)) & asked == codes


def test_a_duplicate_names_the_document_and_the_differences():
    found = issues(NOW, known=[earlier(total_amount=Decimal("911.00"), iban=OTHER_IBAN)])["possible_duplicate"]
    assert found.params["document_id"] == "first"
    assert found.params["differences"] == "the account, the total"


@pytest.mark.parametrize(
    ("total", "told"),
    [("119.000000", "119.00"), ("119.50", "119.50"), ("119.5", "119.50"), ("119.125000", "119.125"), ("119", "119")],
)
def test_a_duplicates_total_is_told_as_amounts_are_printed(total, told):
    found = issues(NOW | {"total_amount": total}, known=[earlier(total_amount=Decimal(total))])["duplicate_document"]
    assert found.params["total"] == told
    assert f"over {told} is" in found.message


def test_a_duplicate_may_be_in_order_but_another_account_is_not():
    known = Known(earlier=(earlier(),))
    assert output.is_valid(validate(extraction(NOW), replace(OPTIONS, known=known)))
    known = Known(earlier=(earlier(iban=OTHER_IBAN),))
    assert not output.is_valid(validate(extraction(NOW), replace(OPTIONS, known=known)))


# --- Settings ---------------------------------------------------------------------------------------------------------
def test_a_rule_can_be_switched_off_or_given_another_severity():
    values = {**GOOD, "currency": "EURO", "iban": "x"}
    found = issues(values, settings={"currency_unknown": "off", "iban_invalid": "error"})
    assert "currency_unknown" not in found
    assert found["iban_invalid"].severity == "error"


@pytest.mark.parametrize(("setting", "valid"), [(None, False), ("error", False), ("warning", True), ("off", True)])
def test_a_workspace_may_do_without_a_required_field(setting, valid):
    """``missing_fields`` says what is missing all the same."""
    options = replace(OPTIONS, rules={"missing_field": setting} if setting else {})
    found = validate(extraction({**GOOD, "currency": None}), options)
    assert found.missing_fields == ("currency",)
    assert output.is_valid(found) is valid


def built_while_reading() -> set[str]:
    """The codes of all issues that the engine makes outside its rules, from its source."""
    codes = set()
    for path in (ROOT / "extraction" / "engine").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            node.targets[0].id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Issue":
                (code,) = (keyword.value for keyword in call.keywords if keyword.arg == "code")
                if not isinstance(code, ast.Attribute):  # a rule's own
                    codes.add(code.value if isinstance(code, ast.Constant) else named[code.id])
    return codes


def test_what_reading_finds_is_a_rule_too():
    assert built_while_reading() == {finding.code for finding in found_while_reading.RULES}


@pytest.mark.parametrize("setting", [None, "off", "info", "warning", "error"])
@pytest.mark.parametrize("finding", found_while_reading.RULES, ids=lambda finding: finding.code)
def test_what_reading_finds_obeys_settings(finding, setting):
    issue = Issue(code=finding.code, severity=finding.severity, message="Something was found.")
    options = replace(OPTIONS, rules={finding.code: setting} if setting else {})
    told = validate(extraction(GOOD, issues=(issue,)), options)

    wanted = () if setting == "off" else (replace(issue, severity=setting or finding.severity),)
    assert told.issues == wanted
    assert output.is_valid(told) is ("error" not in {issue.severity for issue in wanted})
    assert validate(told, options) == told
    if setting != "off":
        assert validate(told, OPTIONS).issues == (issue,), "without the setting it is as it was"


def test_the_same_file_is_told_once_for_all_its_documents():
    part = Part(first_page=2, last_page=2, extraction=extraction(NOW))
    options = replace(OPTIONS, known=Known(earlier=(earlier(same_bytes=True),)))
    told = validate(extraction(NOW, parts=(replace(part, first_page=1, last_page=1), part)), options)
    assert [issue.code for issue in told.issues].count("duplicate_file") == 1


@pytest.mark.parametrize("code", sorted(rules.REGISTRY))
def test_every_rule_can_be_set(code):
    assert rules.REGISTRY[code].severity in ("error", "warning", "info")
    assert rules.REGISTRY[code].message.endswith(".")


def test_all_rules_are_documented():
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert table() in written, "run `python -m extraction.engine.rules` and put its table into docs/rules.md"
