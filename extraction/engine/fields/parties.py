"""Who sells and who buys: names and addresses.

A name is found under its label (``Bill to``, ``Verkäufer``), at the head of an address block, in the sender's line over
the address window, in the letterhead or the footer. Seller and buyer are chosen together, so that one name is not both.
An order is written by the buyer: letterhead and sender's line are his, and the seller stands in the address window.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Literal

import msgspec

from extraction.engine.candidates import Candidate, begins_with_label, labelled
from extraction.engine.fields import addresses
from extraction.engine.fields.address_blocks import address_at, address_of, address_window, town_line
from extraction.engine.fields.letterhead import FOOT, letterhead, sender, senders
from extraction.engine.fields.names import (
    SALUTATION,
    cleaned,
    fold_name,
    is_known_words,
    is_label,
    is_name,
    is_numbered_name,
    is_title,
    same_name,
)
from extraction.engine.fields.sections import Role, Section, names_follow, sections_of
from extraction.engine.layout import PageLayout, Segment, overlap
from extraction.engine.ranking import Weighed, decide, tell_pairs, weigh
from extraction.engine.reading import Place, Reading

Writer = Literal["vendor", "customer"]

PAIR = ("vendor_name", "customer_name")
EXPECTED = 0.4
"""In favour of naming at all to whom it is written: invoices have a buyer, orders a seller."""
ABOVE = 0.8
"""In favour of the writer whose name stands above that of the other."""
SIGNED = 1.2
"""In favour of the writer who stands with his numbers in the footer, below the address of the other."""
NUMBERS = frozenset({"vat_id", "tax_number", "registration"})
SHORT = 4
"""Letters of a heading that can also be an ordinary word."""


class Party(msgspec.Struct, frozen=True):
    """A name with its address; ``lines`` are the segments below the name that belong to it."""

    name: Candidate
    address: Candidate | None


class Parties:
    """Seller and buyer of one document; ``writer`` is which of them wrote it."""

    def __init__(
        self, reading: Reading, item_rows: Collection[tuple[int, int]] = (), *, writer: Writer = "vendor"
    ) -> None:
        self.reading = reading
        self.item_rows = item_rows
        self.writer = writer
        self.sections = [_as_written_by(writer, section) for section in sections_of(reading)]
        self.roles: dict[int, Role] = {}
        for section in self.sections:
            self.roles.update((id(line), section.role) for line in (section.heading, *section.lines))
        for section in self.sections:  # what stands to the right may belong to another heading
            for line in section.beside:
                self.roles.setdefault(id(line), section.role)
        self._senders: dict[int, list[tuple[Segment, list[str]]]] = {}

    @cached_property
    def domains(self) -> list[str]:
        return [domain for _, segment in self.reading.segments() for domain in addresses.domains(segment.text[:200])]

    @cached_property
    def text(self) -> str:
        return "\n".join(segment.text for _, segment in self.reading.segments()).casefold()

    def senders_on(self, layout: PageLayout) -> list[tuple[Segment, list[str]]]:
        if layout.number not in self._senders:
            self._senders[layout.number] = list(senders(layout))
        return self._senders[layout.number]

    def role_of(self, segment: Segment) -> Role | None:
        """Under whose heading a segment stands."""
        return self.roles.get(id(segment))


def _as_written_by(writer: Writer, section: Section) -> Section:
    """``To`` and ``From`` say who is written to and who writes, not who buys."""
    heading = section.heading.text[section.hit.start : section.hit.end]
    if writer == "vendor" or section.role == "ship_to" or not (len(heading) <= SHORT or SALUTATION.match(heading)):
        return section
    return section._replace(role="vendor" if section.role == "customer" else "customer")


def read_parties(reading: Reading, parties: Parties) -> tuple[tuple[Party, float] | None, tuple[Party, float] | None]:
    """Seller and buyer, each with its lead; the pair with the most evidence whose names differ."""
    found = {
        "vendor": list(vendor_candidates(reading, parties)),
        "customer": list(customer_candidates(reading, parties)),
    }
    writer, addressed = ("vendor", "customer") if parties.writer == "vendor" else ("customer", "vendor")
    named = [item.value for item in found[addressed] if item.rule == f"label:{addressed}"]
    found[writer] = list(_unless_addressed(found[writer], named))
    vendors, customers = (
        weigh(f"{role}_name", reading, _grouped(iter(found[role]))) for role in ("vendor", "customer")
    )
    pairs: list[tuple[float, Weighed | None, Weighed | None]] = [(0.0, None, None)]
    for vendor in [*vendors[:6], None]:
        for customer in [*customers[:6], None]:
            if vendor and customer and same_name(vendor.candidate.value, customer.candidate.value):
                continue
            score = sum(item.candidate.score for item in (vendor, customer) if item)
            by, to = (vendor, customer) if parties.writer == "vendor" else (customer, vendor)
            score += EXPECTED if to else 0.0
            if by and to and _is_above(by.candidate.place, to.candidate.place):
                score += ABOVE
            if by and to and _signs_at_foot(reading, by.candidate, to.candidate):
                score += SIGNED
            pairs.append((score, vendor, customer))
    tell_pairs(PAIR, pairs)
    _, vendor, customer = max(pairs, key=lambda pair: pair[0])
    return (
        _decided(parties, "vendor", vendor, vendors, customer) if vendor else None,
        _decided(parties, "customer", customer, customers, vendor) if customer else None,
    )


def _decided(
    parties: Parties, role: Role, chosen: Weighed, ranked: list[Weighed], other: Weighed | None
) -> tuple[Party, float]:
    """The party with its lead over the best other name; the ``other`` party's address is not its own."""
    candidate = chosen.candidate
    others = [item.candidate.score for item in ranked if not same_name(item.candidate.value, candidate.value)]
    lead = candidate.score - max(others, default=0.0)
    name, lead = decide(f"{role}_name", parties.reading, chosen, ranked, lead)
    return _party(parties, name, role, other.candidate.place.segment if other else None), lead


