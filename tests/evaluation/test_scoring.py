"""Figures from predictions whose scores can be worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluation.comparing import is_right
from evaluation.corpus import Case
from evaluation.scoring import Share, matched, same_line, score
from evaluation.summary import changes, newly_wrong, summarise


def case(name: str, category: str = "invoices", **truth: Any) -> Case:
    answers = {"document_type": "invoice", **truth}
    return Case(name=name, category=category, path=Path(name), issuer=name, truth=answers)


def read(confidence: float = 0.9, **values: Any) -> dict[str, Any]:
    fields = {name: {"value": value, "confidence": confidence} for name, value in values.items()}
    return {"document_type": "invoice", **values, "fields": fields}


@pytest.mark.parametrize(
    ("field", "true", "value", "right"),
    [
        ("vendor_name", "Müller & Söhne GmbH", "MULLER + SOHNE", True),
        ("vendor_name", "Müller", "Mueller", False),
        ("vendor_name", "Kwik S/B", "Kwik Sdn. Bhd.", True),
        ("vendor_name", "Łódź Sp. z o.o.", "Lodz sp z o o", True),
        ("vendor_name", "Limited", "Ltd", False),
        ("total_amount", "119.00", 119.0, True),
        ("total_amount", "119.00", 119.1, False),
        ("total_amount", "119.00", "a lot", False),
        ("total_amount", "119.00", True, False),
        ("invoice_number", "No. 4518", "4518", True),
        ("invoice_number", "004518", "4518", False),
        ("iban", "DE89 3704 0044 0532 0130 00", "de89370400440532013000", True),
        ("invoice_date", "2026-04-15", "2026-04-15", True),
        ("invoice_date", "2026-04-15", "2026-04-16", False),
        ("expiration_date", "perpetual", "perpetual", True),
        ("parties", ["B Ltd", "A Ltd"], ["A Ltd", "b ltd"], True),
        ("parties", ["A", "B"], ["A"], False),
        ("governing_law", "State of Ohio", "the laws of the State of Ohio", True),
        ("vendor_address", "5 Mill Lane, Leeds LS1 4DY", "5 Mill Ln, Leeds LS1 4DY", True),
        ("vendor_address", "5 Mill Lane, Leeds LS1 4DY", "9 Quay Road, York", False),
    ],
)
def test_what_counts_as_right(field: str, true: Any, value: Any, right: bool) -> None:
    assert is_right(field, {field: true}, value) is right


def test_accepted_values_and_signs_of_credit_notes() -> None:
    assert is_right("currency", {"currency": "EUR", "accept": {"currency": ["DEM"]}}, "DEM")
    assert is_right("total_amount", {"document_type": "credit_note", "total_amount": "-10.00"}, 10)
    assert not is_right("total_amount", {"document_type": "invoice", "total_amount": "-10.00"}, 10)


def test_each_outcome_is_counted() -> None:
    truth = {"vendor_name": "A", "invoice_number": "1", "due_date": None, "currency": None, "iban": "DE1"}
    scores = score(
        [case("one", **truth, verified_absent=["due_date"])],
        {"one": read(vendor_name="A", invoice_number="2", due_date="2026-01-01", currency="EUR")},
    )

    assert scores.fields == {
        "vendor_name": Share(right=1),
        "invoice_number": Share(wrong=1),
        "due_date": Share(invented=1),
        "iban": Share(missed=1),
    }
    assert scores.header_f1 == 0.5, "one of two fields that are there; an invented one has no F1"
    assert [(miss.field, miss.outcome) for miss in scores.misses] == [
        ("invoice_number", "wrong"),
        ("due_date", "invented"),
        ("iban", "missed"),
    ]


def test_a_document_without_prediction_counts() -> None:
    scores = score([case("one", vendor_name="A"), case("two", vendor_name="B")], {"one": read(vendor_name="A")})

    assert scores.document_type == 0.5
    assert scores.fields["vendor_name"].recall == 0.5
    assert scores.fields["vendor_name"].precision == 1.0


def test_lines_are_paired_so_that_most_fit() -> None:
    first, second = {"description": "Paper", "amount": "5"}, {"description": "Paper white", "amount": "5"}
    found = [{"description": "Paper white A4", "amount": 5.0}, {"description": "Paper", "amount": 5.0}]

    pairs = matched([second, first], found, lambda one, other: same_line(one, other, unsigned=False))

    assert len(pairs) == 2, "the first line could take either, the second only one"


def test_many_lines_that_are_alike() -> None:
    lines = [{"description": "Paper", "amount": "5"}] * 1500

    assert len(matched(lines, lines[:-1], lambda one, other: True)) == 1499


def test_a_line_gives_way_when_it_can_take_another() -> None:
    """Each takes the number after its own first; the last one has none, so that all must move back."""
    wanted = [{"amount": number} for number in range(50)]
    found = list(reversed(wanted))

    pairs = matched(wanted, found, lambda one, other: other["amount"] in (one["amount"], one["amount"] + 1))

    assert [(one["amount"], other["amount"]) for one, other in pairs] == [(number, number) for number in range(50)]


def test_lines_their_cells_and_taxes() -> None:
    truth = case(
        "one",
        line_items=[
            {"description": "Nails", "quantity": "2", "amount": "9.00"},
            {"description": "Glue", "amount": "1"},
        ],
        tax_lines=[{"tax_rate": "19", "tax_amount": "1.90"}],
    )
    found = read(
        line_items=[{"description": "Nails, 5 cm", "quantity": 3, "amount": 9}, {"description": "Nails", "amount": 8}],
        tax_lines=[{"tax_rate": 19, "tax_amount": 1.9}],
    )

    fields = score([truth], {"one": found}).fields

    assert fields["line_items"] == Share(right=1, missed=1, invented=1)
    assert fields["line_items.quantity"] == Share(wrong=1)
    assert fields["tax_lines"] == Share(right=1)


def test_calibration_error() -> None:
    """Ten values of 0.8, six right: 0.2 away. Ten of 0.9, nine right: none."""
    cases, predictions = [], {}
    for index in range(20):
        confidence, right = (0.8, index < 6) if index < 10 else (0.9, index < 19)
        cases.append(case(f"{index}", vendor_name="A"))
        predictions[f"{index}"] = read(confidence, vendor_name="A" if right else "B")

    calibration = score(cases, predictions).calibration

    assert calibration is not None
    assert calibration.n == 20
    assert calibration.ece == pytest.approx(0.1)


def test_what_could_pass_unseen() -> None:
    """Sorted by their least sure field, the first wrong one comes fourth of five."""
    cases = [case(f"{index}", vendor_name="A") for index in range(5)]
    predictions = {f"{index}": read(0.9 - index / 10, vendor_name="B" if index == 3 else "A") for index in range(5)}

    found = score(cases, predictions).straight_through

    assert found.share == 0.6
    assert found.threshold == pytest.approx(0.7)


def test_competition_labels_are_compared_by_their_text() -> None:
    truth = {
        "vendor_name": "BOOK TA .K (TAMAN DAYA)",
        "total_amount": "9.00",
        "sroie": {"company": "BOOK TA .K (TAMAN DAYA)", "total": "9.00", "date": "25/12/2018"},
        "invoice_date": "2018-12-25",
    }
    predictions = {"one": read(vendor_name="Book TA .K  (Taman Daya)", total_amount=9, invoice_date="2018-12-25")}
    assert score([case("one", **truth)], predictions).exact_f1 == 1.0

    predictions = {"one": read(vendor_name="Book TAK (Taman Daya)", total_amount=9)}
    scores = score([case("one", **truth)], predictions)
    assert scores.exact_f1 == pytest.approx(2 * 1 / (2 + 3))
    assert scores.fields["vendor_name"].f1 == 1.0, "tolerant elsewhere"


def test_all_leaves_out_repetitions() -> None:
    cases = [case("one", vendor_name="A"), case("two", "invoices_scan", vendor_name="A"), case("three", "receipts")]
    report = summarise(cases, {"one": read(vendor_name="A")})

    assert report.categories["all"].documents == 2
    assert set(report.categories) == {"invoices", "invoices_scan", "receipts", "all"}


def test_changes_against_an_earlier_report() -> None:
    cases = [case("one", vendor_name="A", currency="EUR")]
    before = summarise(cases, {"one": read(vendor_name="A")})
    after = summarise(cases, {"one": read(vendor_name="B", currency="EUR")})

    verdicts = {change.figure: change.is_worse for change in changes(before, after)}

    assert verdicts["vendor_name"] is True
    assert verdicts["currency"] is False
    assert newly_wrong(before, after) == [("one", "vendor_name")]
    grown = summarise([*cases, case("new", vendor_name="A")], {"one": read(vendor_name="A")})
    assert newly_wrong(before, grown) == [], "what is new was not right before"
    assert list(changes(after, after)) == []
