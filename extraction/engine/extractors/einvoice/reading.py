"""An e-invoice's tree and its syntax table → fields and lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from lxml import etree
from msgspec.structs import replace

from extraction.engine import labels
from extraction.engine.extractors.einvoice.syntax import Charges, Paths, Syntax
from extraction.engine.extractors.einvoice.terms import last_payment_date
from extraction.engine.extractors.einvoice.xml import elements, texts
from extraction.engine.values import (
    FIELD_KINDS,
    Evidence,
    Extraction,
    Field,
    FieldValue,
    Issue,
    Limits,
    LineItem,
    Part,
)

MAX_DIGITS = 24
"""An amount with more digits before its point is an attack or a slip of the generator."""

MAX_PARTS = 200
"""Invoices of one file that are read."""

MAX_DAYS = 3_650
"""Of a payment term."""

SHIPPING_CODES = frozenset({"AAT", "CAB", "DL", "FC", "ID", "SAA", "TT", "TV"})
"""UNTDID 7161 codes of charges for bringing the goods."""

NOT_COUNTED = frozenset({"GROUP", "INFORMATION"})
"""States of a line that only heads others, or only explains one (EXTENDED profile)."""

CAPITALS = frozenset({"iban", "bic", "currency"})

REASON = 200
"""Characters of a charge's reason that are looked at."""


def read(root: etree._Element, syntax: Syntax, limits: Limits) -> Extraction:
    """All fields and lines of the first invoice in ``root``; where there are several, each of them as a part."""
    bodies = elements(root, syntax.body)
    if len(bodies) <= 1:
        return _read_one(root, syntax, limits)
    found = tuple(_read_each(root, bodies[:MAX_PARTS], syntax, limits))
    parts = tuple(Part(first_page=0, last_page=0, extraction=each) for each in found)
    left_out = (_left_out(len(bodies)),) if len(bodies) > MAX_PARTS else ()
    return replace(found[0], parts=parts, issues=(*found[0].issues, *left_out))


def _read_each(
    root: etree._Element, bodies: Sequence[etree._Element], syntax: Syntax, limits: Limits
) -> Iterator[Extraction]:
    """The paths of the table see one body at a time."""
    for body in elements(root, syntax.body):
        root.remove(body)
    for body in bodies:
        root.append(body)
        yield _read_one(root, syntax, limits)
        root.remove(body)


def _left_out(count: int) -> Issue:
    return Issue(
        code="invoices_left_out",
        severity="warning",
        message=f"The file holds {count} invoices; only the first {MAX_PARTS} were read.",
        params={"count": str(count), "read": str(MAX_PARTS)},
    )


def _read_one(root: etree._Element, syntax: Syntax, limits: Limits) -> Extraction:
    tax_lines = tuple(_tax_lines(root, syntax, limits))
    found: dict[str, Field] = {}
    for field in (*_fields(root, syntax), *_added_up(tax_lines, syntax)):
        if field is not None:
            found.setdefault(field.name, field)
    type_code = next(iter(texts(root, syntax.type_code)), "")
    return Extraction(
        document_type="credit_note" if type_code in syntax.credit_note_codes else "invoice",
        document_type_confidence=1.0,
        fields=tuple(found.values()),
        line_items=tuple(_line_items(root, syntax, limits)),
        tax_lines=tax_lines,
        issues=tuple(_issues(root, syntax)),
        steps=(f"einvoice:{syntax.name}",),
    )


def _fields(root: etree._Element, syntax: Syntax) -> Iterator[Field | None]:
    """In the order in which they count: of a name the first one stays."""
    for name, paths in syntax.fields.items():
        yield _first(root, name, paths)
    for name, paths in syntax.sums.items():
        yield _sum(root, name, paths)
    for name, parts in syntax.joined.items():
        yield _joined(root, name, parts)
    for name, path in syntax.gathered.items():
        yield _gathered(root, name, path)
    for name, (path, meanings) in syntax.coded.items():
        yield _coded(root, name, path, meanings)
    for name, paths in syntax.earliest.items():
        yield _edge(root, name, paths, last=False)
    for name, paths in syntax.latest.items():
        yield _edge(root, name, paths, last=True)
    yield _due_after_days(root, syntax)
    yield _due_in_words(root, syntax)
    yield _shipping(root, syntax)


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
    return "".join(raw.split()).upper() if name in CAPITALS else raw


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


def _sum(element: etree._Element, name: str, paths: Paths) -> Field | None:
    raws = [raw for path in paths for raw in texts(element, path)]
    amounts = [amount for amount in map(_decimal, raws) if amount is not None]
    return _field(name, " + ".join(raws), sum(amounts, Decimal()), f"xpath:{paths[0]}") if amounts else None


def _joined(root: etree._Element, name: str, parts: tuple[Paths, ...]) -> Field | None:
    found = [field for field in (_first(root, name, paths) for paths in parts) if field is not None]
    if not found:
        return None
    text = ", ".join(field.raw for field in found)
    return _field(name, text, text, found[0].evidence.rule)


def _gathered(root: etree._Element, name: str, path: str) -> Field | None:
    text = "; ".join(dict.fromkeys(texts(root, path)))
    return _field(name, text, text, f"xpath:{path}") if text else None