def _unless_addressed(writers: Iterable[Candidate], addressed: Collection[str]) -> Iterator[Candidate]:
    """A name that stands under the other party's label hardly is the writer's, unless it is labelled so, too."""
    for writer in writers:
        other = not writer.rule.startswith("label:") and any(same_name(writer.value, name) for name in addressed)
        yield writer.plus(-2.0) if other else writer


def _is_above(writer: Place, addressed: Place) -> bool:
    return writer.page == addressed.page and writer.segment.row < addressed.segment.row


def _signs_at_foot(reading: Reading, writer: Candidate, addressed: Candidate) -> bool:
    """Whose tax or register numbers stand by a name in the footer wrote the letter, not who is addressed above."""
    place: Place = writer.place
    if addressed.rule != "address_block" or place.segment.box.y0 < FOOT * place.layout.page_height:
        return False
    block = place.layout.block_of.get(id(place.segment))
    row = place.layout.rows[place.segment.row].segments if place.segment.row < len(place.layout.rows) else ()
    near = [*row, *(block.segments if block is not None else ())]
    return any(hit.concept in NUMBERS for segment in near for hit in reading.section(segment, "fields"))


def _grouped(found: Iterator[Candidate]) -> list[tuple[Candidate, list[Candidate]]]:
    """Candidates of one name support each other, and the fuller spelling with a legal form is kept."""
    groups: list[list[Candidate]] = []
    for candidate in sorted(found, key=lambda item: -item.score):
        group = next((group for group in groups if same_name(group[0].value, candidate.value)), None)
        if group is None:
            groups.append([candidate])
        else:
            group.append(candidate)
    names = []
    for group in groups:
        support = min(0.8, sum(0.3 for item in group[1:] if item.score > 0.5))
        top = group[0]
        fuller = next(
            (
                item
                for item in group[1:]
                if item.score > 0.8
                and addresses.has_legal_form(item.value)
                and not addresses.has_legal_form(top.value)
                and fold_name(item.value).startswith(fold_name(top.value))
                and not top.rule.startswith("label:")
            ),
            top,
        )
        names.append((msgspec.structs.replace(fuller, score=top.score + support), [fuller, *group]))
    return names


def vendor_candidates(reading: Reading, parties: Parties) -> Iterator[Candidate]:
    yield from _in_sections(reading, parties, "vendor")
    yield from _behind_label(reading, "vendor_name", 1.6)
    yield from (_writing if parties.writer == "vendor" else _addressed)(reading, parties)


