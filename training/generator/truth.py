"""The right answers of a document: what it says, as far as it shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from training.generator.bill import Bill
from training.generator.sheet import Place

FIELDS = (
    "document_type", "vendor_name", "customer_name", "invoice_number", "invoice_date", "due_date", "total_amount",
    "tax_amount", "currency", "line_items", "subtotal_amount", "amount_due", "iban", "vendor_vat_id",
    "customer_vat_id", "purchase_order", "vendor_address",
)  # fmt: skip
"""What every truth file has."""
MORE = (
    "amount_paid", "discount_amount", "shipping_amount", "tip_amount", "payment_terms", "payment_method",
    "payment_reference", "bic", "vendor_tax_number", "customer_number", "service_start", "service_end",
    "receipt_time", "vendor_email", "vendor_phone", "vendor_website", "customer_address",
    "opening_balance", "closing_balance",
)  # fmt: skip
DERIVABLE = {
    "currency",
    "tax_amount",
    "subtotal_amount",
    "amount_due",
    "amount_paid",
    "payment_method",
    "payment_terms",
}
"""A reader may be right about these although the page does not print them as such."""


def of_bill(bill: Bill, places: Mapping[str, list[Place]]) -> dict[str, Any]:
    """What a reader of the bill can know who sees its values at ``places``."""
    answers, accept = (
        bill.answers(),
        {"vendor_name": {bill.seller.brand, bill.seller.name.upper()} - {bill.seller.name, ""}},
    )
    shown = dict(places)
    if "vendor_name" not in shown and "vendor_brand" in shown:
        answers["vendor_name"], shown["vendor_name"] = bill.seller.brand, shown["vendor_brand"]
    if "subtotal_goods" in shown:  # printed as the subtotal, but before discounts and charges
        accept["subtotal_amount"] = {str(bill.line_total)}
        if "subtotal_amount" not in shown:
            answers["subtotal_amount"], shown["subtotal_amount"] = str(bill.line_total), shown["subtotal_goods"]
    unsure = {"due_date"} if "days" in shown or "payment_terms" in shown else set()
    truth = visible(bill.kind, answers, shown, accept=accept, unsure=unsure)
    truth["line_items"] = rows("line_items", [bill.cells(index) for index in range(len(bill.lines))], shown)
    taxes = [{"tax_rate": group.rate, "tax_base": group.base, "tax_amount": group.tax} for group in bill.tax_groups]
    truth["tax_lines"] = rows("tax_lines", [{name: str(v) for name, v in row.items()} for row in taxes], shown)
    truth["places"] = places_as_json({name: found for name, found in shown.items() if name.split(".")[0] in truth})
    return truth


def of_order(order: Bill, places: Mapping[str, list[Place]]) -> dict[str, Any]:
    """The same of a purchase order: here the one who writes is the customer."""
    swapped = {"vendor": "customer", "customer": "vendor"}
    truth = of_bill(order, {_swapped(name, swapped): found for name, found in places.items()})
    answers = {_swapped(name, swapped): value for name, value in order.answers().items()}
    for name in ("vendor_name", "vendor_address", "customer_name", "customer_address"):
        truth[name] = answers.get(name) if name in truth["places"] else None
    truth |= {"purchase_order": order.number, "invoice_number": None, "invoice_date": None, "amount_due": None}
    truth["places"]["purchase_order"] = truth["places"].pop("invoice_number", [])
    absent = set(truth["verified_absent"]) - {"purchase_order"}
    accept = {"document_type": ["order", "other", "unknown"], "customer_name": truth["accept"].get("vendor_name", [])}
    return {**truth, "accept": accept, "verified_absent": sorted(absent | {"invoice_number"})}


def of_no_bill(places: Mapping[str, list[Place]]) -> dict[str, Any]:
    """Of a document on which nothing is to be paid, only that is certain."""
    truth = visible("other", {}, {}, accept={"document_type": ["document", "report", "unknown"]})
    return {**truth, "verified_absent": ["due_date", "invoice_number", "total_amount"], "places": {}}


def _swapped(name: str, words: Mapping[str, str]) -> str:
    first, _, rest = name.partition("_")
    return f"{words[first]}_{rest}" if first in words else name


def visible(
    document_type: str,
    answers: Mapping[str, str],
    places: Mapping[str, list[Place]],
    *,
    accept: Mapping[str, Iterable[str]] | None = None,
    unsure: Iterable[str] = (),
) -> dict[str, Any]:
    """The truth of a document that shows its values at ``places``: a value that is shown nowhere is no answer.

    A reader who gives a value for a field in ``unsure`` may be right although it is not printed.
    """
    truth: dict[str, Any] = {name: answers.get(name) if name in places else None for name in (*FIELDS, *MORE)}
    truth["document_type"] = document_type
    unsure = DERIVABLE.union(unsure, {"line_items"})
    return {
        **truth,
        "accept": {name: sorted(values) for name, values in (accept or {}).items() if values},
        "verified_absent": sorted(name for name, value in truth.items() if value is None and name not in unsure),
    }


def rows(kind: str, answers: list[dict[str, str]], places: Mapping[str, list[Place]]) -> list[dict[str, str]] | None:
    """Line items or tax lines: of each the cells that are shown; None unless all rows show one."""
    shown = [
        {name: value for name, value in cells.items() if f"{kind}.{index}.{name}" in places}
        for index, cells in enumerate(answers)
    ]
    return shown if shown and all(shown) else None


def places_as_json(places: Mapping[str, list[Place]]) -> dict[str, list[dict[str, Any]]]:
    """Page and box (x0, y0, x1, y1, in the unit of the page) of each value that is shown."""
    return {
        name: [{"page": page, "box": [round(edge, 1) for edge in box]} for page, box in found]
        for name, found in sorted(places.items())
    }
