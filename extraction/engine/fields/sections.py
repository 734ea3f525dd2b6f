"""What stands under a heading that says whose it is: ``Bill to``, ``Verkäufer``, ``Adresse de livraison``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from extraction.engine.candidates import begins_with_label
from extraction.engine.fields import addresses
from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Segment, overlap, union
from extraction.engine.reading import Reading
from extraction.engine.values import Box

Role = Literal["vendor", "customer", "ship_to"]
ROLES: tuple[Role, ...] = ("vendor", "customer", "ship_to")

BY = frozenset({"by", "from", "von", "durch", "par", "da", "por", "door", "przez", "af", "av"})
"""Words at the end of a heading that a name follows: ``Sold by Northwind``."""

OF_DOCUMENT = frozenset(
    {
        "invoice_number", "invoice_date", "date", "due_date", "purchase_order", "terms", "payment_method",
        "payment_reference", "iban", "bic", "bank",
    }
)  # fmt: skip
"""Labels of what is said about the document or its payment, and no more about a party."""

SECTION_ROWS = 14
"""Rows that a heading such as "Bill to" can govern."""


class Section(NamedTuple):
    """What stands under a heading such as ``Bill to``."""

    role: Role
    layout: PageLayout
    heading: Segment
    hit: Hit
    lines: tuple[Segment, ...]  # the first cell of each row
    beside: tuple[Segment, ...]  # the cells right of those that are labels


def sections_of(reading: Reading) -> Iterator[Section]:
    for layout in reading.pages:
        headings = [
            (segment, hit)
            for segment in layout.segments
            for hit in reading.section(segment, "fields")
            if hit.concept in ROLES and hit.start <= 3 and _is_heading(reading, segment, hit)
        ]
        if not headings:
            continue
        printed = union(row.box for row in layout.rows)
        for heading, hit in headings:
            others = [segment for segment, _ in headings if segment is not heading]
            rows = list(_section_rows(reading, layout, heading, others, printed))
            lines = tuple(row[0] for row in rows)
            beside = tuple(segment for row in rows if begins_with_label(reading, row[0]) for segment in row[1:])
            yield Section(hit.concept, layout, heading, hit, lines, beside)  # type: ignore[arg-type]


def names_follow(segment: Segment, hit: Hit) -> bool:
    """The heading and the name are one phrase: ``Sold by Northwind``."""
    last = segment.text[hit.start : hit.end].rpartition(" ")[2].casefold()
    return last in BY and hit.start == 0 and addresses.letters(segment.text[hit.end :]) >= 2


def _is_heading(reading: Reading, segment: Segment, hit: Hit) -> bool:
    """The label is all there is, or its value follows in the same cell behind a colon."""
    if names_follow(segment, hit):
        return True
    rest = segment.text[hit.end :].strip(" .*)(")
    if rest[:1] == ":" and rest[1:].strip() and addresses.letters(rest) < 2:
        return False  # "Customer: 4711" is a number
    if not rest:
        return hit.end - hit.start > 1  # a letter alone is the mark of a series, a column, a tax
    if rest[0] == ":":
        return True
    if rest[0] in "/&" or addresses.letters(rest) <= 2:
        return True
    other = [other for other in reading.section(segment, "fields") if other.start >= hit.end]
    return bool(other) and other[0].concept in (*ROLES, "address") and len(rest) < 30


def _is_level(one: Segment, other: Segment) -> bool:
    """In one row, or in rows of two columns whose lines do not quite stand at the same heights."""
    return one.row == other.row or overlap(one.box.y0, one.box.y1, other.box.y0, other.box.y1) > 0


def _is_bar(layout: PageLayout, heading: Segment, printed: Box) -> bool:
    """Alone in its row and in the middle of all that is ``printed``, as heads of the boxes of a form are."""
    below = layout.rows[heading.row + 1 : heading.row + 3]
    if len(layout.rows[heading.row].segments) > 1 or not below:
        return False
    off = abs(heading.box.x0 + heading.box.x1 - printed.x0 - printed.x1) / 2
    if off > 0.08 * (printed.x1 - printed.x0) or below[0].box.x0 > heading.box.x0 - 3 * layout.line_height:
        return False
    # A heading of the right of two columns has its lines at its own left edge.
    return all(abs(line.box.x0 - heading.box.x0) > layout.line_height for row in below for line in row.segments)


def _section_rows(
    reading: Reading, layout: PageLayout, heading: Segment, others: list[Segment], printed: Box
) -> Iterator[list[Segment]]:
    """Cells below the heading in its column, up to the next heading, a wide gap or a table.

    Once a town is named the address is complete: then what is about the document ends it, and a blank line, unless a
    label (of a tax number, a phone) follows.
    """
    left, bottom = heading.box.x0, heading.box.y1
    if _is_bar(layout, heading, printed):
        left = min(segment.box.x0 for segment in layout.rows[heading.row + 1].segments)
    right = min(
        (other.box.x0 for other in others if _is_level(other, heading) and other.box.x0 > left),
        default=layout.width * 2,
    )
    tolerance = 2.5 * layout.line_height if layout.unit != "char" else 3
    addressed = False
    for row in layout.rows[heading.row + 1 : heading.row + 1 + SECTION_ROWS]:
        inside = [segment for segment in row.segments if left - tolerance <= segment.box.x0 < right - 0.5 * tolerance]
        if not inside or inside[0].box.x0 >= left + 12 * layout.line_height:
            continue
        if any(id(segment) in {id(other) for other in others} for segment in inside):
            return
        gap = row.box.y0 - bottom
        if gap > 3.2 * layout.line_height or (addressed and _is_of_document(reading, inside[0])):
            return
        if addressed and gap > 0.9 * layout.line_height and not begins_with_label(reading, inside[0]):
            return
        if (
            len(reading.section(inside[0], "columns"))
            and sum(bool(reading.section(s, "columns")) for s in row.segments) >= 3
        ):
            return
        yield inside
        bottom = row.box.y1
        addressed = addressed or addresses.is_postal(inside[0].text)


def _is_of_document(reading: Reading, segment: Segment) -> bool:
    """Begins with a title, the number or day of the document, or the name of a sum."""
    begins = (hit for hit in reading.hits(segment) if hit.start <= 1)
    return any(hit.section in ("titles", "amounts") or hit.concept in OF_DOCUMENT for hit in begins)
