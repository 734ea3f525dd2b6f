"""Values that are known from the XML → where they stand on the pages.

Only for showing them: a value that is not found stays as it is, without a place. Texts are compared by letters and
digits, amounts and dates by value, in whatever notation the page prints them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

import msgspec

from extraction.engine.amounts import find_amounts, infer_style
from extraction.engine.dates import find_dates
from extraction.engine.layout import PageLayout, union
from extraction.engine.values import Box, Extraction, Field, FieldValue, LineItem, Page

FIRST_PAGES, LAST_PAGES = 27, 3
"""Of a longer document only these are searched: sums and accounts stand at the end."""

MAX_WORD, MAX_TEXT = 60, 400
"""Letters and digits of a text's first word, by which it is looked up, and of a whole text that is looked for."""

BEFORE, AFTER = 30, 60
"""Words around a line's description among which the texts of its other cells are looked for."""

MAX_LINES, MAX_TAX_LINES = 2_000, 20
"""Lines that are looked for."""

MAX_PLACES, MAX_TRIES = 100, 500
"""Places of a number, and of the first word of a text, that are looked at."""

RATES = frozenset({"tax_rate", "discount_rate"})

TOKEN = re.compile(r"[^\W_]+")


class Place(NamedTuple):
    page: int
    box: Box


class Span(NamedTuple):
    """Words ``start`` to ``end`` (not included) of the index, and where they stand."""

    start: int
    end: int
    place: Place


def locate(extraction: Extraction, pages: Sequence[Page]) -> Extraction:
    """The same extraction; its evidence has page and box where the value was found."""
    if not any(page.words for page in pages):
        return extraction
    searched = pages if len(pages) <= FIRST_PAGES + LAST_PAGES else (*pages[:FIRST_PAGES], *pages[-LAST_PAGES:])
    index = Index(searched)
    items, tax_lines = extraction.line_items, extraction.tax_lines
    placed_taxes = (_place_tax_line(line, index) for line in tax_lines[:MAX_TAX_LINES])
    return msgspec.structs.replace(
        extraction,
        fields=tuple(_placed(field, index.place(field.value)) for field in extraction.fields),
        line_items=(*_place_items(items[:MAX_LINES], index), *items[MAX_LINES:]),
        tax_lines=(*placed_taxes, *tax_lines[MAX_TAX_LINES:]),
    )


def _placed(field: Field, place: Place | None) -> Field:
    if place is None:
        return field
    evidence = msgspec.structs.replace(field.evidence, page=place.page, box=place.box)
    return msgspec.structs.replace(field, evidence=evidence)


def _place_items(items: Sequence[LineItem], index: Index) -> Iterator[LineItem]:
    """Each line starts at its description, below that of the line before; its other cells stand beside it."""
    start = 0
    for item in items:
        anchor = index.text(str(item.value("description") or ""), start)
        if anchor is None:
            yield item
            continue
        start = anchor.end
        yield LineItem(cells=tuple(_placed(cell, _cell_place(cell, anchor, index)) for cell in item.cells))


