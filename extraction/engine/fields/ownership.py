"""Whose number, e-mail or phone it is: the seller's or the buyer's, by where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from extraction.engine.fields.parties import Parties
from extraction.engine.layout import overlap
from extraction.engine.reading import Place

Side = Literal["vendor", "customer"]

UNDER_ROWS = 10
"""Rows below a name in which a number is taken to be its owner's."""

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
        above = [(place.segment.row - name.segment.row, side) for side, name in self.names if _under(place, name)]
        return min(above)[1] if above else None

    def is_customers(self, place: Place) -> bool:
        """Under the buyer's or the consignee's heading or name."""
        if self.parties is None:
            return False
        role = self.parties.role_of(place.segment)
        return role in ("customer", "ship_to") if role is not None else self.side_of(place) == "customer"


def _under(place: Place, name: Place) -> bool:
    """On the name's line or not far below it, in its column."""
    box, head = place.segment.box, name.segment.box
    if place.page != name.page or not 0 <= place.segment.row - name.segment.row <= UNDER_ROWS:
        return False
    near = COLUMN * place.layout.line_height
    centred = abs(box.x0 + box.x1 - head.x0 - head.x1) / 2 <= near and overlap(box.x0, box.x1, head.x0, head.x1) > 0
    return abs(box.x0 - head.x0) <= near or centred
