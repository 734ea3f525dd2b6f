"""The seller's name in the letterhead, the footer or the sender's line over the address window."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from extraction.engine.candidates import Candidate
from extraction.engine.fields import addresses
from extraction.engine.fields.names import REACHED_BY, cleaned, is_called, is_known_words, is_label, is_name, is_title
from extraction.engine.layout import Block, PageLayout, Segment, overlap
from extraction.engine.reading import Place, Reading

_LISTED = re.compile(r"\s[-–—·•|/]\s|,\s")
"""Between the trades of a line such as ``Roofs - Gutters - Chimneys``."""

FOOT = 0.8
"""Share of the page above its foot."""


def senders(layout: PageLayout) -> Iterator[tuple[Segment, list[str]]]:
    """Lines ``Name · Street · Town``; the parts may stand in several cells with marks between them."""
    for row in layout.rows:
        run: list[Segment] = []
        for segment in row.segments:
            if run and segment.box.x0 - run[-1].box.x1 > 4 * layout.line_height:
                run = []
            run.append(segment)
            parts = addresses.sender_line(" | ".join([part.text for part in run]))
            if parts:
                line = segment if len(run) == 1 else Segment([word for part in run for word in part.words], row.index)
                if not _is_only_address(layout, line, parts):
                    yield line, parts
                break


def _is_only_address(layout: PageLayout, line: Segment, parts: list[str]) -> bool:
    """``The Forge, Main Street, York YO61 1JU`` below a name: the first part is a house."""
    if line.row == 0 or addresses.has_legal_form(parts[0]):
        return False
    above = next(
        (s for s in layout.rows[line.row - 1].segments if overlap(s.box.x0, s.box.x1, line.box.x0, line.box.x1) > 0),
        None,
    )
    if above is None or line.box.y0 - above.box.y1 > 0.8 * layout.line_height:
        return False
    text = above.text
    named = addresses.has_legal_form(text) or addresses.is_business(text) or above.row == 0
    return named and addresses.letters(text) >= 3 and not addresses.is_postal(text)


def sender(layout: PageLayout, segment: Segment, parts: list[str]) -> Candidate:
    name = parts[0]
    start = segment.text.find(name)
    place = Place(layout, segment, start, start + len(name))
    top = 0.8 if layout.number == 1 and segment.box.y0 < 0.4 * layout.page_height else 0.0
    small = 0.4 if segment.height < 0.95 * layout.line_height else 0.0
    legal = 0.6 if addresses.has_legal_form(name) else 0.0
    return Candidate(name, name, 2.3 + top + small + legal, "sender_line", place)


def letterhead(
    reading: Reading, text: str, domains: Collection[str], layout: PageLayout, segment: Segment
) -> Candidate | None:
    """A line of the letterhead or footer that can be the seller's name, with what speaks for it."""
    if layout.number > 1 or len(segment.text) > 120 or is_label(reading, segment) or reading.dates(segment):
        return None
    if is_known_words(reading, segment) or any(amount.is_money for amount in reading.amounts(segment)):
        return None
    place = cleaned(_without_title(reading, layout, segment), addressed=False)
    if place is None or is_title(reading, segment) or not is_name(reading, place.text):
        return None
    name = place.text
    height = segment.box.y0 / max(1.0, layout.page_height)
    score = -0.4
    score += 1.6 if addresses.has_legal_form(name) else 0.6 if addresses.names_business(name) else 0.0
    score += 1.0 if height < 0.2 else 0.4 if height > 0.8 else 0.0
    score += 0.6 if segment.row <= 1 else 0.0
    score += 0.8 if segment.height > 1.3 * layout.line_height else 0.0
    score += 1.4 if _in_domain(name, domains) else 0.0
    block = layout.block_of.get(id(segment))
    score += _block_evidence(reading, block, segment)
    score += 0.8 if block is not None and _is_repeated_at_foot(layout, block) else 0.0
    score += 0.4 if text.count(name.casefold()) > 1 and len(name) > 4 else 0.0
    score -= 0.6 if len(name.split()) > 6 else 0.0
    score -= 1.0 if len(_LISTED.findall(name)) >= 2 and not addresses.has_legal_form(name) else 0.0
    return Candidate(name, name, score, "letterhead", place)


def _without_title(reading: Reading, layout: PageLayout, segment: Segment) -> Place:
    """``Acme Tools Invoice`` → the part before the title; ``Acme Ltd., Cork, Ireland`` → the part with the form."""
    first, *others = segment.text.split(", ")
    if others and addresses.has_legal_form(first):
        form = len(others[0]) + 2 if addresses.is_legal_form(others[0]) else 0  # Kapre Unipessoal, Lda
        return Place(layout, segment, 0, len(first) + form)
    for hit in reading.section(segment, "titles"):
        if hit.concept in ("invoice", "receipt", "credit_note") and hit.end >= len(segment.text) - 1 and hit.start > 3:
            return Place(layout, segment, 0, hit.start)
    return Place(layout, segment, 0, len(segment.text))


def _in_domain(name: str, domains: Collection[str]) -> bool:
    return any(is_called(domain.split(".")[-2] if "." in domain else domain, name) for domain in domains)


def _is_repeated_at_foot(layout: PageLayout, block: Block) -> bool:
    """The street stands again at the foot of the page, as in ``Registered office: 6 Old Dairy, Stroud``."""
    if block.box.y1 > FOOT * layout.page_height:
        return False
    streets = [line.text.strip(" ,.") for line in block.segments if addresses.is_street(line.text)]
    if not streets:
        return False
    foot = [line.text for line in layout.segments if line.box.y0 > FOOT * layout.page_height]
    return any(street in text for street in streets for text in foot)


def _block_evidence(reading: Reading, block: Block | None, segment: Segment) -> float:
    """An address and phone, tax or bank numbers below the name speak for the letterhead."""
    if block is None:
        return 0.0
    lines = [line for line in block.segments if 0 < line.row - segment.row <= 9]
    score = 0.0
    if any(addresses.is_postal(line.text) for line in lines):
        score += 0.7
    concepts = {hit.concept for line in lines for hit in reading.section(line, "fields")}
    if concepts & {"vat_id", "registration", "tax_number", "iban", "bank"}:
        score += 0.8
    if concepts & REACHED_BY or any(addresses.is_contact(line.text) for line in lines):
        score += 0.6
    if lines and block.segments[0] is segment:
        score += 0.3
    return score
