"""What stands around the lines of a table, read as the page that it would be on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from extraction.engine.classify import Classification, title_of
from extraction.engine.extractors import invoice
from extraction.engine.fields.sum_fields import sums_fields
from extraction.engine.fields.totals import read_sums
from extraction.engine.reading import Reading
from extraction.engine.values import Box, DocumentType, Evidence, Field, Options, Page, ParsedDocument, Word

MAX_WIDTH = 60  # characters of a column on that page
GAP = 4  # characters between two columns
STATED = 0.9
"""At most this sure is what was read from there."""

GUESSED = 0.5
"""At most this sure is a currency of which only the language speaks: a German table may be Swiss."""

INVOICE = Classification(document_type="invoice", confidence=1.0, reason="")
"""As what the rows are read, whatever they turn out to be."""

SUMS = frozenset({
    "total_amount", "subtotal_amount", "tax_amount", "amount_due", "amount_paid", "discount_amount", "shipping_amount",
    "tip_amount",
})  # fmt: skip

_WORD = re.compile(r"\S+")


class Surroundings:
    """The rows above and below the lines, whose amounts are ``amounts``."""

    def __init__(self, rows: Sequence[Sequence[str]], amounts: Sequence[Decimal], options: Options) -> None:
        document = ParsedDocument(media_type="text/csv", pages=(_page(rows),))
        self.reading = Reading(document, today=options.today)
        self.amounts = amounts
        self.options = options

    @property
    def title(self) -> DocumentType | None:
        """The kind of document that a title names."""
        return title_of(self.reading)

    def fields(self) -> dict[str, Field]:
        """Whom and what the invoice concerns, without its sums."""
        found = invoice.extract(self.reading, INVOICE, self.options)
        return {field.name: _in_table(field) for field in found.fields if field.name not in SUMS}

    def sums(self) -> dict[str, Field]:
        """What the rows of totals say, decided together with the amounts of the lines."""
        return {field.name: _in_table(field) for field in sums_fields(read_sums(self.reading, self.amounts))}


def _in_table(field: Field) -> Field:
    evidence = Evidence(rule=field.evidence.rule, source="table")
    most = GUESSED if field.evidence.rule == "language" else STATED
    return replace(field, confidence=min(most, field.confidence), evidence=evidence, why=None)


def _page(rows: Sequence[Sequence[str]]) -> Page:
    starts = _starts(rows)
    words = tuple(word for number, row in enumerate(rows) for word in _words(number, row, starts))
    width = max((word.box.x1 for word in words), default=1.0)
    return Page(number=1, width=width, height=max(1, len(rows)), unit="char", words=words)


def _starts(rows: Sequence[Sequence[str]]) -> list[int]:
    """Where each column begins, in characters."""
    starts = [0]
    for column in range(max(map(len, rows), default=0)):
        widest = max((len(row[column]) for row in rows if column < len(row)), default=0)
        starts.append(starts[-1] + min(widest, MAX_WIDTH) + GAP)
    return starts


def _words(number: int, row: Sequence[str], starts: Sequence[int]) -> Iterator[Word]:
    end = 0
    for start, cell in zip(starts, row, strict=False):
        begin = max(start, end + GAP if end else 0)
        for match in _WORD.finditer(cell):
            yield Word(match.group(), Box(begin + match.start(), number, begin + match.end(), number + 1))
            end = begin + match.end()
