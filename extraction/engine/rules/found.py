"""What reading itself came upon. It is told when a document is validated, like the findings of all other rules, so that
a workspace may set it as well.

An entry here is all that such an issue needs to obey settings; its own message is made where it is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from extraction.engine.rules.parts import ALL, PART
from extraction.engine.values import DocumentType, Extraction, Issue, Options, Severity


@dataclass(frozen=True)
class Finding:
    """A rule whose answer is known since reading. The issues stay with the extraction, so asking again is the same."""

    code: str
    severity: Severity
    message: str
    description: str
    document_types: frozenset[DocumentType] = frozenset(ALL)

    def check(self, extraction: Extraction, options: Options) -> Iterator[Issue]:
        """Those of the extraction itself; later documents of the file tell theirs."""
        for issue in extraction.issues:
            if issue.code == self.code and PART not in issue.params:
                yield replace(issue, severity=self.severity)


RULES = (
    Finding(
        "page_unreadable",
        "warning",
        "Page {page} is damaged and could not be read.",
        "What stands on it is missing here.",
    ),
    Finding(
        "attachment_unreadable",
        "warning",
        "An XML file inside the document is damaged or too large and was not read.",
        "It may be the e-invoice; the values come from the page then.",
    ),
    Finding(
        "unknown_xml",
        "warning",
        "The XML is not an invoice in CII, UBL or FatturaPA.",
        "Nothing was read from it.",
    ),
    Finding(
        "unreadable_value",
        "warning",
        "The XML has a value for {field} that is not a valid {kind}.",
        "The value is missing here.",
    ),
    Finding(
        "invoices_left_out",
        "warning",
        "The file holds {count} invoices; only the first {read} were read.",
        "An XML file may hold any number of invoices.",
    ),
    Finding(
        "columns_unknown",
        "warning",
        "No row of the table names columns of an invoice, so nothing was read from it.",
        "A table is read by the names of its columns.",
    ),
    Finding(
        "table_truncated",
        "warning",
        "Only the first {rows} rows of the table were read.",
        "The total of the others is missing here.",
    ),
    Finding(
        "unreadable_cell",
        "warning",
        "The {column} in {place} could not be read.",
        "What stands there is no number or date; it is missing here.",
    ),
    Finding(
        "total_row_differs",
        "warning",
        "The row of totals states {stated}, the lines sum to {sum}.",
        "The total is the sum of the lines.",
    ),
    Finding(
        "too_many_invoices",
        "error",
        "The table holds {count} invoices; only the first {read} were read.",
        "Booked as it is, the others would be lost.",
    ),
    Finding(
        "too_many_documents",
        "error",
        "The file holds {count} documents; only the first {read} were read.",
        "Booked as it is, the others would be lost.",
    ),
    Finding(
        "pro_forma",
        "warning",
        "This is a pro forma invoice: it announces an invoice and is not one to book.",
        "Booked and paid, it would be paid again with its invoice.",
    ),
    Finding(
        "second_reader_unverified",
        "warning",
        "The second reader's {field} stands nowhere on the page.",
        "A language model may invent values; this one has a confidence of at most 0.3.",
    ),
)
