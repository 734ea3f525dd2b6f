"""A table (CSV) as an invoice: one line item a row, what concerns the whole invoice in the first row.

The total is the sum of the amounts; an amount that is missing is quantity × unit price. Rows above and below the lines
are read as a page: titles, addresses, labelled values (``Invoice number;4711``), rows of totals, terms of payment.
Rows with several invoice numbers are several invoices, each a part of the result. A table with the columns of a bank is
a statement. A table whose heads and numbers say nothing is no invoice.
"""

from __future__ import annotations

from msgspec.structs import replace

from extraction.engine.extractors.tabular import bookings
from extraction.engine.extractors.tabular.invoice import TableInvoice, total_differs, with_field
from extraction.engine.extractors.tabular.sheet import find_sheet
from extraction.engine.extractors.tabular.surroundings import GUESSED
from extraction.engine.parsers.table import TRUNCATED
from extraction.engine.values import Extraction, Issue, Options, ParsedDocument, Part

MAX_INVOICES = 2_000
"""Of one file. Whoever sends more has made a mistake, or means harm."""


def extract(document: ParsedDocument, options: Options) -> Extraction | None:
    """Read the first table of a CSV file; ``None`` for any other file."""
    if document.media_type != "text/csv" or not document.tables:
        return None
    rows = document.tables[0].rows
    complete = all(issue.code != TRUNCATED for issue in document.issues)
    return bookings.read(rows, options, complete=complete) or _invoices(rows, options, complete=complete)


def _invoices(rows: tuple[tuple[str, ...], ...], options: Options, *, complete: bool) -> Extraction:
    sheet = find_sheet(rows)
    if sheet is None:
        return _no_invoice()
    groups = sheet.groups[:MAX_INVOICES]
    found = [
        # Only the last one can have been cut off.
        TableInvoice(sheet, group, options, complete=complete or group is not sheet.groups[-1]).read()
        for group in groups
    ]
    if len(found) == 1:
        return found[0]
    if "currency" not in sheet.columns:
        found = _in_one_currency(found)
    parts = tuple(Part(first_page=0, last_page=0, extraction=invoice) for invoice in found)
    told = [_too_many(len(sheet.groups))] if len(groups) < len(sheet.groups) else []
    if sheet.missed is not None and complete:
        told.append(total_differs(*sheet.missed))
    return replace(found[0], parts=parts, issues=(*found[0].issues, *told))


def _in_one_currency(invoices: list[Extraction]) -> list[Extraction]:
    """With the currency that all the others have, where nothing near the lines of an invoice shows one."""
    shown = [field for invoice in invoices if (field := invoice.field("currency")) is not None]
    if len({field.value for field in shown}) != 1:
        return invoices
    shared = replace(shown[0], confidence=min(GUESSED, shown[0].confidence))
    return [
        invoice if invoice.document_type == "other" or invoice.field("currency") else with_field(invoice, shared)
        for invoice in invoices
    ]


def _no_invoice() -> Extraction:
    issue = Issue(
        code="columns_unknown",
        severity="warning",
        message="No row of the table names columns of an invoice, so nothing was read from it.",
    )
    return Extraction(document_type="other", document_type_confidence=0.8, issues=(issue,), steps=("tabular:unknown",))


def _too_many(count: int) -> Issue:
    return Issue(
        code="too_many_invoices",
        severity="error",
        message=f"The table holds {count} invoices; only the first {MAX_INVOICES} were read.",
        params={"count": str(count), "read": str(MAX_INVOICES)},
    )
