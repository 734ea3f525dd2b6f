"""The right answers of a document: what it says, as far as it shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from training.generator.bill import Bill
from training.generator.language import countries
from training.generator.sheet import Place

Places = Mapping[str, list[Place]]

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
CONTRACT = (
    "document_title", "agreement_date", "effective_date", "expiration_date", "governing_law", "notice_period",
    "renewal_term", "parties",
)  # fmt: skip
"""What the truth of a contract has besides."""
KNOWN = {*FIELDS, *MORE, *CONTRACT, "tax_lines"}
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


def of_bill(bill: Bill, places: Places) -> dict[str, Any]:
    """What a reader of the bill can know who sees its values at ``places``."""
    answers, shown = bill.answers(), dict(places)
    accept = {"vendor_name": {bill.seller.brand, bill.seller.name.upper()} - {bill.seller.name, ""}}
    if "vendor_name" not in shown and "vendor_brand" in shown:
        answers["vendor_name"], shown["vendor_name"] = bill.seller.brand, shown["vendor_brand"]
    if "subtotal_goods" in shown:  # printed as the subtotal, but before discounts and charges
        accept["subtotal_amount"] = {str(bill.line_total)}
        if "subtotal_amount" not in shown:
            answers["subtotal_amount"], shown["subtotal_amount"] = str(bill.line_total), shown["subtotal_goods"]
    unsure = {"due_date"} if "days" in shown or "payment_terms" in shown else set()
    if "service_start" in shown and not bill.service_end:  # a single day is both
        shown.setdefault("service_end", shown["service_start"])
    if countries()[bill.seller.country].other_id.get("register"):  # a number of no tax office
        shown.pop("vendor_tax_number", None)
        unsure.add("vendor_tax_number")
    return {
        **visible(bill.kind, answers, shown, accept=accept, unsure=unsure),
        "line_items": rows("line_items", [bill.cells(index) for index in range(len(bill.lines))], shown),
        "tax_lines": rows("tax_lines", [group.answers() for group in bill.tax_lines], shown),
        "places": places_as_json(shown),
    }


def of_order(order: Bill, places: Places) -> dict[str, Any]:
    """The same of a purchase order: the one who writes is the customer, and its number is the order's."""
    answers = {_ordered(name): value for name, value in order.answers().items()}
    answers["purchase_order"] = order.number
    shown = {_ordered(name): found for name, found in places.items() if name not in ("invoice_date", "amount_due")}
    if "customer_name" not in shown and "customer_brand" in shown:
        answers["customer_name"], shown["customer_name"] = order.seller.brand, shown["customer_brand"]
    accept = {"document_type": ["order", "other", "unknown"], "customer_name": [order.seller.brand]}
    return {
        **visible("purchase_order", answers, shown, accept=accept, unsure={"invoice_date", "invoice_number"}),
        "line_items": rows("line_items", [order.cells(index) for index in range(len(order.lines))], shown),
        "tax_lines": rows("tax_lines", [group.answers() for group in order.tax_lines], shown),
        "places": places_as_json(shown),
    }


def _ordered(name: str) -> str:
    """The field of an order that stands where ``name`` stands on an invoice."""
    first, _, rest = name.partition("_")
    turned = {"vendor": f"customer_{rest}", "customer": f"vendor_{rest}"}.get(first, name)
    if name == "customer_number":  # it is the buyer's at the seller, whoever writes
        return name
    return "purchase_order" if name == "invoice_number" else turned


def of_no_bill(places: Places) -> dict[str, Any]:
    """Of a document on which nothing is to be paid, only that is certain."""
    truth = visible("other", {}, {}, accept={"document_type": ["document", "report", "unknown"]})
    return {**truth, "verified_absent": ["due_date", "invoice_number", "total_amount"], "places": {}}


def visible(
    document_type: str,
    answers: Mapping[str, str],
    places: Places,
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


def rows(kind: str, answers: list[dict[str, str]], places: Places) -> list[dict[str, str]] | None:
    """Line items or tax lines: of each the cells that are shown; None unless all rows show one."""
    shown = [
        {name: value for name, value in cells.items() if f"{kind}.{index}.{name}" in places}
        for index, cells in enumerate(answers)
    ]
    return shown if shown and all(shown) else None


def places_as_json(places: Places) -> dict[str, list[dict[str, Any]]]:
    """Page and box (x0, y0, x1, y1, in the unit of the page) of each value that is shown."""
    return {
        name: [{"page": page, "box": [round(edge, 1) for edge in box]} for page, box in found]
        for name, found in sorted(places.items())
        if found and name.split(".")[0] in KNOWN
    }
