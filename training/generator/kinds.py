"""What can be drawn: for each kind of document its share, its folder, and the function that draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from training.generator import contracts, einvoices, layouts, letters, plain, render, rolls, statements, truth
from training.generator.bill import ZERO, Bill
from training.generator.content import draw_bill
from training.generator.fonts import TYPEFACES
from training.generator.issuer import Issuer, draw_issuer
from training.generator.receipts import draw_receipt
from training.generator.sheet import Place, Sheet

Places = dict[str, list[Place]]


class File(NamedTuple):
    """``suffix`` with its dot."""

    suffix: str
    content: bytes


class Drawn(NamedTuple):
    """A finished sheet; ``truth`` gives the answers of a file that shows its values at the given places.

    ``file`` is there where the document is more than its sheet, or something else: then it is no scan either.
    """

    sheet: Sheet
    truth: Callable[[Places], dict[str, Any]]
    file: File | None = None


class Kind(NamedTuple):
    """``share`` in a hundred documents if nothing else is wanted; ``shop`` if a shop prints it."""

    share: float
    category: str
    draw: Callable[[Random, Issuer], Drawn]
    shop: bool = False


def invoice(random: Random, issuer: Issuer) -> Drawn:
    return _charge(random, issuer, "invoice")


def credit_note(random: Random, issuer: Issuer) -> Drawn:
    return _charge(random, issuer, "credit_note")


def _charge(random: Random, issuer: Issuer, kind: str) -> Drawn:
    bill = draw_bill(random, issuer, kind)
    return Drawn(layouts.draw(issuer, bill, random), lambda places: truth.of_bill(bill, places))


def receipt(random: Random, issuer: Issuer) -> Drawn:
    bill = draw_receipt(random, issuer)
    return Drawn(rolls.draw(issuer, bill, random), lambda places: truth.of_bill(bill, places))


def purchase_order(random: Random, issuer: Issuer) -> Drawn:
    """The issuer orders; the one it writes to is the seller."""
    bill = draw_bill(random, issuer, "purchase_order")
    return Drawn(layouts.draw(issuer, bill, random), lambda places: truth.of_order(bill, places))


def statement(random: Random, issuer: Issuer) -> Drawn:
    found = statements.draw_statement(random, issuer)
    return Drawn(statements.draw(issuer, found, random), found.truth)


def other(random: Random, issuer: Issuer) -> Drawn:
    """Quotations, delivery notes, confirmations and letters: nothing of them is to be paid."""
    kind = random.choice(["quote", "delivery_note", "order_confirmation", "letter", "letter", "letter"])
    if kind == "letter":
        return Drawn(letters.draw(issuer, random), truth.of_no_bill)
    return Drawn(layouts.draw(issuer, draw_bill(random, issuer, kind), random), truth.of_no_bill)


def mixed(random: Random, issuer: Issuer) -> Drawn:
    """Two to four invoices in one file, of one issuer or several, with the pages of each."""
    parts = []
    for number in range(random.choice([2, 2, 3, 4])):
        another = issuer if random.random() < 0.4 else draw_issuer(issuer.seed, f"part {number}")
        parts.append(_charge(random, another, random.choice(["invoice", "invoice", "invoice", "credit_note"])))
    whole = parts[0].sheet
    pages = []
    for number, part in enumerate(parts):
        first = 1 if number == 0 else len(whole.leaves) + 1
        if number:
            whole.leaves += part.sheet.leaves
            whole.places |= {f"{number}:{name}": _later(found, first - 1) for name, found in part.sheet.places.items()}
        pages.append((first, len(whole.leaves)))
    return Drawn(whole, lambda places: _joined(parts, pages, places))


def _later(places: list[Place], pages: int) -> list[Place]:
    return [Place(place.page + pages, place.box) for place in places]


def _joined(parts: list[Drawn], pages: list[tuple[int, int]], places: Places) -> dict[str, Any]:
    """The answers of the first part, and under ``parts`` those of each with its pages."""
    answers = []
    for number, part in enumerate(parts):
        prefix = f"{number}:" if number else ""
        own = {name.removeprefix(prefix): found for name, found in places.items() if _is_of(name, prefix)}
        answers.append(part.truth(own))
    return {
        **answers[0],
        "parts": [
            {"first_page": first, "last_page": last, **answer}
            for (first, last), answer in zip(pages, answers, strict=True)
        ],
    }


def _is_of(name: str, prefix: str) -> bool:
    return name.startswith(prefix) if prefix else ":" not in name


def e_invoice(random: Random, issuer: Issuer) -> Drawn:
    """An invoice or credit note whose PDF has the same as XML inside."""
    style = replace(issuer.style, gross_prices=False)
    issuer = replace(issuer, style=style, typeface=TYPEFACES["sans"])  # which is embedded and has all letters
    kind = random.choice(["invoice", "invoice", "invoice", "credit_note"])
    bill = replace(draw_bill(random, issuer, kind), tax_parts=(), withholding_rate=ZERO)
    return with_xml(layouts.draw(issuer, bill, random), issuer, bill)


def with_xml(sheet: Sheet, issuer: Issuer, bill: Bill) -> Drawn:
    """The sheet of a bill as a Factur-X file, in which everything is stated whether the sheet shows it or not."""
    file = File(".pdf", einvoices.attached(render.pdf(sheet), einvoices.xml(bill, issuer.language)))
    return Drawn(sheet, lambda places: einvoices.answers(bill, places), file)


def contract(random: Random, issuer: Issuer) -> Drawn:
    agreed = contracts.draw_contract(random, issuer)
    return Drawn(contracts.draw(agreed, issuer), agreed.truth)


def table(random: Random, issuer: Issuer) -> Drawn:
    """A spreadsheet's rows."""
    bill = plain.bare(draw_bill(random, issuer))
    return Drawn(_blank(issuer), lambda _: plain.table_truth(bill), File(".csv", plain.table(bill, issuer)))


def note(random: Random, issuer: Issuer) -> Drawn:
    """A few lines of text."""
    bill = replace(draw_bill(random, issuer), paid=ZERO, withholding_rate=ZERO)
    return Drawn(_blank(issuer), lambda _: plain.note_truth(bill), File(".txt", plain.note(bill, issuer).encode()))


def _blank(issuer: Issuer) -> Sheet:
    return Sheet(layouts.A4, issuer.typeface)


KINDS = {
    "invoice": Kind(56, "invoices", invoice),
    "credit_note": Kind(5, "invoices", credit_note),
    "receipt": Kind(25, "receipts", receipt, shop=True),
    "purchase_order": Kind(3, "purchase_orders", purchase_order),
    "statement": Kind(3, "statements", statement),
    "other": Kind(6, "other", other),
    "mixed": Kind(2, "mixed", mixed),
    "e_invoice": Kind(4, "einvoices", e_invoice),
    "contract": Kind(4, "contracts", contract),
    "table": Kind(2, "tables", table),
    "note": Kind(1, "notes", note),
}
LEARNED = ("invoice", "credit_note", "receipt", "purchase_order", "statement", "other", "mixed")
"""Kinds on whose pages values must be found: what `make train` learns from."""