def _writing(reading: Reading, parties: Parties) -> Iterator[Candidate]:
    """Names in the sender's line, the letterhead and the footer."""
    for layout in reading.pages:
        for segment, parts in parties.senders_on(layout):
            if not is_label(reading, segment):
                yield sender(layout, segment, parts)
        for segment in layout.segments:
            if parties.role_of(segment) is None and (layout.number, segment.row) not in parties.item_rows:
                candidate = letterhead(reading, parties.text, parties.domains, layout, segment)
                if candidate:
                    yield candidate


def customer_candidates(reading: Reading, parties: Parties) -> Iterator[Candidate]:
    yield from _in_sections(reading, parties, "customer")
    for candidate in _in_sections(reading, parties, "ship_to"):
        yield candidate.plus(-3.2)
    yield from _named(reading, parties)
    yield from (_addressed if parties.writer == "vendor" else _writing)(reading, parties)


def _addressed(reading: Reading, parties: Parties) -> Iterator[Candidate]:
    """Names in the address window."""
    if reading.pages:
        first = reading.pages[0]
        above = [line for line, _ in parties.senders_on(first)]
        others = {line for line, role in parties.roles.items() if role in (parties.writer, "ship_to")}
        for candidate in address_window(reading, others, first, above):
            if (first.number, candidate.place.segment.row) not in parties.item_rows:
                yield candidate


def _named(reading: Reading, parties: Parties) -> Iterator[Candidate]:
    """``Name: ...`` outside any section: whose name is asked for on a form is the buyer's; so is ``Account: ...``."""
    for found in labelled(reading, ("name", "customer_number")):
        if parties.role_of(found.place.segment) is not None or found.relation == "below":
            continue
        name = cleaned(found.place)
        if name is None or not is_name(reading, name.text):
            continue
        text = found.place.segment.text
        announced = found.relation == "same" and text[found.hit.end : found.hit.end + 2].lstrip().startswith(":")
        if found.hit.concept == "name" or (announced and not any(map(str.isdigit, name.text))):
            yield Candidate(name.text, name.text, 1.2 + found.score, "label:name", name)


def _in_sections(reading: Reading, parties: Parties, role: Role) -> Iterator[Candidate]:
    for section in parties.sections:
        if section.role != role:
            continue
        score = 4.5 if section.layout.number <= 2 else 2.5
        if section.hit.end - section.hit.start <= SHORT and section.heading.box.y0 > 0.55 * section.layout.page_height:
            score -= 2.0  # "to:" in the lower half is hardly the buyer's heading
        strip = role == "vendor" and _is_strip(reading, section)
        for place, penalty in _names_of(reading, section):
            name = cleaned(place, addressed=role != "vendor")
            if name is not None:
                penalty += 2.5 * (strip and not addresses.has_legal_form(name.text))
                yield Candidate(name.text, name.text, score - penalty, f"label:{role}", name)


def _is_strip(reading: Reading, section: Section) -> bool:
    """A row of labels with a row of values below: "seller" is one who works there."""
    row = section.layout.rows[section.heading.row].segments
    labels = sum(begins_with_label(reading, segment) for segment in row)
    return labels >= 3 or (labels == 2 and len(section.lines) == 1)


def _names_of(reading: Reading, section: Section) -> Iterator[tuple[Place, float]]:
    """Where the section's name can stand: after the colon, else behind ``Name:``, to the right, below."""
    layout, heading, hit = section.layout, section.heading, section.hit
    rest = heading.text[hit.end :]
    behind = 0 if names_follow(heading, hit) else rest.find(":")
    if behind >= 0 and addresses.letters(rest[behind + 1 :]) >= 2:
        start = hit.end + behind + 1
        while start < len(heading.text) and heading.text[start] == " ":
            start += 1
        yield Place(layout, heading, start, len(heading.text)), 0.0
        return
    named = _behind_name_label(reading, section)
    if named is not None:
        yield named, 0.0
        return
    row = layout.rows[heading.row]
    right = next((s for s in row.segments if s.box.x0 > heading.box.x0), None)
    below = [line for line in section.lines if overlap(line.box.x0, line.box.x1, heading.box.x0, heading.box.x1) > 0]
    near = right is not None and right.box.x0 - heading.box.x1 < 8 * layout.line_height
    colon = ":" in heading.text[hit.end :]
    beside = right is not None and (colon or near or not below) and not is_label(reading, right)
    if right is not None and below and _begins_own_block(reading, layout, right, below[0]):
        beside = False
    if right is not None and beside and is_name(reading, right.text) and not is_title(reading, right):
        yield Place(layout, right, 0, len(right.text)), 0.4 - 0.4 * addresses.has_legal_form(right.text)
        if colon:
            return
    for index, line in enumerate(section.lines[:6]):
        if is_label(reading, line) or is_known_words(reading, line):
            continue
        if is_name(reading, line.text) or (index == 0 and is_numbered_name(section.lines)):
            yield Place(layout, line, 0, len(line.text)), 0.2
            return
        if addresses.is_postal(line.text):
            return


