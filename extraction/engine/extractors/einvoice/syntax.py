"""What the table of one XML syntax holds. The tables themselves: ``cii``, ``ubl``, ``fatturapa``.

Names of business terms (BT-…) are those of EN 16931-1. Paths are XPaths without namespaces; of several paths the first
one with a value counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Paths = tuple[str, ...]

CREDIT_NOTE_CODES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
"""UNTDID 1001 codes of documents that give money back. All others (380, 384 corrected, 386 prepayment, 389 self-billed,
326 partial, ...) are invoices."""

PAYMENT_METHODS = {
    **dict.fromkeys(("10",), "cash"),
    **dict.fromkeys(("20", "21", "22", "23", "25", "26", "91", "92"), "cheque"),
    **dict.fromkeys(("30", "31", "42", "45", "50", "56", "58", "93", "94", "95"), "bank_transfer"),
    **dict.fromkeys(("48", "54", "55"), "card"),
    **dict.fromkeys(("49", "59"), "direct_debit"),
    **dict.fromkeys(("68",), "wallet"),
}
"""UNTDID 4461 codes of means of payment (BT-81). Rare ones, which no method here describes, are left out."""

_CAPITALS, _SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"

IBAN = f"[translate(substring(normalize-space(.), 1, 2), '{_CAPITALS}{_SMALL}', '') = '']"
"""The account of BT-84 may be of a national kind; an IBAN begins with the letters of its country."""


@dataclass(frozen=True, kw_only=True)
class Charges:
    """Surcharges on the whole document; ``amount``, ``code`` (UNTDID 7161) and ``reason`` start at one of them."""

    elements: str
    amount: str
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Syntax:
    """One XML syntax. All paths start at the root element, those of ``cells`` at a line or a line of taxes.

    ``sums`` are added up over all nodes where ``fields`` has no value; ``joined`` are put together with commas,
    ``gathered`` from all their nodes with semicolons; ``coded`` are looked up; of several dates the first
    (``earliest``) or the last (``latest``) counts. ``due_days``: terms of payment, and in each a date and how many days
    after it payment is due; ``terms``: the same in words. ``shipping``: charges that can be nothing else.
    ``line_status``: whether a line counts; ``line_total``: what those that count add up to. ``tax_line_sums``: fields
    that are the sum of a cell of all lines of taxes. ``body``: matches once for each invoice in the file.
    """

    name: str
    type_code: str
    credit_note_codes: frozenset[str] = CREDIT_NOTE_CODES
    fields: dict[str, Paths]
    sums: dict[str, Paths] = field(default_factory=dict)
    joined: dict[str, tuple[Paths, ...]] = field(default_factory=dict)
    gathered: dict[str, str] = field(default_factory=dict)
    coded: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    earliest: dict[str, Paths] = field(default_factory=dict)
    latest: dict[str, Paths] = field(default_factory=dict)
    due_days: tuple[str, str, str] | None = None
    terms: str | None = None
    charges: Charges | None = None
    shipping: str | None = None
    lines: str
    cells: dict[str, Paths]
    cell_sums: dict[str, Paths] = field(default_factory=dict)
    line_status: str | None = None
    line_total: str | None = None
    price_base: Paths = ()
    tax_lines: str
    tax_cells: dict[str, Paths]
    tax_line_sums: dict[str, str] = field(default_factory=dict)
    body: str = "."


def in_currency(currency: str, amount: str) -> Paths:
    """``amount`` in the invoice's own currency, whose code is the element ``currency`` two levels above; else any.

    Totals may be stated a second time in the seller's currency, as BT-111 is.
    """
    return f"{amount}[normalize-space(@currencyID) = normalize-space(../../{currency}[1])]", amount


def indicated(element: str, indicator: str) -> str:
    """The allowances (``indicator`` false) or charges (true) among the nodes of that name."""
    number = {"false": "0", "true": "1"}[indicator]
    said = "normalize-space(ChargeIndicator)"
    return f"{element}[{said} = '{indicator}' or {said} = '{number}']"


def only(element: str, value: str) -> str:
    """``value`` of the one ``element`` there is: two discounts in percent are no single rate."""
    return f"self::*[count({element}) = 1]/{element}/{value}"