def _cell_place(cell: Field, anchor: Span, index: Index) -> Place | None:
    if cell.name == "description":
        return anchor.place
    if not isinstance(cell.value, Decimal):
        return index.text_beside(str(cell.value), anchor)
    page, box = anchor.place
    height = box.y1 - box.y0
    beside = _between(index.numbers(cell), page, box.y0 - height, 4 * height)
    # The line's amount stands to the right of an equal unit price.
    side = -1 if cell.name == "amount" else 1
    return min(beside, key=lambda place: (abs(place.box.y0 - box.y0) // height, side * place.box.x0), default=None)


def _between(places: Sequence[Place], page: int, top: float, height: float) -> Iterator[Place]:
    """Those on a page whose upper edge lies within ``height`` below ``top``."""
    first = bisect_left(places, (page, top), key=_upper_edge)
    for place in islice(places, first, first + MAX_PLACES):
        if place.page != page or place.box.y0 >= top + height:
            return
        yield place


def _upper_edge(place: Place) -> tuple[int, float]:
    return place.page, place.box.y0


def _place_tax_line(line: LineItem, index: Index) -> LineItem:
    """The last row in which two of the cells, or all, stand together."""
    rows: dict[tuple[int, int], dict[str, Place]] = defaultdict(dict)
    for cell in line.cells:
        for place in index.numbers(cell)[-MAX_PLACES:]:
            rows[place.page, round(place.box.y1)].setdefault(cell.name, place)
    _, row = max(rows.items(), key=lambda item: (len(item[1]), item[0]), default=(None, {}))
    if len(row) < min(2, len(line.cells)):
        return line
    return LineItem(cells=tuple(_placed(cell, row.get(cell.name)) for cell in line.cells))


def _lengths(wanted: str) -> range:
    return range(1, min(len(wanted), MAX_WORD) + 1)


def _letters(text: str) -> str:
    return "".join(TOKEN.findall(text.casefold()))


class Index:
    """Words in reading order, and the places of every amount, percentage and date, from top to bottom."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.tokens: list[str] = []
        self.places: list[Place] = []
        self.starts: dict[str, list[int]] = defaultdict(list)
        self.amounts: dict[Decimal, list[Place]] = defaultdict(list)
        self.percents: dict[Decimal, list[Place]] = defaultdict(list)
        self.dates: dict[date, list[Place]] = defaultdict(list)
        layouts = [PageLayout(page) for page in pages]
        style = infer_style(row.text for layout in layouts for row in layout.rows)
        for layout in layouts:
            for segment in layout.segments:
                for word in segment.words:
                    self._add_word(word.text, Place(layout.number, word.box))
                for amount in find_amounts(segment.text, style):
                    place = Place(layout.number, segment.span_box(amount.start, amount.end))
                    (self.percents if amount.is_percent else self.amounts)[abs(amount.value)].append(place)
                for found in find_dates(segment.text):
                    place = Place(layout.number, segment.span_box(found.start, found.end))
                    for reading in {found.dmy, found.mdy}:
                        if reading is not None:
                            self.dates[reading].append(place)
        for places in (*self.amounts.values(), *self.percents.values()):
            places.sort(key=_upper_edge)

    def _add_word(self, text: str, place: Place) -> None:
        for token in TOKEN.findall(text.casefold()):
            self.starts[token].append(len(self.tokens))
            self.tokens.append(token)
            self.places.append(place)

    def place(self, value: FieldValue) -> Place | None:
        """The last place of an amount (sums stand at the end), the first one of anything else."""
        if isinstance(value, Decimal):
            places = self.amounts.get(abs(value))
            return places[-1] if places else None
        if isinstance(value, date):
            return self.dates[value][0] if value in self.dates else None
        found = self.text(value) if isinstance(value, str) else None
        return found.place if found else None

    def numbers(self, cell: Field) -> Sequence[Place]:
        """The places of a cell's number, if it is one; of a rate those with a percent sign, if there are any."""
        if not isinstance(cell.value, Decimal):
            return ()
        percents = self.percents.get(abs(cell.value), ()) if cell.name in RATES else ()
        return percents or self.amounts.get(abs(cell.value), ())

    def text(self, value: str, start: int = 0) -> Span | None:
        """The first place of a text at or after word ``start``."""
        wanted = _letters(value)
        if len(wanted) > MAX_TEXT:
            return None
        spans = (self._first_match(wanted, self.starts.get(wanted[:length], []), start) for length in _lengths(wanted))
        return min((span for span in spans if span is not None), default=None)

    def text_beside(self, value: str, anchor: Span) -> Place | None:
        """The place of a text near the words of ``anchor``."""
        wanted = _letters(value)
        for position in range(max(0, anchor.start - BEFORE), min(len(self.tokens), anchor.end + AFTER)):
            end = self._match(wanted, position) if self.places[position].page == anchor.place.page else None
            if end is not None:
                return self._span(position, end).place
        return None

    def _first_match(self, wanted: str, positions: list[int], start: int) -> Span | None:
        first = bisect_left(positions, start)
        for position in positions[first : first + MAX_TRIES]:
            end = self._match(wanted, position)
            if end is not None:
                return self._span(position, end)
        return None

    def _match(self, wanted: str, position: int) -> int | None:
        """The end of a run of words of one page that spell ``wanted``, however both are broken into words."""
        if not wanted:
            return None
        page = self.places[position].page
        while wanted and position < len(self.tokens) and self.places[position].page == page:
            if not wanted.startswith(self.tokens[position]):
                return None
            wanted = wanted[len(self.tokens[position]) :]
            position += 1
        return None if wanted else position

    def _span(self, start: int, end: int) -> Span:
        return Span(start, end, Place(self.places[start].page, union(place.box for place in self.places[start:end])))
