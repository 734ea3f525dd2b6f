"""What a text means that a person enters, read as the document writes its numbers and dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from babel import Locale

from extraction.engine.amounts import Amount, Style, currencies_of, find_amounts, infer_style
from extraction.engine.dates import Order, PrintedDate, decide_order, find_dates, is_no_day, resolve
from extraction.engine.field_kinds import FIELD_KINDS
from extraction.engine.parsers.characters import clean
from extraction.engine.values import Extraction, Field, FieldValue

LONGEST = 2_000
"""Characters of a value that is entered."""

IDENTIFIERS = frozenset({"iban", "bic", "vendor_vat_id", "customer_vat_id"})
"""Written without spaces."""

NO_SUCH_DAY = "There is no such day."

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_GROUPED = re.compile(r"[-−]?[1-9]\d{0,2}\.\d{3}")
_SPACED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_PLAIN = re.compile(r"[-−]?\d{1,18}(?:\.\d{1,6})?")


class Notation(NamedTuple):
    """How a document writes numbers and dates."""

    style: Style
    order: Order


def value_of(name: str, text: str, notation: Notation, *, is_printed: bool = False) -> FieldValue:
    """The value that ``text`` means in a field. Raises ``ValueError`` with a sentence for a person.

    ``is_printed``: taken from the page, where a label or a tax letter may stand beside a number; what is typed is a
    number as a whole.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise ValueError(f"At most {LONGEST} characters.")
    match FIELD_KINDS[name]:
        case "date":
            return _date(clean(text), notation)
        case "amount" | "number":
            return _number(name, clean(text), notation, is_printed)
        case "list":
            return tuple(piece.strip() for piece in text.split(";") if clean(piece).strip())
        case _:
            return _text(name, text, notation)


def notation_of(extraction: Extraction) -> Notation:
    """As the values that were read are printed."""
    fields = list(_all_fields(extraction))
    style = infer_style(field.raw for field in fields if FIELD_KINDS[field.name] in ("amount", "number"))
    dated = [
        (found, field.value)
        for field in fields
        if isinstance(field.value, date)
        for found in find_dates(field.raw)
        if found.dmy != found.mdy
    ]
    month_first = sum(_is_said(found, value, "mdy") - _is_said(found, value, "dmy") for found, value in dated) > 0
    order = decide_order((found for found, _ in dated), month_first_likely=month_first)
    return Notation(style, order)


# --- Kinds of values --------------------------------------------------------------------------------------------------
def _date(text: str, notation: Notation) -> date:
    if _ISO.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(NO_SUCH_DAY) from None
    found = [resolve(item, notation.order) or item.dmy or item.mdy for item in find_dates(text)]
    days = {day for day in found if day}
    if not days and is_no_day(text):
        raise ValueError(NO_SUCH_DAY)
    if len(days) != 1:
        raise ValueError("A date is needed, such as 2026-03-31.")
    return days.pop()


def _number(name: str, text: str, notation: Notation, is_printed: bool) -> Decimal:
    """Of the whole text, unless it was printed: ``=1+1`` and ``12 or so`` are none."""
    text = _SPACED.sub("", text)  # in one field no space sets columns apart, as it may on a page
    if _PLAIN.fullmatch(text) and not (notation.style.decimal == "," and _GROUPED.fullmatch(text)):
        return Decimal(text.replace("−", "-"))
    found = list(find_amounts(text, notation.style))
    values = {amount.value for amount in found}
    if len(values) != 1 or not (is_printed or (len(found) == 1 and _is_whole(name, text, found[0]))):
        raise ValueError("A number is needed, such as 1234.56.")
    return values.pop()


def _is_whole(name: str, text: str, found: Amount) -> bool:
    """Beside the number is nothing but a currency, or the sign of a percentage where one is asked for."""
    if found.is_percent and not name.endswith("_rate"):
        return False
    beside = (text[: found.start] + text[found.end :]).strip()
    return not beside or (found.mark is None and _is_currency(beside))


def _is_currency(text: str) -> bool:
    return text.upper() in _currencies() or (len(text) == 1 and unicodedata.category(text) == "Sc")


@cache
def _currencies() -> frozenset[str]:
    """The codes of ISO 4217."""
    return frozenset(Locale("en").currencies)


def _text(name: str, text: str, notation: Notation) -> str:
    if name == "currency":
        return _currency(clean(text))
    if name == "expiration_date" and text != "perpetual":
        return _date(clean(text), notation).isoformat()
    return "".join(clean(text).split()).upper() if name in IDENTIFIERS else text


def _currency(text: str) -> str:
    meant = currencies_of(text)
    if meant:
        return meant[0]
    if len(text) == 3 and text.isascii() and text.isalpha():
        return text.upper()
    raise ValueError("A currency is needed, such as EUR.")


def _is_said(found: PrintedDate, value: date, order: Order) -> bool:
    return resolve(found, order) == value


def _all_fields(extraction: Extraction) -> Iterator[Field]:
    yield from extraction.fields
    for line in (*extraction.line_items, *extraction.tax_lines):
        yield from line.cells