def _begins_own_block(reading: Reading, layout: PageLayout, right: Segment, below: Segment) -> bool:
    """Another address begins to the right of the heading, while a name stands right below it."""
    block = layout.block_of.get(id(right))
    named = is_name(reading, below.text) and not is_label(reading, below)
    return named and block is not None and block.segments[0] is right and town_line(block.segments[1:]) is not None


def _behind_name_label(reading: Reading, section: Section) -> Place | None:
    """``Name: ...`` or ``Name`` with a cell to its right, in a section."""
    for line in section.lines:
        label = next((hit for hit in reading.section(line, "fields") if hit.concept == "name" and hit.start == 0), None)
        if label is None:
            continue
        if len(line.text) > label.end + 3:
            return Place(section.layout, line, label.end, len(line.text))
        right = next((s for s in section.layout.rows[line.row].segments if s.box.x0 > line.box.x0), None)
        if right is not None and not is_label(reading, right):
            return Place(section.layout, right, 0, len(right.text))
        below = next((s for s in section.layout.below(line.box, line.row, rows=1) if is_name(reading, s.text)), None)
        if below is not None:
            return Place(section.layout, below, 0, len(below.text))
    return None


def _behind_label(reading: Reading, concept: str, score: float) -> Iterator[Candidate]:
    for layout, segment in reading.segments_with("fields"):
        for hit in reading.section(segment, "fields"):
            if hit.concept != concept or hit.start > 3:
                continue
            rest = Place(layout, segment, hit.end, len(segment.text))
            if addresses.letters(rest.text) < 3:
                row = layout.rows[segment.row]
                right = next((s for s in row.segments if s.box.x0 > segment.box.x0), None)
                if right is None:
                    continue
                rest = Place(layout, right, 0, len(right.text))
            name = cleaned(rest)
            if name is not None and is_name(reading, name.text):
                yield Candidate(name.text, name.text, score, f"label:{concept}", name)


def _party(parties: Parties, name: Candidate, role: Role, other: Segment | None) -> Party:
    """The address stands by the name; a writer whose name stands alone has it where the name is printed again."""
    address = address_of(parties.sections, name, other)
    if address is None and role == parties.writer:
        addresses_again = (address_of(parties.sections, again, other) for again in _printed_again(parties, name))
        address = next((found for found in addresses_again if found is not None), None) or _labelled_address(parties)
    return Party(name, address)


def _labelled_address(parties: Parties) -> Candidate | None:
    """``Adress`` over street and town in the footer: the one who writes says where he is."""
    for found in labelled(parties.reading, ("address",)):
        role = parties.role_of(found.place.segment)
        if role not in (None, parties.writer) or _is_banks(parties.reading, found.place):
            continue
        address = address_at(found.place)
        if address is not None:
            return address
    return None


def _is_banks(reading: Reading, place: Place) -> bool:
    block = place.layout.block_of.get(id(place.segment))
    lines = block.segments if block is not None else (place.segment,)
    return any(hit.concept == "bank" for line in lines for hit in reading.section(line, "fields"))


def _printed_again(parties: Parties, name: Candidate) -> Iterator[Candidate]:
    """The same name in the sender's line and in lines of its own, such as the footer's."""
    for layout in parties.reading.pages:
        for line, parts in parties.senders_on(layout):
            if same_name(parts[0], name.value):
                yield sender(layout, line, parts)
        for segment in layout.segments:
            if segment is not name.place.segment and same_name(segment.text, name.value):
                yield msgspec.structs.replace(name, place=Place(layout, segment, 0, len(segment.text)))