def _coded(root: etree._Element, name: str, path: str, meanings: Mapping[str, str]) -> Field | None:
    raw = next((code for code in texts(root, path) if code in meanings), None)
    return _field(name, raw, meanings[raw], f"xpath:{path}") if raw else None


def _edge(root: etree._Element, name: str, paths: Paths, *, last: bool) -> Field | None:
    """The first path with dates decides: the last one (of instalments, or the end of a period), or the first."""
    for path in paths:
        dated = [(day, raw) for raw in texts(root, path) if (day := _date(raw)) is not None]
        if dated:
            day, raw = max(dated) if last else min(dated)
            return _field(name, raw, day, f"xpath:{path}")
    return None


def _due_after_days(root: etree._Element, syntax: Syntax) -> Field | None:
    if syntax.due_days is None:
        return None
    terms, start, days = syntax.due_days
    due = [
        (first + timedelta(days=int(count)), f"{raw} + {count}")
        for term in elements(root, terms)
        for raw in texts(term, start)[:1]
        for count in texts(term, days)[:1]
        if (first := _date(raw)) is not None and count.isdecimal() and int(count) <= MAX_DAYS
    ]
    if not due:
        return None
    day, raw = max(due)
    return _field("due_date", raw, day, f"xpath:{terms}/{days}")


def _due_in_words(root: etree._Element, syntax: Syntax) -> Field | None:
    notes = texts(root, syntax.terms) if syntax.terms else []
    stated = [found for note in notes if (found := last_payment_date(note)) is not None]
    if not stated:
        return None
    day, raw = max(stated)
    return _field("due_date", raw, day, f"terms:{syntax.terms}")


def _shipping(root: etree._Element, syntax: Syntax) -> Field | None:
    """What is charged for bringing the goods, as far as code or words of a charge say so."""
    raws = texts(root, syntax.shipping) if syntax.shipping else []
    if syntax.charges is not None:
        charges = elements(root, syntax.charges.elements)
        raws += [
            raw
            for charge in charges
            for raw in texts(charge, syntax.charges.amount)[:1]
            if _is_shipping(charge, syntax.charges)
        ]
    amounts = [amount for amount in map(_decimal, raws) if amount is not None]
    return _field("shipping_amount", " + ".join(raws), sum(amounts, Decimal()), "charges") if amounts else None


def _is_shipping(charge: etree._Element, paths: Charges) -> bool:
    if any(code in SHIPPING_CODES for code in texts(charge, paths.code)):
        return True
    reason = " ".join(texts(charge, paths.reason))[:REASON]
    hits = labels.lexicon().scan(reason, labels.tokenize(reason))
    return any(hit.section == "amounts" and hit.concept == "shipping" for hit in hits)


def _tax_lines(root: etree._Element, syntax: Syntax, limits: Limits) -> Iterator[LineItem]:
    for line in elements(root, syntax.tax_lines)[: limits.max_table_rows]:
        cells = _cells(line, syntax.tax_cells)
        if cells:
            yield LineItem(cells=cells)


def _cells(line: etree._Element, table: dict[str, Paths]) -> tuple[Field, ...]:
    found = (_first(line, name, paths) for name, paths in table.items())
    return tuple(cell for cell in found if cell is not None)


def _added_up(tax_lines: Sequence[LineItem], syntax: Syntax) -> Iterator[Field]:
    for name, cell in syntax.tax_line_sums.items():
        amounts = [value for line in tax_lines if isinstance(value := line.value(cell), Decimal)]
        if amounts:
            yield _field(name, " + ".join(map(str, amounts)), sum(amounts, Decimal()), f"sum:{cell}")


def _line_items(root: etree._Element, syntax: Syntax, limits: Limits) -> Iterator[LineItem]:
    """All lines that say more than words: a text between them is none."""
    for line in _counted(elements(root, syntax.lines)[: limits.max_table_rows], root, syntax):
        item = _line_item(line, syntax)
        if any(item.value(name) is not None for name in ("amount", "unit_price", "quantity")):
            yield item


def _counted(lines: list[etree._Element], root: etree._Element, syntax: Syntax) -> list[etree._Element]:
    """Without the lines that sum up or explain others, unless the invoice counts them."""
    status, total = syntax.line_status, syntax.line_total
    if status is None or total is None:
        return lines
    counted = [line for line in lines if NOT_COUNTED.isdisjoint(texts(line, status))]
    if not counted or len(counted) == len(lines):
        return lines
    stated = _first(root, "subtotal_amount", (total,))
    added = sum((_line_item(line, syntax).value("amount") or Decimal() for line in lines), Decimal())
    return lines if stated is not None and stated.value == added else counted


def _line_item(line: etree._Element, syntax: Syntax) -> LineItem:
    sums = (_sum(line, name, paths) for name, paths in syntax.cell_sums.items())
    item = LineItem(cells=(*_cells(line, syntax.cells), *(cell for cell in sums if cell is not None)))
    bases = (_decimal(raw) for path in syntax.price_base for raw in texts(line, path))
    base = next(bases, None)
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
    for name, paths in {**syntax.fields, **syntax.latest}.items():
        if _first(root, name, paths) is None and any(texts(root, path) for path in paths):
            yield Issue(
                code="unreadable_value",
                severity="warning",
                message=f"The XML has a value for {name} that is not a valid {FIELD_KINDS[name]}.",
                field=name,
                params={"kind": FIELD_KINDS[name]},
            )
