"""CSV in any usual delimiter, quoting and encoding → rows of cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from extraction.engine.errors import EmptyDocument
from extraction.engine.parsers.content import looks_like_text, read_bounded
from extraction.engine.parsers.encoding import decode
from extraction.engine.parsers.text import MAX_BYTES_PER_CHARACTER
from extraction.engine.values import Issue, Limits, Options, ParsedDocument, Source, Table

MEDIA_TYPES: tuple[str, ...] = (
    "text/csv",
    "application/csv",
    "application/vnd.ms-excel",
    "text/plain",
    "text/tab-separated-values",
)
EXTENSIONS: tuple[str, ...] = ("csv",)
recognises = looks_like_text

DELIMITERS = (",", ";", "\t", "|")  # earlier ones win ties
SAMPLE_ROWS = 50
MAX_CELLS = 1_000  # of a row; what stands further right is dropped

TRUNCATED = "table_truncated"
"""Code of the issue of a table that is longer than the limits allow."""

csv.field_size_limit(10_000_000)  # an unbalanced quote makes one cell of the rest of the file


def parse(source: Source, options: Options) -> ParsedDocument:
    """One table. Rows may be ragged; blank rows are left out; what exceeds the limits becomes an issue."""
    limits = options.limits
    text = decode(read_bounded(source.path, MAX_BYTES_PER_CHARACTER * limits.max_characters))
    rows, complete = _rows(text, delimiter_of(text), limits)
    if not rows:
        raise EmptyDocument("The file holds no rows.")
    issues = () if complete else (_truncated(limits),)
    return ParsedDocument(media_type="text/csv", tables=(Table(rows=tuple(rows)),), issues=issues)


def delimiter_of(text: str) -> str:
    """The delimiter by which most of the first rows have the same number of cells, more than one.

    Excel's own mark (``sep=;`` in the first line) decides alone.
    """
    first = text.partition("\n")[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    return max(DELIMITERS, key=lambda delimiter: _consistency(text, delimiter))


def _consistency(text: str, delimiter: str) -> tuple[float, int]:
    """(share of rows of the most common width, that width); nothing for a width of one."""
    widths = Counter(len(row) for row, _ in zip(_read(text, delimiter), range(SAMPLE_ROWS), strict=False) if row)
    if not widths:
        return (0.0, 0)
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    return (count / widths.total(), width) if width > 1 else (0.0, 0)


def _read(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)


def _rows(text: str, delimiter: str, limits: Limits) -> tuple[list[tuple[str, ...]], bool]:
    """The rows that are not blank, and whether that is all of them."""
    rows: list[tuple[str, ...]] = []
    try:
        for row in _read(text, delimiter):
            cells = tuple(cell.strip() for cell in row[:MAX_CELLS])
            if not any(cells) or (not rows and cells[0].lower().startswith("sep=")):
                continue
            if len(rows) == limits.max_table_rows:
                return rows, False
            rows.append(cells)
    except csv.Error:  # a cell beyond the size limit
        return rows, False
    return rows, True


def _truncated(limits: Limits) -> Issue:
    return Issue(
        code=TRUNCATED,
        severity="warning",
        message=f"Only the first {limits.max_table_rows} rows of the table were read.",
        params={"rows": str(limits.max_table_rows)},
    )
