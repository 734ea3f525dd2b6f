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
from typing import NamedTuple

import msgspec

from extraction.engine.amounts import find_amounts, infer_style
from extraction.engine.dates import find_dates
from extraction.engine.layout import PageLayout, union
from extraction.engine.values import Box, Extraction, Field, FieldValue, LineItem, Page

MAX_PAGES = 30
"""Beyond so many pages only the first ones are searched."""

MAX_WORD, MAX_TEXT = 60, 400
"""Letters and digits of a text's first word, by which it is looked up, and of a whole text that is looked for."""

TOKEN = re.compile(r"[^\W_]+")


class Place(NamedTuple):
    page: int
    box: Box


def locate(extraction: Extraction, pages: Sequence[Page]) -> Extraction:
    """The same extraction; its evidence has page and box where the value was found."""
    if not any(page.words for page in pages):
        return extraction
    index = Index(pages[:MAX_PAGES])
    return msgspec.structs.replace(
        extraction,
        fields=tuple(_placed(field, index.place(field.value)) for field in extraction.fields),
        line_items=tuple(_place_items(extraction.line_items, index)),
    )


def _placed(field: Field, place: Place | None) -> Field:
    if place is None:
        return field
    evidence = msgspec.structs.replace(field.evidence, page=place.page, box=place.box)
    return msgspec.structs.replace(field, evidence=evidence)


def _place_items(items: Sequence[LineItem], index: Index) -> Iterator[LineItem]:
    """Each line starts at its description, below that of the line before; its numbers stand beside it."""
    start = 0
    for item in items:
        found = index.text(str(item.value("description") or ""), start)
        if found is None:
            yield item
            continue
        anchor, start = found
        yield LineItem(cells=tuple(_placed(cell, _cell_place(cell, anchor, index)) for cell in item.cells))


def _cell_place(cell: Field, anchor: Place, index: Index) -> Place | None:
    if cell.name == "description":
        return anchor
    if not isinstance(cell.value, Decimal):
        return None
    height = anchor.box.y1 - anchor.box.y0
    beside = [
        place
        for place in index.amounts[cell.value]
        if place.page == anchor.page and -height < place.box.y0 - anchor.box.y0 < 3 * height
    ]
    # The line's amount stands to the right of an equal unit price.
    side = -1 if cell.name == "amount" else 1
    return min(
        beside, key=lambda place: (abs(place.box.y0 - anchor.box.y0) // height, side * place.box.x0), default=None
    )


def _lengths(wanted: str) -> range:
    return range(1, min(len(wanted), MAX_WORD) + 1)


class Index:
    """Words in reading order, and the places of every amount and date."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.tokens: list[str] = []
        self.places: list[Place] = []
        self.starts: dict[str, list[int]] = defaultdict(list)
        self.amounts: dict[Decimal, list[Place]] = defaultdict(list)
        self.dates: dict[date, list[Place]] = defaultdict(list)
        layouts = [PageLayout(page) for page in pages]
        style = infer_style(row.text for layout in layouts for row in layout.rows)
        for layout in layouts:
            for segment in layout.segments:
                for word in segment.words:
                    self._add_word(word.text, Place(layout.number, word.box))
                for amount in find_amounts(segment.text, style):
                    box = segment.span_box(amount.start, amount.end)
                    self.amounts[amount.value].append(Place(layout.number, box))
                for found in find_dates(segment.text):
                    place = Place(layout.number, segment.span_box(found.start, found.end))
                    for reading in {found.dmy, found.mdy}:
                        if reading is not None:
                            self.dates[reading].append(place)

    def _add_word(self, text: str, place: Place) -> None:
        for token in TOKEN.findall(text.casefold()):
            self.starts[token].append(len(self.tokens))
            self.tokens.append(token)
            self.places.append(place)

    def place(self, value: FieldValue) -> Place | None:
        """The last place of an amount (sums stand at the end), the first one of anything else."""
        if isinstance(value, Decimal):
            return self.amounts[value][-1] if value in self.amounts else None
        if isinstance(value, date):
            return self.dates[value][0] if value in self.dates else None
        found = self.text(value) if isinstance(value, str) else None
        return found[0] if found else None

    def text(self, value: str, start: int = 0) -> tuple[Place, int] | None:
        """The first place of a text at or after word ``start``, and the word after it."""
        wanted = "".join(TOKEN.findall(value.casefold()))
        if len(wanted) > MAX_TEXT:
            return None
        spans = (self._first_match(wanted, self.starts.get(wanted[:length], []), start) for length in _lengths(wanted))
        found = min((span for span in spans if span is not None), default=None)
        return (self._span(*found), found[1]) if found else None

    def _first_match(self, wanted: str, positions: list[int], start: int) -> tuple[int, int] | None:
        for position in positions[bisect_left(positions, start) :]:
            end = self._match(wanted, position)
            if end is not None:
                return position, end
        return None

    def _match(self, wanted: str, position: int) -> int | None:
        """The end of a run of words of one page that spell ``wanted``, however both are broken into words."""
        page = self.places[position].page
        while wanted and position < len(self.tokens) and self.places[position].page == page:
            if not wanted.startswith(self.tokens[position]):
                return None
            wanted = wanted[len(self.tokens[position]) :]
            position += 1
        return None if wanted else position

    def _span(self, start: int, end: int) -> Place:
        return Place(self.places[start].page, union(place.box for place in self.places[start:end]))
