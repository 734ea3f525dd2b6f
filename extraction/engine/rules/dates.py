"""Are the dates possible, in order, and recent?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from extraction.engine.rules.required import MONEY
from extraction.engine.rules.rule import Doubt, day, doubt, label, rule, text
from extraction.engine.values import Extraction, Options

AHEAD = timedelta(days=1)
"""The document may come from a place where it is tomorrow already."""

OLD = timedelta(days=10 * 365)
"""Ten years: the longest time for which invoices are kept by law in most countries."""

LONGEST_TERM = timedelta(days=366)


@rule("due_before_invoice", "warning", MONEY, "The due date {due} is before the invoice date {issued}.")
def due_before_invoice(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    issued, due = day(extraction, "invoice_date"), day(extraction, "due_date")
    if issued and due and due < issued:
        yield doubt("due_date", issued=issued, due=due)


@rule("due_date_far", "warning", MONEY, "The due date {due} is more than a year after the invoice date {issued}.")
def due_date_far(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    issued, due = day(extraction, "invoice_date"), day(extraction, "due_date")
    if issued and due and due - issued > LONGEST_TERM:
        yield doubt("due_date", issued=issued, due=due)


@rule("date_in_future", "warning", MONEY, "The {label} {date} is in the future.")
def date_in_future(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    issued = day(extraction, "invoice_date")
    if issued and issued > options.today + AHEAD:
        yield doubt("invoice_date", label=label("invoice_date"), date=issued)


@rule("date_too_old", "warning", MONEY, "The {label} {date} is more than ten years ago.")
def date_too_old(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    issued = day(extraction, "invoice_date")
    if issued and options.today - issued > OLD:
        yield doubt("invoice_date", label=label("invoice_date"), date=issued)


@rule(
    "expires_before_start", "warning", ["contract"], "The contract expires on {expires}, before it starts on {starts}."
)
def expires_before_start(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    starts = day(extraction, "effective_date") or day(extraction, "agreement_date")
    expires = _expiration(extraction)
    if starts and expires and expires < starts:
        yield doubt("expiration_date", starts=starts, expires=expires)


def _expiration(extraction: Extraction) -> date | None:
    """The expiration date is a text: an ISO date, or "perpetual"."""
    try:
        return date.fromisoformat(text(extraction, "expiration_date") or "")
    except ValueError:
        return None


RULES = (due_before_invoice, due_date_far, date_in_future, date_too_old, expires_before_start)
