"""Is what a person entered where they say on the document? A page has a number and a size."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from documents.models import Document
from extraction import preview
from extraction.bridge.entries import Edges, Placed

TOLERANCE = 1.0
"""By so much, in the unit of its page, a box may reach over the edge: clients round."""


def problems(document: Document, placed: Iterable[Placed]) -> dict[str, list[str]]:
    """What is wrong with each place, by its path. Where the pages are not known any more, nothing is."""
    sheets = preview.known_sheets(document) if (asked := list(placed)) else None
    if sheets is None:
        return {}
    pages = {sheet["number"]: _Page(document, sheet) for sheet in sheets}
    return {place.path: [problem] for place in asked if (problem := _problem(place, pages))}


class _Page:
    def __init__(self, document: Document, sheet: dict[str, Any]) -> None:
        self._document, self._sheet = document, sheet
        self._edges: Edges = (0, 0, sheet["width"], sheet["height"])

    def __str__(self) -> str:
        return "page {number}, which is {width:g} by {height:g} {unit}".format_map(self._sheet)

    def has(self, box: Edges) -> bool:
        return _is_within(box, self._edges) or _is_within(box, self._read)

    @cached_property
    def _read(self) -> Edges:
        """Words, too, may reach over the edge, and a crooked page's do once it is made level."""
        words = (tuple(edges) for _, *edges in preview.page_words(self._document, self._sheet["number"]))
        left, top, right, bottom = zip(self._edges, *words, strict=True)
        return min(left), min(top), max(right), max(bottom)


def _problem(place: Placed, pages: dict[int, _Page]) -> str | None:
    if place.page is None:
        return "A box needs the page that it is on."
    if place.page not in pages:
        return f"There is no page {place.page}; the document has {len(pages) or 'none'}."
    if place.box is not None and not pages[place.page].has(place.box):
        return f"The box is not on {pages[place.page]}."
    return None


def _is_within(box: Edges, edges: Edges) -> bool:
    left, top, right, bottom = edges
    return (
        left - TOLERANCE <= box[0]
        and top - TOLERANCE <= box[1]
        and box[2] <= right + TOLERANCE
        and box[3] <= bottom + TOLERANCE
    )
