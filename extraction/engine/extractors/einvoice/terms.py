"""A last day of payment that is stated in words only: "30 days net until 04.07.2018, 3 % discount until 15.06.2018"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from extraction.engine import labels
from extraction.engine.dates import find_dates

UNTIL = re.compile(
    r"\b(?:bis(?: zum| am| spätestens)?|spätestens(?: am)?|fällig(?: am| zum)?|until|by|before|due(?: on| by)?"
    r"|jusqu'au|avant le|au plus tard le|entro(?: il)?|scadenza|hasta(?: el)?|antes del?|vencimiento"
    r"|até(?: o dia)?|vencimento|vóór|uiterlijk(?: op)?|do(?: dnia)?|termin|senast|förfaller|senest(?: den)?|forfalder)"
    r"\s?:?\s?$",
    re.IGNORECASE,
)
DISCOUNT = re.compile(
    r"(?<!ohne )(?<!without )(?<!sans )(?:skonto|discount|escompte|sconto|descuento|desconto|korting|rabat)",
    re.IGNORECASE,
)
CODED = re.compile(r"#(?:SKONTO|VERZUG)#(?:[A-Z]{1,20}=[\d.,-]{1,20}#)*")
"""XRechnung's notation of discounts and interest (``#SKONTO#TAGE=14#PROZENT=2.00#``), which names no day."""
CLAUSE = re.compile(r"[;\n]|,(?! ?\d{4}\b)")
"""What separates the term for the full amount from the term for a discount; not the comma of "July 4, 2026"."""

REACH = 24
"""So many characters before a date may hold the word that makes it a last day."""


def last_payment_date(terms: str) -> tuple[date, str] | None:
    """The last day for the full amount and its text; dates of discounts do not count. Days come before months."""
    return max((found for clause in CLAUSE.split(CODED.sub("\n", terms)) for found in _last_days(clause)), default=None)


def _last_days(clause: str) -> Iterator[tuple[date, str]]:
    dates = list(find_dates(clause))
    ends = [0, *(item.end for item in dates)]
    starts = [*(item.start for item in dates[1:]), len(clause)]
    for item, previous, following in zip(dates, ends, starts, strict=False):
        around = clause[previous : item.start] + " " + clause[item.end : following]
        before = clause[max(0, item.start - REACH) : item.start]
        if item.dmy and (UNTIL.search(before) or _ends_in_label(before)) and not DISCOUNT.search(around):
            yield item.dmy, item.raw


def _ends_in_label(text: str) -> bool:
    """Whether it ends in what a due date is called on invoices, in any language: "Zahlungsziel: "."""
    labelled = labels.lexicon().scan(text, labels.tokenize(text))
    return any(hit.concept == "due_date" and not text[hit.end :].strip(" .:=-") for hit in labelled)
