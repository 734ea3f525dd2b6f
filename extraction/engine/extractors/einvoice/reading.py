"""An e-invoice's tree and its syntax table → fields and lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from extraction.engine.extractors.einvoice.syntaxes import Paths, Syntax
from extraction.engine.extractors.einvoice.terms import last_payment_date
from extraction.engine.extractors.einvoice.xml import texts
from extraction.engine.values import (
    FIELD_KINDS,
    Evidence,
    Extraction,
    Field,
    FieldValue,
    Issue,
    Limits,
    LineItem,
)

MAX_DIGITS = 24
"""An amount with more digits before its point is an attack or a slip of the generator."""


def read(root: etree._Element, syntax: Syntax, limits: Limits) -> Extraction:
    """All fields and lines of the first invoice in ``root``."""
    fields = [field for field in _fields(root, syntax) if field is not None]
    lines = root.xpath(syntax.lines)[: limits.max_table_rows]
    type_code = next(iter(texts(root, syntax.type_code)), "")
    return Extraction(
        document_type="credit_note" if type_code in syntax.credit_note_codes else "invoice",
        document_type_confidence=1.0,
        fields=tuple(fields),
        line_items=tuple(_line_item(line, syntax) for line in lines),
        issues=tuple(_issues(root, syntax)),
        steps=(f"einvoice:{syntax.name}",),
    )


def _fields(root: etree._Element, syntax: Syntax) -> Iterator[Field | None]:
    for name, paths in syntax.fields.items():
        yield _first(root, name, paths)
    for name, paths in syntax.sums.items():
        yield _sum(root, name, paths)
    for name, parts in syntax.joined.items():
        yield _joined(root, name, parts)
    yield _due_date(root, syntax)


def _field(name: str, raw: str, value: FieldValue, rule: str) -> Field:
    return Field(name=name, raw=raw, value=value, confidence=1.0, evidence=Evidence(rule=rule, source="xml"))


def _first(element: etree._Element, name: str, paths: Paths) -> Field | None:
    """The first path that has a readable value decides."""
    for path in paths:
        for raw in texts(element, path):
            value = _value(name, raw)
            if value is not None:
                return _field(name, raw, value, f"xpath:{path}")
    return None


def _value(name: str, raw: str) -> FieldValue:
    kind = FIELD_KINDS[name]
    if kind in ("amount", "number"):
        return _decimal(raw)
    if kind == "date":
        return _date(raw)
    return raw


def _decimal(raw: str) -> Decimal | None:
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MAX_DIGITS else None


def _date(raw: str) -> date | None:
    """CII writes 20260415 (format 102 of UNTDID 2379), the others ISO 8601, perhaps with a time or a zone."""
    match = re.match(r"(\d{4})-?(\d{2})-?(\d{2})", raw)
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def _sum(root: etree._Element, name: str, paths: Paths) -> Field | None:
    raws = [raw for path in paths for raw in texts(root, path)]
    amounts = [amount for amount in map(_decimal, raws) if amount is not None]
    return _field(name, " + ".join(raws), sum(amounts, Decimal()), f"xpath:{paths[0]}") if amounts else None


def _joined(root: etree._Element, name: str, parts: tuple[Paths, ...]) -> Field | None:
    found = [field for field in (_first(root, name, paths) for paths in parts) if field is not None]
    if not found:
        return None
    text = ", ".join(field.raw for field in found)
    return _field(name, text, text, found[0].evidence.rule)


def _due_date(root: etree._Element, syntax: Syntax) -> Field | None:
    """The last day for the full amount: the latest date when there are instalments or an earlier discount date."""
    for path in syntax.due_dates:
        dated = [(day, raw) for raw in texts(root, path) if (day := _date(raw)) is not None]
        if dated:
            day, raw = max(dated)
            return _field("due_date", raw, day, f"xpath:{path}")
    notes = texts(root, syntax.terms) if syntax.terms else []
    stated = [found for note in notes if (found := last_payment_date(note)) is not None]
    if not stated:
        return None
    day, raw = max(stated)
    return _field("due_date", raw, day, f"terms:{syntax.terms}")


def _line_item(line: etree._Element, syntax: Syntax) -> LineItem:
    cells = [cell for name, paths in syntax.cells.items() if (cell := _first(line, name, paths)) is not None]
    base = _decimal(next(iter(texts(line, syntax.price_base)), "")) if syntax.price_base else None
    item = LineItem(cells=tuple(cells))
    return _per_unit(item, base) if base else item


def _per_unit(item: LineItem, base: Decimal) -> LineItem:
    """A price is for ``base`` units (BT-149); the unit price is for one.

    Some generators repeat the price or the quantity as base; where the price as it stands explains the amount
    better, it stays.
    """
    price, quantity, amount = (item.value(name) for name in ("unit_price", "quantity", "amount"))
    if not isinstance(price, Decimal):
        return item
    if isinstance(quantity, Decimal) and isinstance(amount, Decimal):
        whole = quantity * price
        if abs(whole - amount) <= abs(whole / base - amount):
            return item
    return LineItem(
        cells=tuple(
            _field(cell.name, f"{cell.raw} / {base}", price / base, cell.evidence.rule)
            if cell.name == "unit_price"
            else cell
            for cell in item.cells
        )
    )


def _issues(root: etree._Element, syntax: Syntax) -> Iterator[Issue]:
    count = len(root.xpath(syntax.body))
    if count > 1:
        yield Issue(
            code="several_invoices",
            severity="warning",
            message=f"The file holds {count} invoices; only the first one was read.",
            params={"count": str(count)},
        )
    for name, paths in syntax.fields.items():
        if _first(root, name, paths) is None and any(texts(root, path) for path in paths):
            yield Issue(
                code="unreadable_value",
                severity="warning",
                message=f"The XML has a value for {name} that is not a valid {FIELD_KINDS[name]}.",
                field=name,
                params={"kind": FIELD_KINDS[name]},
            )
