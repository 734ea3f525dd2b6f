"""Each rule against values that must and that must not raise it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from extraction.engine import output, rules
from extraction.engine.pipeline import validate
from extraction.engine.ranking.model import Coefficients, using
from extraction.engine.rules import agreement, history, legal, parts, taxes
from extraction.engine.rules import found as found_while_reading
from extraction.engine.rules.rule import SHOWN_CHARACTERS, shown
from extraction.engine.values import Evidence, Extraction, Field, Issue, LineItem, Options

OPTIONS = Options(today=date(2026, 6, 1))
GOOD = {
    "vendor_name": "Acme",
    "total_amount": "119.00",
    "currency": "EUR",
    "invoice_number": "1",
    "invoice_date": "2026-04-15",
}


def field(name, value, confidence=0.97, source="text"):
    evidence = Evidence(rule="test", source=source)
    return Field(name=name, raw=str(value), value=value, confidence=confidence, evidence=evidence)


def extraction(values, *, kind="invoice", lines=(), confidence=0.97, source="text", **changes):
    """Fields from a dict; lines as (quantity, unit price, amount), ``None`` where a cell is missing."""
    items = tuple(
        LineItem(
            cells=tuple(
                field(name, value)
                for name, value in zip(("quantity", "unit_price", "amount"), line, strict=True)
                if value is not None
            )
        )
        for line in lines
    )
    fields = tuple(field(name, value, confidence, source) for name, value in values.items())
    return Extraction(document_type=kind, document_type_confidence=0.99, fields=fields, line_items=items, **changes)


def found(code, values, **changes):
    """The issues with ``code`` after validation."""
    result = validate(extraction(values, **changes), OPTIONS)
    return [issue for issue in result.issues if issue.code == code]


def test_a_good_invoice_raises_nothing():
    values = {**GOOD, "due_date": "2026-05-15", "tax_amount": "19.00", "subtotal_amount": "100.00"}
    values |= {"iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "vendor_vat_id": "DE136695976"}
    values |= {"customer_name": "B", "vendor_address": "1 A Street", "customer_address": "2 B Street"}

    result = validate(extraction(values, lines=[("1", "100.00", "100.00")]), OPTIONS)

    assert result.issues == ()
    assert output.is_valid(result)


REQUIRED_CASES = [
    ("invoice", GOOD, ()),
    ("invoice", {}, ("vendor_name", "total_amount", "currency")),
    ("invoice", {**GOOD, "vendor_name": ""}, ("vendor_name",)),
    ("invoice", {**GOOD, "total_amount": "0.00"}, ()),
    ("credit_note", {"vendor_name": "A"}, ("total_amount", "currency")),
    ("receipt", {"total_amount": "5"}, ("vendor_name", "currency")),
    ("contract", {}, ("document_title", "parties")),
    ("contract", {"document_title": "Lease", "parties": ()}, ("parties",)),
    ("contract", {"document_title": "Lease", "parties": ("A", "B")}, ()),
    ("purchase_order", {}, ()),
    ("other", {}, ()),
]


@pytest.mark.parametrize(("kind", "values", "missing"), REQUIRED_CASES)
def test_missing_fields(kind, values, missing):
    result = validate(extraction(values, kind=kind), OPTIONS)

    assert result.missing_fields == missing
    errors = [issue.field for issue in result.issues if issue.severity == "error"]
    assert tuple(errors) == missing
    assert output.is_valid(result) is (not missing)


IBAN = "DE89370400440532013000"
TESTED_ELSEWHERE = (found_while_reading, taxes, history, legal, parts, agreement)

CONTRACT, RECEIPT = {"kind": "contract"}, {"kind": "receipt"}

WITHHELD = {"subtotal_amount": "1000", "tax_amount": "200", "total_amount": "1000"}
SHIPPED = {"subtotal_amount": "100", "tax_amount": "9"}
HUNDRED = {"lines": [(None, None, "60"), (None, None, "40")]}

CASES = [
    # code, values, changes, expected field (None: no issue)
    ("expected_field_missing", {**GOOD, "invoice_date": None}, {}, "invoice_date"),
    ("expected_field_missing", {**GOOD, "invoice_number": None}, RECEIPT, None),
    ("expected_field_missing", {**GOOD, "invoice_date": None}, RECEIPT, "invoice_date"),
    ("unknown_document_type", {}, {"kind": "other"}, "document_type"),
    ("unknown_document_type", {}, {"kind": "purchase_order"}, None),
    ("total_mismatch", {"subtotal_amount": "100", "tax_amount": "19", "total_amount": "119"}, {}, None),
    ("total_mismatch", {"subtotal_amount": "100", "tax_amount": "19", "total_amount": "119.05"}, {}, None),
    ("total_mismatch", {"subtotal_amount": "100", "tax_amount": "19", "total_amount": "119.06"}, {}, "total_amount"),
    ("total_mismatch", {"subtotal_amount": "100", "tax_amount": "19", "total_amount": "191"}, {}, "total_amount"),
    ("total_mismatch", {"subtotal_amount": "106", "tax_amount": "6", "total_amount": "106"}, RECEIPT, None),
    ("total_mismatch", {"subtotal_amount": "100", "total_amount": "119"}, {}, None),
    ("total_mismatch", {"subtotal_amount": "100", "tax_amount": "1", "total_amount": "1"}, CONTRACT, None),
    ("total_mismatch", {"subtotal_amount": "1250", "tax_amount": "237.50", "total_amount": "1250"}, {}, "total_amount"),
    ("total_mismatch", {"subtotal_amount": "1250", "tax_amount": "199.58", "total_amount": "1250"}, {}, None),
    ("total_mismatch", {"subtotal_amount": "1250", "tax_amount": "0", "total_amount": "1250"}, {}, None),
    ("total_mismatch", {**WITHHELD, "amount_due": "800"}, {}, None),
    ("total_mismatch", {**WITHHELD, "amount_due": "1000"}, {}, "total_amount"),
    ("total_mismatch", {**SHIPPED, "shipping_amount": "5", "total_amount": "114"}, {}, None),
    ("total_mismatch", {**SHIPPED, "discount_amount": "-5", "total_amount": "104"}, {}, None),
    ("total_mismatch", {**SHIPPED, "tip_amount": "5", "total_amount": "119"}, {}, "total_amount"),
    ("lines_mismatch", {"subtotal_amount": "70", "discount_amount": "50", "shipping_amount": "20"}, HUNDRED, None),
    ("lines_mismatch", {"subtotal_amount": "120", "discount_amount": "50", "shipping_amount": "20"}, HUNDRED, None),
    ("lines_mismatch", {"total_amount": "119", "tax_amount": "9", "tip_amount": "10"}, HUNDRED, None),
    ("lines_mismatch", {"subtotal_amount": "120", "shipping_amount": "5"}, HUNDRED, "line_items"),
    ("lines_mismatch", {"total_amount": "119", "tax_amount": "19"}, {"lines": [(None, None, "100")]}, None),
    ("lines_mismatch", {"total_amount": "119", "tax_amount": "19"}, {"lines": [(None, None, "119")]}, None),
    ("lines_mismatch", {"subtotal_amount": "100"}, {"lines": [(None, None, "60"), (None, None, "40.05")]}, None),
    ("lines_mismatch", {"subtotal_amount": "100"}, {"lines": [(None, None, "60"), (None, None, "4")]}, "line_items"),
    ("lines_mismatch", {"subtotal_amount": "100"}, {"lines": [(None, None, "60"), ("1", "2", None)]}, None),
    ("lines_mismatch", {}, {"lines": [(None, None, "60")]}, None),
    ("lines_mismatch", {"total_amount": "100"}, {"lines": [(None, None, "60")]}, "line_items"),
    ("lines_mismatch", {"total_amount": "100"}, {"lines": [(None, None, "60")], "source": "xml"}, None),
    ("line_mismatch", {}, {"lines": [("3", "3.33", "10.00")]}, None),
    ("line_mismatch", {}, {"lines": [("3", "3.33", "9.00")]}, "line_items"),
    ("line_mismatch", {}, {"lines": [("-3", "3.33", "-9.99")]}, None),
    ("line_mismatch", {}, {"lines": [("1000", "0.33", "333.33")]}, None),
    ("line_mismatch", {}, {"lines": [(None, "3.33", "9.00")]}, None),
    ("implausible_tax_rate", {"tax_amount": "19", "total_amount": "119"}, {}, None),
    ("implausible_tax_rate", {"tax_amount": "0", "total_amount": "0"}, {}, None),
    ("implausible_tax_rate", {"tax_amount": "27", "total_amount": "127"}, {}, None),
    ("implausible_tax_rate", {"tax_amount": "60", "total_amount": "119"}, {}, "tax_amount"),
    ("implausible_tax_rate", {"tax_amount": "119", "total_amount": "119"}, {}, "tax_amount"),
    ("implausible_tax_rate", {"tax_amount": "-19", "total_amount": "119"}, {}, "tax_amount"),
    ("implausible_tax_rate", {"tax_amount": "-19", "total_amount": "-119"}, {"kind": "credit_note"}, None),
    ("due_mismatch", {"total_amount": "119", "amount_paid": "19", "amount_due": "100"}, {}, None),
    ("due_mismatch", {"total_amount": "119", "amount_paid": "19", "amount_due": "90"}, {}, "amount_due"),
    ("due_mismatch", {"total_amount": "119", "amount_paid": "200", "amount_due": "0"}, {}, None),
    ("due_mismatch", {"total_amount": "119.25", "amount_paid": "19", "amount_due": "100"}, {}, None),
    ("due_mismatch", {"total_amount": "119.70", "amount_paid": "19", "amount_due": "100.50"}, {}, None),
    ("due_mismatch", {"total_amount": "119.70", "amount_paid": "19", "amount_due": "100"}, {}, "amount_due"),
    ("due_mismatch", {"total_amount": "119.25", "amount_paid": "19", "amount_due": "100.10"}, {}, "amount_due"),
    ("tax_number_invalid", {"iban": IBAN, "vendor_tax_number": "181/815/08155"}, {}, None),
    ("tax_number_invalid", {"iban": IBAN, "vendor_tax_number": "181/815/081"}, {}, "vendor_tax_number"),
    ("tax_number_invalid", {"vendor_tax_number": "1"}, {}, None),
    ("negative_total", {"total_amount": "-1"}, {}, "total_amount"),
    ("negative_total", {"total_amount": "-1"}, {"kind": "credit_note"}, None),
    ("negative_total", {"total_amount": "0"}, {}, None),
    ("due_before_invoice", {"invoice_date": "2026-05-02", "due_date": "2026-05-01"}, {}, "due_date"),
    ("due_before_invoice", {"invoice_date": "2026-05-01", "due_date": "2026-05-01"}, {}, None),
    ("due_before_invoice", {"due_date": "2026-05-01"}, {}, None),
    ("due_date_far", {"invoice_date": "2026-01-01", "due_date": "2027-01-02"}, {}, None),
    ("due_date_far", {"invoice_date": "2026-01-01", "due_date": "2027-01-03"}, {}, "due_date"),
    ("date_in_future", {"invoice_date": "2026-06-02"}, {}, None),
    ("date_in_future", {"invoice_date": "2026-06-03"}, {}, "invoice_date"),
    ("date_too_old", {"invoice_date": "2016-06-04"}, {}, None),
    ("date_too_old", {"invoice_date": "2016-05-01"}, {}, "invoice_date"),
    (
        "expires_before_start",
        {"effective_date": "2026-01-01", "expiration_date": "2025-01-01"},
        CONTRACT,
        "expiration_date",
    ),
    (
        "expires_before_start",
        {"agreement_date": "2026-01-01", "expiration_date": "2025-01-01"},
        CONTRACT,
        "expiration_date",
    ),
    ("expires_before_start", {"effective_date": "2026-01-01", "expiration_date": "perpetual"}, CONTRACT, None),
    ("expires_before_start", {"effective_date": "2026-01-01", "expiration_date": "2027-01-01"}, CONTRACT, None),
    ("iban_invalid", {"iban": "DE89 3704 0044 0532 0130 00"}, {}, None),
    ("iban_invalid", {"iban": "DE88370400440532013000"}, {}, "iban"),
    ("iban_invalid", {"iban": "not an iban"}, {}, "iban"),
    ("bic_invalid", {"bic": "COBADEFF"}, {}, None),
    ("bic_invalid", {"bic": "COBA"}, {}, "bic"),
    ("vat_id_invalid", {"vendor_vat_id": "DE136695976"}, {}, None),
    ("vat_id_invalid", {"vendor_vat_id": "DE136695977"}, {}, "vendor_vat_id"),
    ("vat_id_invalid", {"customer_vat_id": "ATU13585628"}, {}, "customer_vat_id"),
    ("vat_id_invalid", {"vendor_vat_id": "EL094259216"}, {}, None),
    ("vat_id_invalid", {"vendor_vat_id": "CHE-107.787.577 MWST"}, {}, None),
    ("vat_id_invalid", {"vendor_vat_id": "ZZ12345678"}, {}, None),
    ("vat_id_invalid", {"vendor_vat_id": "22/815/0815/4"}, {}, None),
    ("currency_unknown", {"currency": "EUR"}, {}, None),
    ("currency_unknown", {"currency": "EURO"}, {}, "currency"),
    ("low_confidence", GOOD, {"confidence": 0.6}, None),
    ("low_confidence", {"due_date": "2026-05-01"}, {"confidence": 0.59}, "due_date"),
    ("low_document_confidence", GOOD, {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "values", "changes", "expected"), CASES)
def test_rule(code, values, changes, expected):
    values = {name: value for name, value in values.items() if value is not None}

    assert [issue.field for issue in found(code, values, **changes)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("confidence", "shown"), [(0.5999, "59.9"), (0.5996, "59.9"), (0.57, "57"), (0.0715, "7.1"), (0, "0")]
)
def test_an_uncertain_value_is_never_said_to_be_surer_than_it_is(confidence, shown):
    (issue,) = found("low_confidence", {"due_date": "2026-05-01"}, confidence=confidence)
    assert (issue.message, issue.params["percent"]) == (f"The due date is uncertain ({shown} %).", shown)


def test_every_rule_has_a_case_that_raises_it_and_one_that_does_not():
    raised = {code for code, _, _, expected in CASES if expected} | {"missing_field", "low_document_confidence"}
    silent = {code for code, _, _, expected in CASES if not expected} | {"missing_field"}

    elsewhere = {rule.code for module in TESTED_ELSEWHERE for rule in module.RULES}
    assert raised == silent == set(rules.REGISTRY) - elsewhere


@pytest.mark.parametrize(
    ("tax", "rates", "told"),
    [
        pytest.param("19.00", [("19", "100")], True, id="on-top"),
        pytest.param("15.97", [("19", "84.03")], False, id="included"),
        pytest.param("15.97", [("19", None)], False, id="included-rate-alone"),
        pytest.param("8.88", [("8.875", None)], True, id="rate-alone"),
        pytest.param("14.20", [("19", "60"), ("7", "40")], True, id="two-rates"),
        pytest.param("14.20", [("19", None), ("7", None)], False, id="two-rates-of-unknown-bases"),
        pytest.param("7.98", [("19", "50"), ("0", "50")], False, id="a-part-is-free"),
    ],
)
def test_a_total_without_its_tax_is_told_where_the_rates_prove_it(tax, rates, told):
    names = ("tax_rate", "tax_base")
    lines = tuple(
        LineItem(cells=tuple(field(name, value) for name, value in zip(names, line, strict=True) if value))
        for line in rates
    )
    document = extraction({"subtotal_amount": "100", "tax_amount": tax, "total_amount": "100"}, tax_lines=lines)

    codes = [issue.code for issue in validate(document, OPTIONS).issues]
    assert ("total_mismatch" in codes) is told


@pytest.mark.parametrize(
    ("discount", "amount", "told"),
    [
        ({}, "17.00", True),
        ({"discount_amount": "3.00"}, "17.00", False),
        ({"discount_amount": "-3.00"}, "17.00", False),
        ({"discount_amount": "3.00"}, "20.00", False),
        ({"discount_amount": "3.00"}, "16.00", True),
        ({"discount_rate": "15"}, "17.00", False),
        ({"discount_rate": "15"}, "16.00", True),
    ],
)
def test_a_discount_explains_a_line(discount, amount, told):
    cells = {"quantity": "2", "unit_price": "10.00", "amount": amount, **discount}
    line = LineItem(cells=tuple(field(name, value) for name, value in cells.items()))
    document = msgspec.structs.replace(extraction(GOOD), line_items=(line,))

    issues = [issue for issue in validate(document, OPTIONS).issues if issue.code == "line_mismatch"]

    assert bool(issues) == told


def test_low_document_confidence_has_no_field():
    issues = found("low_document_confidence", {"vendor_name": "A"})

    assert [issue.field for issue in issues] == [None]


def test_messages_are_sentences_with_their_params():
    values = {"subtotal_amount": "100.00", "tax_amount": "19.00", "total_amount": "191.00"}

    (issue,) = found("total_mismatch", values)

    assert issue.message == "The subtotal 100.00 and the tax 19.00 do not add up to the total 191.00."
    assert issue.params == {"subtotal": "100.00", "tax": "19.00", "total": "191.00"}


def test_field_names_are_words_in_messages():
    messages = [issue.message for issue in found("missing_field", {})]

    assert messages == [
        "The vendor name was not found.",
        "The total amount was not found.",
        "The currency was not found.",
    ]


def test_at_most_five_wrong_lines_are_told():
    assert len(found("line_mismatch", {}, lines=[("1", "1", "5")] * 50)) == 5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("119.00"), "119.00"),
        (date(2026, 4, 15), "2026-04-15"),
        ("a\r\nSet-Cookie: b\x00\x1b[31m", "a Set-Cookie: b [31m"),
        ("right\u202eleft\u200b.", "right left ."),
        ("{tax}", "{tax}"),
        ("x" * 500, "x" * (SHOWN_CHARACTERS - 1) + "…"),
    ],
)
def test_hostile_values_are_tamed_in_messages(value, expected):
    assert shown(value) == expected


def test_braces_in_a_value_are_not_a_template():
    (issue,) = found("currency_unknown", {"currency": "{value.__class__}"})

    assert issue.message == "The currency {value.__class__} is not an ISO 4217 code."


@pytest.mark.parametrize("kind", ["invoice", "receipt", "contract", "other"])
def test_validating_twice_is_validating_once(kind):
    from_parser = Issue(code="page_unreadable", severity="warning", message="Page 2 could not be read.")
    once = validate(extraction({"iban": "x"}, kind=kind, issues=(from_parser,)), OPTIONS)

    assert validate(once, OPTIONS) == once
    assert once.issues[0] == from_parser


def test_a_correction_meets_the_same_rules():
    wrong = validate(extraction({**GOOD, "currency": "EURO"}), OPTIONS)
    corrected = Extraction(
        document_type="invoice", document_type_confidence=0.99, fields=extraction(GOOD).fields, issues=wrong.issues
    )

    assert [issue.code for issue in wrong.issues] == ["currency_unknown"]
    assert validate(corrected, OPTIONS).issues == ()


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (GOOD, "invoice", 0.99 * 0.97**3),
        ({**GOOD, "due_date": "2026-05-01"}, "invoice", 0.99 * 0.97**3),
        ({"vendor_name": "A", "total_amount": "1"}, "invoice", 0.99 * 0.97**2 / 2),
        ({}, "invoice", 0.99 / 8),
        ({}, "other", 0.99),
    ],
)
def test_the_documents_confidence_is_the_chance_that_all_required_fields_are_right(values, kind, expected):
    with using(Coefficients(dependence=0.0)):
        found = validate(extraction(values, kind=kind), OPTIONS)
    assert found.confidence == pytest.approx(expected)


def test_errors_that_come_together_make_the_document_surer():
    apart, together = (
        validate_with(Coefficients(dependence=dependence), extraction(GOOD, kind="invoice"))
        for dependence in (0.0, 0.5)
    )
    assert apart < together < 0.97


def validate_with(coefficients, found):
    with using(coefficients):
        return validate(found, OPTIONS).confidence


def test_an_invoice_from_xml_is_certain():
    result = validate(
        Extraction(
            document_type="invoice",
            document_type_confidence=1.0,
            fields=tuple(field(name, value, 1.0) for name, value in GOOD.items()),
        ),
        OPTIONS,
    )

    assert result.confidence == 1.0
