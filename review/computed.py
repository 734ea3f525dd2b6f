"""What an amount would be if the others are right: offered where the sums do not add up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from documents.models import Document
from extraction import preview

NAMES = ("subtotal_amount", "tax_amount", "total_amount")
BETWEEN = (("discount_amount", -1), ("shipping_amount", 1), ("tip_amount", 1))
"""What comes between subtotal and total, with its side."""


def amounts(texts: Mapping[str, str]) -> dict[str, tuple[Decimal, str]]:
    """For subtotal, tax and total what the other two make of it, and how; nothing unless all are known.

    ``texts``: the values of fields, as they are entered.
    """
    subtotal, tax, total = (_number(texts.get(name, "")) for name in NAMES)
    if subtotal is None or tax is None or total is None:
        return {}
    found = [(side, _number(texts.get(name, ""))) for name, side in BETWEEN]
    between = sum((side * abs(value) for side, value in found if value), Decimal(0))
    plus, minus = (" + the rest", " − the rest") if between else ("", "")
    return {
        "subtotal_amount": (total - tax - between, f"total − tax{minus}"),
        "tax_amount": (total - subtotal - between, f"total − subtotal{minus}"),
        "total_amount": (subtotal + between + tax, f"subtotal + tax{plus}"),
    }


def offers(document: Document, texts: Mapping[str, str], page: int | None) -> dict[str, dict[str, Any]]:
    """The same as candidates for the fields; where a value is printed on ``page``, with its box."""
    words = preview.page_words(document, page) if page else []
    offered = {}
    for name, (value, how) in amounts(texts).items():
        box = next(_boxes(words, value), None)
        place = {"page": page if box else None, "box": box}
        offered[name] = {"raw": f"{value:.2f}", "value": f"{value:.2f}", "share": None, "how": how, **place}
    return offered


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _boxes(words: Any, value: Decimal) -> Iterator[list[float]]:
    """Of words that say the amount, however its thousands and decimals are written."""
    digits = f"{abs(value):.2f}".replace(".", "")
    for text, *box in words:
        if re.search(r"[.,]\d\d\D*$", text) and re.sub(r"\D", "", text) == digits:
            yield box
