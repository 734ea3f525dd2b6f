"""Whose number, e-mail or phone it is: the seller's or the buyer's, by where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from extraction.engine.fields.parties import Parties
from extraction.engine.fields.sections import OF_DOCUMENT
from extraction.engine.layout import Segment, overlap
from extraction.engine.reading import Place

Side = Literal["vendor", "customer"]

UNDER_ROWS = 10
"""Rows below a name in which a number is taken to be its owner's."""

BESIDE = 15.0
"""Line heights between a name and a number in its row that is its owner's."""

COLUMN = 2.0
"""Line heights by which the left edges of a name and of what belongs to it may differ."""


class Owners:
    """Seller and buyer of one document and where their names stand. ``parties`` is ``None`` where there is no buyer.

    ``issuer`` is who wrote the document: letterhead and footer are his.
    """

    def __init__(
        self, parties: Parties | None, names: Sequence[tuple[Side, Place]], *, issuer: Side = "vendor"
    ) -> None:
        self.parties = parties
        self.names = names
        self.issuer = issuer

    def name_of(self, side: Side) -> str:
        return next((place.text for owner, place in self.names if owner == side), "")

    def side_of(self, place: Place) -> Side | None:
        """Whose heading, or else whose name, it stands under; ``None`` where that shows nothing."""
        if self.parties is None:
            return "vendor"
        role = self.parties.role_of(place.segment)
        if role is not None:
            return role if role != "ship_to" else None
        under = ((side, name) for side, name in self.names if self._under(place, name))
        above = [(place.segment.row - name.segment.row, side) for side, name in under]
        if above:
            return min(above)[1]
        return next((side for side, name in self.names if _beside(place, name)), None)

    def is_customers(self, place: Place) -> bool:
        """Under the buyer's or the consignee's heading or name."""
        if self.parties is None:
            return False
        role = self.parties.role_of(place.segment)
        return role in ("customer", "ship_to") if role is not None else self.side_of(place) == "customer"

    def _under(self, place: Place, name: Place) -> bool:
        """On the name's line or not far below it, in its column, with nothing of another kind between them."""
        first, last = name.segment.row, place.segment.row
        if place.page != name.page or not 0 <= last - first <= UNDER_ROWS or not _in_column(place.segment, name):
            return False
        between = (segment for row in place.layout.rows[first + 1 : last] for segment in row.segments)
        return not any(_in_column(segment, name) and self._ends(segment) for segment in between)

    def _ends(self, segment: Segment) -> bool:
        """A title, a number or day of the document, a sum: what stands below is no longer about the name above."""
        assert self.parties is not None
        reading = self.parties.reading
        begins = [hit for hit in reading.hits(segment) if hit.start <= 1]
        named = any(hit.section in ("titles", "columns", "amounts") or hit.concept in OF_DOCUMENT for hit in begins)
        return named or any(amount.is_money for amount in reading.amounts(segment))


def _in_column(segment: Segment, name: Place) -> bool:
    """With the same left edge or centre as the name."""
    box, head = segment.box, name.segment.box
    near = COLUMN * name.layout.line_height
    centred = abs(box.x0 + box.x1 - head.x0 - head.x1) / 2 <= near and overlap(box.x0, box.x1, head.x0, head.x1) > 0
    return abs(box.x0 - head.x0) <= near or centred


def _beside(place: Place, name: Place) -> bool:
    """In the name's row, near it: ``CUIT: 20-12345678-6   Name: Almacén Don Pepe``."""
    if place.page != name.page or place.segment.row != name.segment.row:
        return False
    box, head = place.segment.box, name.segment.box
    return -overlap(box.x0, box.x1, head.x0, head.x1) <= BESIDE * place.layout.line_height
