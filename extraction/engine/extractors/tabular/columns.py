"""What the columns of a table mean, from their heads in any language that has a file of labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec

from extraction.engine.amounts import find_marks
from extraction.engine.labels import Label, lexicon, tokenize
from extraction.engine.values import LINE_ITEM_FIELDS

ALIASES: dict[str, tuple[str, ...]] = {
    "description": ("description", "item", "name"),
    "quantity": ("quantity", "qty"),
    "unit_price": ("unit_price", "price", "rate"),
    "amount": ("amount", "total", "line_total"),
    "vendor_name": ("vendor", "vendor_name", "supplier"),
    "customer_name": ("customer", "customer_name", "client"),
    "invoice_number": ("invoice_number", "invoice", "number"),
    "invoice_date": ("invoice_date", "date"),
    "due_date": ("due_date", "due"),
    "currency": ("currency", "curr"),
    "tax_amount": ("tax", "tax_amount"),
}
"""The heads that the HTTP contract promises; of two columns with one meaning the earlier alias counts."""

CELLS = LINE_ITEM_FIELDS
"""Columns that belong to a line; all others are about the whole invoice."""

CONCEPTS: dict[tuple[str, str], str | None] = {
    ("columns", "description"): "description",
    ("columns", "position"): None,  # some languages write "no." for a quantity, too
    **{("columns", name): name for name in CELLS},
    ("columns", "tax_amount"): "tax_amount",
    ("columns", "discount"): "discount_amount",  # or its rate, see ``with_rates``
    ("columns", "gross_amount"): "amount",
    ("columns", "date"): "invoice_date",
    ("fields", "vendor"): "vendor_name",
    ("fields", "vendor_name"): "vendor_name",
    ("fields", "customer"): "customer_name",
    ("fields", "invoice_number"): "invoice_number",
    ("fields", "invoice_date"): "invoice_date",
    ("fields", "date"): "invoice_date",
    ("fields", "due_date"): "due_date",
    ("fields", "currency"): "currency",
    ("fields", "purchase_order"): "purchase_order",
    ("fields", "customer_number"): "customer_number",
    ("fields", "vat_id"): "vendor_vat_id",
    ("fields", "customer_vat_id"): "customer_vat_id",
    ("fields", "iban"): "iban",
    ("fields", "bic"): "bic",
    ("amounts", "tax"): "tax_amount",
}
"""Section and concept of a label → the field that a column under it holds (none); earlier entries win."""

SUMS = frozenset({
    "total", "gross", "subtotal", "tax", "including", "excluding", "contained", "due", "paid", "tax_base", "withheld",
})  # fmt: skip
"""Concepts of the section ``amounts`` that make a row of totals."""

SAID = 0.7
"""Share of the letters of a cell that such words cover."""

SEEN_ROWS = 50
"""Rows that tell which of several columns with one meaning is filled, and whether a discount is a rate."""

MAX_HEAD = 80
HEAD_ROWS = 30
"""The heads are looked for in so many rows: above them may stand a title and the address."""

PROMISED, TRANSLATED = 0.98, 0.9
"""How sure the meaning of a column is: a head of the contract, a head from the files of labels."""


class Column(msgspec.Struct, frozen=True):
    """``name`` is the field, ``rank`` orders columns of the same name, ``currency`` is printed in the head."""

    index: int
    name: str
    head: str
    rank: int
    confidence: float
    currency: str | None


class Heads(msgspec.Struct, frozen=True):
    """The row that names the columns, and what they hold, by field."""

    row: int
    columns: dict[str, Column]


def find_heads(rows: Sequence[Sequence[str]]) -> Heads | None:
    """The first row with the most known heads; one known head is enough only when there are no others."""
    best: Heads | None = None
    for number, row in enumerate(rows[:HEAD_ROWS]):
        columns = list(_columns(row))
        names = {column.name for column in columns}
        if len(names) < 2 and len(names) < sum(bool(cell) for cell in row):
            continue
        if names and (best is None or len(names) > len(best.columns)):
            body = rows[number + 1 : number + 1 + SEEN_ROWS]
            best = Heads(number, with_rates(_by_name(columns, body), body))
    return best


def key_of(text: str) -> str:
    """Letters and digits without case, accents and separators, as the lexicon has its phrases."""
    return "".join(token.text for token in tokenize(text[:MAX_HEAD]))


def label_of(text: str) -> str | None:
    """The field that a cell names, when it names one and nothing else."""
    known = _known(text)
    return known[0] if known else None


def is_sum(text: str) -> bool:
    """Does a cell say "total", "subtotal", "VAT 19 %", "total incl. VAT", and nothing else?"""
    words = re.sub(r"\d[\d.,]*\s*%?|[:()]", " ", text[:MAX_HEAD])
    return _says(words, SUMS)


def is_carried(text: str) -> bool:
    """Does a cell say "carried forward", and nothing else?"""
    return _says(text[:MAX_HEAD], frozenset({"carry"}))


def _says(text: str, concepts: frozenset[str]) -> bool:
    hits = [hit for hit in lexicon().scan(text, tokenize(text)) if hit.section == "amounts" and hit.concept in concepts]
    covered = {index for hit in hits for index in range(hit.start, hit.end) if not text[index].isspace()}
    return bool(covered) and len(covered) >= SAID * len("".join(text.split()))


def with_rates(columns: dict[str, Column], body: Sequence[Sequence[str]]) -> dict[str, Column]:
    """A discount that is printed in percent is a rate."""
    discount = columns.get("discount_amount")
    if discount is None or "discount_rate" in columns:
        return columns
    cells = [row[discount.index] for row in body if discount.index < len(row)]
    if "%" not in discount.head and not any("%" in cell for cell in cells):
        return columns
    others = {name: column for name, column in columns.items() if name != "discount_amount"}
    return {**others, "discount_rate": msgspec.structs.replace(discount, name="discount_rate")}


def _columns(row: Sequence[str]) -> Iterator[Column]:
    for index, head in enumerate(row):
        currency = next(find_marks(head[:MAX_HEAD]), None)
        # "Betrag (EUR)", "price in USD": the currency is not part of the name.
        names = (head, re.sub(r"[(\[].*", "", head), re.sub(rf"\W*(\bin )?{re.escape(currency or '')}\W*$", "", head))
        known = next((found for found in map(_known, names) if found), None)
        if known:
            name, rank, confidence = known
            yield Column(index, name, head, rank, confidence, currency)


def _by_name(columns: Iterable[Column], body: Sequence[Sequence[str]]) -> dict[str, Column]:
    """Of several columns with one meaning the best head counts, then one that is filled, then the first."""

    def worth(column: Column) -> tuple[int, bool, int]:
        filled = any(column.index < len(row) and row[column.index] for row in body)
        return -column.rank, filled, -column.index

    return {column.name: column for column in sorted(columns, key=worth)}


@cache
def _promised() -> dict[str, tuple[str, int]]:
    return {_letters(alias): (name, rank) for name, aliases in ALIASES.items() for rank, alias in enumerate(aliases)}


def _letters(text: str) -> str:
    """Unlike a key, this keeps "number" apart from "no.", which heads the positions of lines."""
    return re.sub(r"[\W_]", "", text[:MAX_HEAD].casefold())


def _known(head: str) -> tuple[str, int, float] | None:
    """Field, rank and confidence of a head."""
    if found := _promised().get(_letters(head)):
        return (*found, PROMISED)
    meanings = {(label.section, label.concept) for label in _labels(key_of(head))}
    for rank, (meaning, name) in enumerate(CONCEPTS.items()):
        if meaning in meanings:
            return (name, len(ALIASES) + rank, TRANSLATED) if name else None
    return None


def _labels(key: str) -> Iterable[Label]:
    return lexicon().labels.get(key, ()) if key else ()
